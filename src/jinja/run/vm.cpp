#include "jinja/run/vm.hpp"

#include "jinja/run/adoption.hpp"
#include "jinja/run/namespace.hpp"
#include "jinja/run/operators.hpp"
#include "jinja/run/undefined_values.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <atomic>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

constexpr std::size_t kBytesPerUnit = 64;  // of a text, that cost one instruction

std::uint64_t next_rendering() {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

/// A limit as what is left of it; one that nothing reaches is none.
std::int64_t budget(std::size_t limit) {
  return static_cast<std::int64_t>(std::min<std::size_t>(limit, INT64_MAX));
}

/// How an error came to the place of an instruction.
std::string_view role_of(Opcode op) {
  switch (op) {
    case Opcode::Include: return "included from";
    case Opcode::Import: return "imported from";
    case Opcode::RenderParent: return "extended by";
    case Opcode::Block: return "block placed at";
    default: return "called from";
  }
}

}  // namespace

[[gnu::hot]] Vm::Vm(const EnvironmentState& environment, Fragment& out)
    : environment_(environment),
      out_(&out),
      careful_(environment.options.undefined == UndefinedPolicy::Strict),
      rendering_(next_rendering()),
      fuel_(environment.options.limits.instructions),
      output_left_(budget(environment.options.limits.output_bytes)),
      pieces_left_(budget(environment.options.limits.pieces)) {}

[[gnu::hot]] Vm::~Vm() {
  for (const Value& cell : cells_) static_cast<const Cell&>(cell.as_object()).value = Value();
  for (const Value& each : namespaces_) {
    if (const auto* loop = each.as<Loop>()) {
      loop->forget_changes();
    } else {
      each.as<Namespace>()->clear();
    }
  }
  for (const auto& lineage : lineages_) lineage->forget_variables();
}

[[gnu::hot]] void Vm::render(const std::shared_ptr<const Program>& program,
                             const Context& context) {
  if (program->may_see_changes()) begin_changes(*program);
  run_program(activate(program, &context, nullptr, {}));
}

[[gnu::hot]] void Vm::run_routine(Activation& activation, const Routine& routine, Value* frame,
                                  std::uint32_t from) {
  const Program& program = activation.program();
  Call call{activation, program, routine, frame, frame + routine.slots};
  execute(call, routine.code.data() + from);
}

/// Gives an error the place of the instruction that failed, or, if it came from further inside, how
/// it got there.
void Vm::locate(Error& error, const Call& call, const Instruction* failed) const {
  const auto index = static_cast<std::size_t>(failed - call.routine.code.data());
  SourcePlace place = call.program.source.place(call.routine.offsets[index]);
  if (!error.places().empty()) {
    constexpr std::size_t kDeepestChain = 20;
    if (error.places().size() > kDeepestChain) return;
    place.role = role_of(call.routine.code[index].op);
    const SourcePlace& last = error.places().back();
    const bool recursion = last.role == place.role && last.name == place.name &&
                           last.line == place.line && last.column == place.column;
    if (recursion) return;
  } else if (const Operand kind = info(call.routine.code[index].op).operand;
             kind == Operand::Site) {
    const PrintSite& site = call.program.sites[call.routine.code[index].operand];
    place = site.place();
  }
  if (error.places().empty() && call.program.source.own_delimiters != nullptr) {
    error.hint(call.program.source.delimiters().rewritten(error.hint()));
  }
  error.at(std::move(place));
}

void Vm::charge(std::uint64_t work) {
  if (work < fuel_) {
    fuel_ -= work;
    return;
  }
  throw Error(ErrorKind::Limit, fmt::format("the template ran for more than {} instructions",
                                            environment_.options.limits.instructions))
      .hint("look for a loop that runs too long, or raise Limits::instructions");
}

/// Work that an operation did beyond one instruction: what it built.
void Vm::charge_result(const Value& value) {
  if (value.is_text()) {
    charge(value.as_text().size() / kBytesPerUnit);
    count_output(value.as_text().size());
  } else if (value.kind() >= Kind::List) {
    charge_built(value);
  }
}

void Vm::charge_built(const Value& value) {
  if (value.is_list()) {
    charge(value.as_list().size());
  } else if (const auto* fragment = value.as<FragmentObject>()) {
    count_pieces(fragment->fragment().pieces().size());
  }
  if (changes_) adopt(value);
}

/// The same for what it may have to look at: a whole text, or all of a list.
void Vm::charge_operand(const Value& value) {
  if (value.is_text()) {
    charge(value.as_text().size() / kBytesPerUnit);
  } else if (value.kind() >= Kind::List) {
    charge(extent(value));
  }
}

/// A comparison of what holds others with what does not looks at the outside only.
void Vm::charge_comparison(const Value& left, const Value& right) {
  charge_operand(left);
  if (left.kind() >= Kind::List || right.kind() < Kind::List) {
    charge_operand(right);
  } else if (right.is_list()) {
    charge(right.as_list().size());
  }
}

bool Vm::other_truth(const Call& c, const Value& value) const {
  if (careful_ && value.is_undefined()) check_strict(value, c.activation);
  return truthy(value);
}

inline bool Vm::truth(const Call& c, const Value& value) const {
  switch (value.kind()) {
    case Kind::Bool: return value.as_bool();
    case Kind::Null: return false;
    case Kind::Int: return value.as_int() != 0;
    case Kind::Text: return !value.as_text().empty();
    default: return other_truth(c, value);
  }
}

inline void Vm::emit(const PrintSite& site, const Value& value, const Activation& activation) {
  if (value.is_undefined() || value.kind() >= Kind::List)
    return emit_other(site, value, activation);
  if (value.is_text()) count_output(value.as_text().size());
  count_pieces(1);
  out_->append_plain(site, value);
}

// The dispatch loop: the one long function, by design. Each case is a line or a call.
[[gnu::hot]] void Vm::execute(Call& c, const Instruction* at) {
  const Instruction* const code = c.routine.code.data();
  try {
    while (true) {
      const Instruction& in = *at;
      spend();
      switch (in.op) {
        case Opcode::Const: c.push(c.program.constants[in.operand]); break;
        case Opcode::LoadName: c.push(c.activation.name(in.operand)); break;
        case Opcode::LoadLocal: c.push(c.frame[in.operand]); break;
        case Opcode::StoreLocal: c.frame[in.operand] = c.pop(); break;
        case Opcode::NewCell: c.frame[in.operand] = new_cell(c.pop()); break;
        case Opcode::LoadCell:
          c.push(static_cast<const Cell&>(c.frame[in.operand].as_object()).value);
          break;
        case Opcode::StoreCell:
          static_cast<const Cell&>(c.frame[in.operand].as_object()).value = c.pop();
          break;
        case Opcode::Pop: c.drop(); break;
        case Opcode::EmitText: {
          const TextConstant& text = c.program.texts[in.operand];
          count_output(text.text.size());
          count_pieces(1);
          out_->append(text);
          break;
        }
        case Opcode::Emit:
          emit(c.program.sites[in.operand], *(c.top - 1), c.activation);
          c.drop();
          break;
        case Opcode::EmitName:
          emit(c.program.sites[in.operand], c.activation.name(in.count), c.activation);
          break;
        case Opcode::EmitLocal:
          emit(c.program.sites[in.operand], c.frame[in.count], c.activation);
          break;
        case Opcode::BeginCapture: begin_capture(); break;
        case Opcode::EndCapture: c.push(end_capture()); break;
        case Opcode::Jump: at = code + in.operand; continue;
        case Opcode::JumpIfFalse: {
          const bool goes = !truth(c, *(c.top - 1));
          c.drop();
          if (!goes) break;
          at = code + in.operand;
          continue;
        }
        case Opcode::JumpIfTrue: {
          const bool goes = truth(c, *(c.top - 1));
          c.drop();
          if (!goes) break;
          at = code + in.operand;
          continue;
        }
        case Opcode::JumpIfNameFalse:
          if (truth(c, c.activation.name(in.count))) break;
          at = code + in.operand;
          continue;
        case Opcode::JumpIfNameMissing:
          if (!c.activation.name(in.count).is_undefined()) break;
          at = code + in.operand;
          continue;
        case Opcode::JumpIfFalseElsePop:
          if (truth(c, *(c.top - 1))) {
            c.drop();
          } else {
            at = code + in.operand;
            continue;
          }
          break;
        case Opcode::JumpIfTrueElsePop:
          if (!truth(c, *(c.top - 1))) {
            c.drop();
          } else {
            at = code + in.operand;
            continue;
          }
          break;
        case Opcode::LoopBegin: loop_begin(c, in.operand, in.count != 0); break;
        case Opcode::LoopNextInto:
          if (const Value* item = static_cast<const Loop&>(c.frame[in.count].as_object()).next()) {
            c.frame[at[1].operand] = *item;
            at += 2;
          } else {
            at = code + in.operand;
          }
          continue;
        case Opcode::LoopNext:
          if (const Value* item = static_cast<const Loop&>(c.frame[in.count].as_object()).next()) {
            c.push(*item);
          } else {
            at = code + in.operand;
            continue;
          }
          break;
        case Opcode::LoopItem:
          c.push(static_cast<const Loop&>(c.frame[in.operand].as_object()).item());
          break;
        case Opcode::LoopFilterNext: {
          const auto& loop = static_cast<const Loop&>(c.frame[in.count].as_object());
          if (const Value* item = loop.next()) {
            c.push(*item);
          } else {
            loop.filtered();
            at = code + in.operand;
            continue;
          }
          break;
        }
        case Opcode::LoopFilterKeep:
          if (truth(c, *(c.top - 1)))
            static_cast<const Loop&>(c.frame[in.operand].as_object()).keep();
          c.drop();
          break;
        case Opcode::JumpIfLooped:
          if (static_cast<const Loop&>(c.frame[in.count].as_object()).looped()) {
            at = code + in.operand;
            continue;
          }
          break;
        case Opcode::JumpIfDone:
          if (static_cast<const Loop&>(c.frame[in.count].as_object()).has_done()) {
            at = code + in.operand;
            continue;
          }
          break;
        case Opcode::LoopDone:
          static_cast<const Loop&>(c.frame[in.operand].as_object()).done();
          break;
        case Opcode::LoopCounter:
          c.push(static_cast<const Loop&>(c.frame[in.count].as_object())
                     .counter(static_cast<LoopCounter>(in.operand)));
          break;
        case Opcode::LoopEnd: c.frame[in.operand] = Value(); break;
        case Opcode::RunLoop: run_loop(c); break;
        case Opcode::Unpack: unpack(c, in.operand); break;
        case Opcode::BuildList: build_list(c, in.operand, false); break;
        case Opcode::BuildTuple: build_list(c, in.operand, true); break;
        case Opcode::BuildDict: build_dict(c, in.operand); break;
        case Opcode::Attribute: {
          Value& object = *(c.top - 1);
          object = attribute(object, c.program.names[in.operand]);
          break;
        }
        case Opcode::CheckNamespace: check_namespace(c.pop()); break;
        case Opcode::StoreAttribute: store_attribute(c, c.program.names[in.operand]); break;
        case Opcode::Item: {
          const Value index = c.pop();
          check_strict(index, c.activation);
          Value& object = *(c.top - 1);
          object = item(object, index, environment_.options.undefined);
          break;
        }
        case Opcode::Slice: {
          const Value step = c.pop();
          const Value stop = c.pop();
          const Value start = c.pop();
          Value& object = *(c.top - 1);
          object = slice(object, start, stop, step);
          if (changes_) adopt(object);
          break;
        }
        case Opcode::Negate: *(c.top - 1) = negate(*(c.top - 1)); break;
        case Opcode::Positive: *(c.top - 1) = positive(*(c.top - 1)); break;
        case Opcode::Not: *(c.top - 1) = Value(!truth(c, *(c.top - 1))); break;
        case Opcode::Binary: {
          const Value right = c.pop();
          Value& left = *(c.top - 1);
          if (careful_) static_cast<void>(extent(right));  // `%` makes a text of all of it
          left = binary(static_cast<ast::BinaryOp>(in.operand), left, right);
          charge_result(left);
          break;
        }
        case Opcode::Compare: {
          const Value right = c.pop();
          Value& left = *(c.top - 1);
          check_strict(left, c.activation);
          check_strict(right, c.activation);
          charge_comparison(left, right);
          left = Value(compare(static_cast<ast::CompareOp>(in.operand), left, right));
          break;
        }
        case Opcode::CompareKeep: {
          const Value& right = *(c.top - 1);
          check_strict(*(c.top - 2), c.activation);
          check_strict(right, c.activation);
          charge_comparison(*(c.top - 2), right);
          const bool holds = compare(static_cast<ast::CompareOp>(in.operand), *(c.top - 2), right);
          *(c.top - 2) = right;
          *(c.top - 1) = Value(holds);
          break;
        }
        case Opcode::ChainNext:
          if (truth(c, *(c.top - 1))) {
            c.drop();
          } else {
            Value holds = c.pop();
            *(c.top - 1) = std::move(holds);
            at = code + in.operand;
            continue;
          }
          break;
        case Opcode::Concat: concat(c, c.program.sites[in.operand], in.count); break;
        case Opcode::UnknownCallee: unknown_callee(c, at[1]);
        case Opcode::Filter: filter(c, c.program.calls[in.operand]); break;
        case Opcode::Test: test(c, c.program.calls[in.operand]); break;
        case Opcode::Call: call(c, c.program.calls[in.operand]); break;
        case Opcode::CallMethod: call_method(c, c.program.calls[in.operand]); break;
        case Opcode::MakeMacro: c.push(make_macro(c, c.program.routines[in.operand])); break;
        case Opcode::LoadSelf:
          c.push(Value::object<SelfReference>(rendering_, c.activation));
          break;
        case Opcode::LoadSuper: c.push(super(c.activation)); break;
        case Opcode::Include: include(c, in); break;
        case Opcode::Import: import(c, in); break;
        case Opcode::ImportName: import_name(c, in); break;
        case Opcode::Export:
          if (Lineage* lineage = c.activation.lineage()) {
            lineage->set(c.program.names[in.operand].text, *(c.top - 1), in.count != 0);
          }
          c.drop();
          break;
        case Opcode::Extends: extends(c); break;
        case Opcode::JumpIfExtended:
          if (c.activation.lineage()->parent != nullptr) {
            at = code + in.operand;
            continue;
          }
          break;
        case Opcode::RenderParent: render_parent(c); break;
        case Opcode::Block: block(c, c.program.block_sites[in.operand]); break;
        case Opcode::Return: return;
        default: __builtin_unreachable();  // check_stack() has looked at each
      }
      ++at;
    }
  } catch (Error& error) {
    locate(error, c, at);
    throw;
  }
}

// ---- printing -----------------------------------------------------------------------------------

void Vm::too_much_output() const {
  throw Error(ErrorKind::Limit, fmt::format("the template printed more than {} bytes",
                                            environment_.options.limits.output_bytes))
      .hint("raise Limits::output_bytes if that is meant");
}

/// Short pieces take up more memory than their text.
void Vm::too_many_pieces() const {
  throw Error(ErrorKind::Limit, fmt::format("the template printed more than {} pieces",
                                            environment_.options.limits.pieces))
      .hint("raise Limits::pieces if that is meant");
}

void Vm::emit_other(const PrintSite& site, const Value& value, const Activation& activation) {
  if (value.is_undefined()) {
    refuse_undefined(value, activation);
    // One that chains goes on: where text is made it is nothing, but SQL has to refuse it.
    if (value.undefined_text().empty() && !value.undefined_chains()) return;
    count_output(value.undefined_text().size());
  }
  if (const auto* fragment = value.as<FragmentObject>()) {
    return emit_fragment(site, fragment->fragment());
  }
  count_pieces(1);
  out_->append(site, value.may_change() ? frozen(value) : value);
}

/// What a macro or block set printed goes on as pieces; a piece without a site of its own (a mark
/// that `join` put together) was printed here.
void Vm::emit_fragment(const PrintSite& site, const Fragment& fragment) {
  for (const Piece& piece : fragment.pieces()) {
    if (piece.text != nullptr) count_output(piece.text->text.size());
  }
  count_pieces(fragment.pieces().size());
  out_->append(fragment, site);
}

void Vm::refuse_undefined(const Value& value, const Activation& activation) const {
  if (is_lenient(environment_.options.undefined, value)) return;
  throw unknown_name(value, activation);
}

void Vm::begin_capture() {
  outputs_.push_back(out_);
  captures_.push_back(std::make_unique<Fragment>());
  out_ = captures_.back().get();
}

Fragment Vm::take_capture() {
  const std::unique_ptr<Fragment> captured = std::move(captures_.back());
  captures_.pop_back();
  out_ = outputs_.back();
  outputs_.pop_back();
  return std::move(*captured);
}

Value Vm::end_capture() {
  Fragment captured = take_capture();
  if (environment_.options.captures == Captures::Fragment) {
    return Value::object<FragmentObject>(std::move(captured));
  }
  return captured.to_text();
}

}  // namespace pgjinja::jinja
