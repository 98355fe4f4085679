#include "jinja/run/straight_reader.hpp"

#include "jinja/compile/program.hpp"
#include "jinja/describe/call_check.hpp"
#include "jinja/environment_state.hpp"

#include <algorithm>
#include <utility>

namespace pgjinja::jinja {

std::optional<StraightReader> StraightReader::of(const Template& source) {
  const Program& program = *program_of(source);
  auto names = program.straight();
  if (!names) return std::nullopt;
  const Limits& limits = state_of(source).options.limits;
  std::size_t room = limits.output_bytes;
  for (const TextConstant& text : program.texts) {
    if (text.text.size() > room) return std::nullopt;
    room -= text.text.size();
  }
  return StraightReader(program, std::move(*names), room);
}

bool StraightReader::finds_values(const Context& context) const {
  const Context whole = Context::layered(context, program_->defaults);
  return std::ranges::all_of(names_, [&](std::uint32_t index) {
    const Value& value = program_->names[index].value_in(whole);
    return !value.is_undefined() && !value.is_object();
  });
}

[[gnu::hot]] bool StraightReader::read(const Context& context, std::vector<Value>& out) const {
  if (program_->front_matter.parameters.empty()) return take(context, out);
  check_call(program_->front_matter, context);
  return take(Context::layered(context, program_->defaults), out);
}

[[gnu::hot]] bool StraightReader::take(const Context& context, std::vector<Value>& out) const {
  out.clear();
  std::size_t room = room_;
  for (const std::uint32_t index : names_) {
    const Value& value = program_->names[index].value_in(context);
    if (value.is_undefined() || value.kind() >= Kind::List) return false;
    if (value.is_text()) {
      if (value.as_text().size() > room) return false;
      room -= value.as_text().size();
    }
    out.push_back(value);
  }
  return true;
}

}  // namespace pgjinja::jinja
