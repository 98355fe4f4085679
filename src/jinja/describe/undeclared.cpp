#include "jinja/describe/undeclared.hpp"

#include "jinja/nearest.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

bool uses(const Instruction& in, std::uint32_t name) {
  if (in.op == Opcode::LoadName) return in.operand == name;
  return (in.op == Opcode::EmitName || in.op == Opcode::JumpIfNameFalse) && in.count == name;
}

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// Where `word` stands at or behind `from`, not as a part of another one; `from` if nowhere.
std::size_t find_word(std::string_view text, std::string_view word, std::size_t from) {
  for (std::size_t at = from; (at = text.find(word, at)) != std::string_view::npos; ++at) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]))) {
      return at;
    }
  }
  return from;
}

/// Nowhere, if only the head of a file of several queries uses it: another query may be what it is
/// for. An instruction that prints or tests a name points at the tag; the name stands in it.
std::optional<std::size_t> first_use(const Program& program, std::uint32_t name) {
  std::size_t first = program.source.text.size();
  for (const Routine& routine : program.routines) {
    for (std::size_t i = 0; i < routine.code.size(); ++i) {
      const std::size_t at = routine.offsets[i];
      if (uses(routine.code[i], name) && at >= program.source.cut_at) first = std::min(first, at);
    }
  }
  if (first == program.source.text.size()) return std::nullopt;
  return find_word(program.source.text, program.names[name].text, first);
}

Error undeclared(const Program& program, std::uint32_t name, std::size_t at) {
  const std::string_view text = program.names[name].text;
  std::vector<std::string> declared;
  for (const auto& each : program.front_matter.parameters) declared.push_back(each.name);
  const std::string near = nearest(text, declared);
  return Error(ErrorKind::Undefined, fmt::format("'{}' is used but not declared", text))
      .at(program.source.place(at, text.size()))
      .hint(near.empty() ? fmt::format("declare it in the front matter: @param {}: any", text)
                         : fmt::format("did you mean '{}'?", near));
}

}  // namespace

std::vector<Error> undeclared_names(const Program& program, const Map& globals) {
  std::vector<Error> errors;
  if (program.front_matter.parameters.empty()) return errors;
  for (const std::uint32_t index : program.free_names()) {
    const NameRef& name = program.names[index];
    const bool known = name.text.starts_with('_') ||
                       globals.find(name.text, name.hash) != nullptr ||
                       program.front_matter.find(name.text) != nullptr;
    if (known) continue;
    if (const auto at = first_use(program, index))
      errors.push_back(undeclared(program, index, *at));
  }
  return errors;
}

}  // namespace pgjinja::jinja
