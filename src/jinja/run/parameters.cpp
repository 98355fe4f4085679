#include "jinja/run/parameters.hpp"

#include "jinja/run/operators.hpp"

#include <pgjinja/core/error.hpp>

#include <fmt/format.h>

namespace pgjinja::jinja {

std::string_view kind_of(const Value& value) {
  return value.is_object() ? value.as_object().type_name() : kind_name(value.kind());
}

std::int64_t as_integer(const Value& value) {
  demand_defined(value);
  if (value.is_bool()) return value.as_bool() ? 1 : 0;
  if (value.is_int()) return value.as_int();
  throw Error(ErrorKind::Runtime, fmt::format("expected an integer, found {}", kind_of(value)));
}

std::string_view as_text(const Value& value) {
  demand_defined(value);
  if (value.is_text()) return value.as_text();
  throw Error(ErrorKind::Runtime, fmt::format("expected a text, found {}", kind_of(value)));
}

const Value& required(const Args& args, std::size_t index, std::string_view name,
                      std::string_view callee) {
  if (const Value* given = args.get(index, name)) return *given;
  throw Error(ErrorKind::Runtime, fmt::format("{} needs its argument '{}'", callee, name));
}

const Value* if_given(const Args& args, std::size_t index, std::string_view name) {
  const Value* given = args.get(index, name);
  return given == nullptr || given->is_null() ? nullptr : given;
}

std::int64_t integer_or(const Args& args, std::size_t index, std::string_view name,
                        std::int64_t fallback) {
  const Value* given = args.get(index, name);
  return given == nullptr ? fallback : as_integer(*given);
}

std::string_view text_or(const Args& args, std::size_t index, std::string_view name,
                         std::string_view fallback) {
  const Value* given = args.get(index, name);
  return given == nullptr ? fallback : as_text(*given);
}

bool flag_or(const Args& args, std::size_t index, std::string_view name, bool fallback) {
  const Value* given = args.get(index, name);
  return given == nullptr ? fallback : truthy(*given);
}

}  // namespace pgjinja::jinja
