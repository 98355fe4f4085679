#include "jinja/compile/program.hpp"

#include "jinja/run/loop_counter.hpp"
#include "jinja/run/text_form.hpp"

#include <algorithm>
#include <atomic>
#include <stdexcept>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

std::string operand_text(const Program& program, const Instruction& in) {
  switch (info(in.op).operand) {
    case Operand::None: return {};
    case Operand::Constant: return repr(program.constants[in.operand]);
    case Operand::Name: return std::string(program.names[in.operand].text);
    case Operand::Text: return repr(Value(program.texts[in.operand].text));
    case Operand::Site: return std::string(program.sites[in.operand].expression);
    case Operand::CallSite:
      return fmt::format("{}/{}", program.calls[in.operand].name,
                         program.calls[in.operand].stack_size());
    case Operand::Macro: return std::string(program.routines[in.operand].name);
    case Operand::Counter: return std::string(kLoopCounters[in.operand]);
    case Operand::Block: return std::string(program.block_sites[in.operand].name);
    default: return std::to_string(in.operand);
  }
}

bool names_in_count(Opcode op) {
  return op == Opcode::EmitName || op == Opcode::JumpIfNameFalse || op == Opcode::JumpIfNameMissing;
}

int effect_of(const Program& program, const Instruction& in) {
  const int count = static_cast<int>(in.operand);
  switch (in.op) {
    case Opcode::Unpack: return count - 1;
    case Opcode::BuildList:
    case Opcode::BuildTuple: return 1 - count;
    case Opcode::Concat: return 1 - static_cast<int>(in.count);
    case Opcode::BuildDict: return 1 - 2 * count;
    case Opcode::Filter:
    case Opcode::Test:
    case Opcode::Call:
    case Opcode::CallMethod: return -static_cast<int>(program.calls[in.operand].stack_size());
    default: return info(in.op).effect;
  }
}

/// What the stack has gained when the jump of `in` is taken.
int effect_of_jump(const Instruction& in) {
  switch (in.op) {
    case Opcode::JumpIfFalseElsePop:
    case Opcode::JumpIfTrueElsePop:
    case Opcode::LoopNext:
    case Opcode::LoopNextInto:
    case Opcode::LoopFilterNext: return 0;
    default: return info(in.op).effect;
  }
}

}  // namespace

std::vector<std::uint32_t> Program::exported_names() const {
  std::vector<std::uint32_t> indexes;
  for (const Instruction& in : routines.front().code) {
    if (in.op == Opcode::Export) indexes.push_back(in.operand);
  }
  return indexes;
}

std::vector<std::uint32_t> Program::free_names() const {
  std::vector<bool> used(names.size());
  std::vector<bool> set_at_top(names.size());
  for (const std::uint32_t name : exported_names()) set_at_top[name] = true;
  for (const Routine& routine : routines) {
    const bool top = &routine == &routines.front();
    const auto use = [&](std::uint32_t name) {
      used[name] = used[name] || top || !set_at_top[name];
    };
    for (const Instruction& in : routine.code) {
      if (in.op == Opcode::LoadName) use(in.operand);
      if (names_in_count(in.op)) use(in.count);
    }
  }
  std::vector<std::uint32_t> indexes;
  for (std::uint32_t i = 0; i < used.size(); ++i) {
    if (used[i]) indexes.push_back(i);
  }
  return indexes;
}

[[gnu::hot]] const Value& NameRef::value_in(const Context& context) const noexcept {
  const std::atomic_ref<std::uint32_t> kept(guess);
  const std::uint32_t before = kept.load(std::memory_order_relaxed);
  std::uint32_t place = before;
  const Value* found = context.find(key, hash, place);
  // Kept once and for all, so that threads with different contexts do not fight for it.
  if (before == kNoGuess && found != nullptr) kept.store(place, std::memory_order_relaxed);
  return found != nullptr ? *found : fallback;
}

std::optional<std::vector<std::uint32_t>> Program::straight() const {
  std::vector<std::uint32_t> printed;
  if (routines.size() != 1) return std::nullopt;
  for (const Instruction& in : routines.front().code) {
    if (in.op == Opcode::EmitName) {
      printed.push_back(in.count);
    } else if (in.op != Opcode::EmitText && in.op != Opcode::Return) {
      return std::nullopt;
    }
  }
  return printed;
}

std::string Program::disassemble() const {
  std::string out;
  for (const Routine& routine : routines) {
    fmt::format_to(std::back_inserter(out), "{} (slots {}, stack {})\n",
                   routine.name.empty() ? "template" : routine.name, routine.slots,
                   routine.max_stack);
    for (std::size_t i = 0; i < routine.code.size(); ++i) {
      const Instruction& in = routine.code[i];
      fmt::format_to(std::back_inserter(out), "{:5} {:<20}{}{}\n", i, info(in.op).name,
                     in.count != 0 ? fmt::format("{} ", in.count) : "", operand_text(*this, in));
    }
  }
  return out;
}

void check_stack(const Program& program, Routine& routine) {
  constexpr int kUnseen = -1;
  std::vector<int> depth(routine.code.size(), kUnseen);
  int deepest = 0;
  const auto flow = [&](std::size_t to, int have) {
    if (have < 0 || to >= depth.size() || (depth[to] != kUnseen && depth[to] != have)) {
      throw std::logic_error(
          fmt::format("unbalanced bytecode in '{}' at {}", program.source.path, to));
    }
    depth[to] = have;
    deepest = std::max(deepest, have);
  };
  flow(0, 0);
  for (const Routine::Param& param : routine.params) {
    if (param.fallback != 0) flow(param.fallback, 0);
  }
  // Loops only jump back to places with the depth they had before, so one pass in order is enough.
  for (std::size_t i = 0; i < routine.code.size(); ++i) {
    const Instruction& in = routine.code[i];
    if (depth[i] == kUnseen || in.op == Opcode::Return) continue;
    if (info(in.op).operand == Operand::Target) flow(in.operand, depth[i] + effect_of_jump(in));
    if (in.op != Opcode::Jump) flow(i + 1, depth[i] + effect_of(program, in));
  }
  // Operations may push one more entry while they still hold their operands.
  routine.max_stack = static_cast<std::uint32_t>(deepest) + 2;
}

}  // namespace pgjinja::jinja
