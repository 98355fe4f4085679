#include "jinja/nearest.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/detail/given_argument.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace pgjinja::jinja::detail {

GivenArguments::GivenArguments(const Callee& callee, const Value* input, const Args& args)
    : callee_(callee), input_(input), args_(args) {
  if (args.positional().size() > callee.count) {
    throw Error(ErrorKind::Runtime,
                fmt::format("{} takes at most {} argument{}, and not {}", callee.name, callee.count,
                            callee.count == 1 ? "" : "s", args.positional().size()));
  }
  for (const Args::Named& each : args.named()) check_name(each.first);
}

/// It has to be known, and no positional argument may stand in its place.
void GivenArguments::check_name(std::string_view name) const {
  std::vector<std::string> known;
  for (const auto& each : callee_.signature.parameters()) known.push_back(each.name);
  const auto found = std::find(known.begin(), known.end(), name);
  if (found == known.end()) {
    Error error(ErrorKind::Runtime, fmt::format("{} has no argument '{}'", callee_.name, name));
    const std::string near = nearest(name, known);
    throw near.empty() ? error : error.hint(fmt::format("did you mean '{}'?", near));
  }
  const auto place = static_cast<std::size_t>(found - known.begin());
  if (place < args_.positional().size()) {
    throw Error(ErrorKind::Runtime,
                fmt::format("{} got its argument '{}' twice", callee_.name, name));
  }
}

GivenArgument GivenArguments::operator[](std::size_t index) const {
  if (callee_.has_input && index == 0) return {callee_, index, input_};
  const std::size_t at = callee_.has_input ? index - 1 : index;
  return {callee_, index, find(at)};
}

const Value* GivenArguments::find(std::size_t at) const {
  if (at < args_.positional().size()) return &args_.positional()[at];
  if (callee_.signature.parameters().empty()) return nullptr;
  const Signature::Parameter& parameter = callee_.signature.parameters()[at];
  for (const Args::Named& each : args_.named()) {
    if (each.first == parameter.name) return &each.second;
  }
  return parameter.fallback ? &*parameter.fallback : nullptr;
}

}  // namespace pgjinja::jinja::detail
