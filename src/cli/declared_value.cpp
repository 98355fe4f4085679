#include "cli/declared_value.hpp"

#include "cli/value_json.hpp"

#include <pgjinja/core/error.hpp>

namespace pgjinja::cli {

namespace {

bool is_written_as_json(const jinja::ParameterType& type) {
  switch (type.base) {
    case jinja::BaseType::Int2:
    case jinja::BaseType::Int4:
    case jinja::BaseType::Int:
    case jinja::BaseType::Float:
    case jinja::BaseType::Bool:
    case jinja::BaseType::Map: return true;
    default: return type.array;
  }
}

}  // namespace

Value declared_value(const jinja::ParameterType& type, std::string_view text) {
  if (!is_written_as_json(type)) return {text};
  try {
    return read_json(text, "-p");
  } catch (const Error&) {
    return {text};
  }
}

}  // namespace pgjinja::cli
