#include "jinja/describe/parameter_reader.hpp"

#include "jinja/describe/literal.hpp"
#include "jinja/describe/type_check.hpp"
#include "jinja/describe/type_name.hpp"
#include "jinja/nearest.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

constexpr std::string_view kForm = "write @param name: type, such as @param limit: int = 10";

std::string_view read_name(LineReader& line) {
  const std::size_t begin = line.at();
  const std::string_view name = line.word();
  if (name.empty()) throw line.error_here("expected the parameter's name").hint(std::string(kForm));
  if (name.front() >= '0' && name.front() <= '9') {
    throw line.error(fmt::format("'{}' is no name", name), begin, name.size());
  }
  return name;
}

BaseType read_base(LineReader& line) {
  const std::size_t begin = line.at();
  const std::string_view name = line.word();
  if (name.empty()) throw line.error_here("expected the parameter's type").hint(std::string(kForm));
  if (const auto type = base_type_of(name)) return *type;
  const std::string near = nearest(name, base_type_names());
  throw line.error(fmt::format("unknown type '{}'", name), begin, name.size())
      .hint(near.empty() ? fmt::format("types are {}", fmt::join(base_type_names(), ", "))
                         : fmt::format("did you mean '{}'?", near));
}

ParameterType read_type(LineReader& line) {
  ParameterType type{.base = read_base(line)};
  type.nullable = line.skip_attached("?");
  type.array = line.skip_attached("[]");
  if (type.array) {
    type.nullable_items = type.nullable;
    type.nullable = line.skip_attached("?");
  }
  if (line.peek() == '[') {
    throw line.error_here(type.array ? "there are no arrays of arrays" : "expected '[]'")
        .hint(
            "an array of any number of dimensions is T[] to PostgreSQL; any[] takes lists of "
            "lists");
  }
  line.skip_space();
  return type;
}

Value read_default(LineReader& line, const ParameterType& type) {
  const std::size_t begin = line.at();
  Value value = read_literal(line);
  const std::size_t length = line.at() - begin;
  if (const std::string why = mismatch(type, value); !why.empty()) {
    Error error =
        line.error(fmt::format("this default is no {}: {}", type.name(), why), begin, length);
    if (value.is_null())
      error.hint(fmt::format("write {}? for a parameter that may be null", type.name()));
    throw error;
  }
  line.skip_space();
  return value;
}

}  // namespace

ParameterDeclaration read_parameter(LineReader& line) {
  ParameterDeclaration parameter;
  const std::size_t begin = line.at();
  parameter.name = read_name(line);
  parameter.place = line.place(begin, parameter.name.size());
  line.skip_space();
  if (!line.skip(":")) {
    throw line.error_here("expected ':' and a type").hint(std::string(kForm));
  }
  parameter.type = read_type(line);
  if (line.skip("=")) parameter.fallback = read_default(line, parameter.type);
  if (line.skip("--")) {
    parameter.description = line.rest();
  } else if (!line.at_end()) {
    throw line.error_here("expected the end of the line")
        .hint("write = before a default, and -- before a description");
  }
  return parameter;
}

}  // namespace pgjinja::jinja
