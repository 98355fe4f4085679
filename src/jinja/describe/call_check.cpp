#include "jinja/describe/call_check.hpp"

#include "jinja/describe/type_check.hpp"
#include "jinja/nearest.hpp"

#include <pgjinja/core/error.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

std::vector<std::string> names_of(const FrontMatter& front_matter) {
  std::vector<std::string> names;
  for (const ParameterDeclaration& each : front_matter.parameters) names.push_back(each.name);
  return names;
}

void refuse_unknown(const FrontMatter& front_matter, std::string_view name) {
  if (name.starts_with('_') || front_matter.find(name) != nullptr) return;
  const std::vector<std::string> known = names_of(front_matter);
  const std::string near = nearest(name, known);
  const ParameterDeclaration* meant = front_matter.find(near);
  throw Error(ErrorKind::Config, fmt::format("there is no parameter '{}'", name))
      .at(meant == nullptr ? front_matter.parameters.front().place : meant->place)
      .hint(near.empty() ? fmt::format("declared are {}", fmt::join(known, ", "))
                         : fmt::format("did you mean '{}'?", near));
}

void check_parameter(const ParameterDeclaration& declared, const Value* given) {
  const std::string type = declared.type.name();
  if (given == nullptr) {
    if (declared.fallback) return;
    throw Error(ErrorKind::Config,
                fmt::format("the parameter '{}' ({}) is missing", declared.name, type))
        .at(declared.place)
        .hint(fmt::format("give it, or declare a default: @param {}: {} = {}", declared.name, type,
                          declared.type.nullable ? "none" : "…"));
  }
  const std::string why = mismatch(declared.type, *given);
  if (why.empty()) return;
  Error error(ErrorKind::Config,
              fmt::format("the parameter '{}' is to be {}, but {}", declared.name, type, why));
  error.at(declared.place);
  if (given->is_null()) {
    error.hint(
        fmt::format("where null makes sense, declare it so: @param {}: {}?", declared.name, type));
  }
  throw error;
}

}  // namespace

void check_call(const FrontMatter& front_matter, const Context& arguments) {
  arguments.for_each_name([&](std::string_view name) { refuse_unknown(front_matter, name); });
  for (const ParameterDeclaration& each : front_matter.parameters) {
    check_parameter(each, arguments.find(each.name));
  }
}

Context defaults_of(const FrontMatter& front_matter) {
  Context defaults;
  for (const ParameterDeclaration& each : front_matter.parameters) {
    if (each.fallback) defaults.set(each.name, *each.fallback);
  }
  return defaults;
}

}  // namespace pgjinja::jinja
