#include "sql/filters.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/sql/filters.hpp>
#include <pgjinja/sql/marks.hpp>

#include <array>

#include <fmt/format.h>

namespace pgjinja::sql {

namespace {

using jinja::Args;
using jinja::Makes;

[[noreturn]] void refuse(std::string_view filter, std::string_view wanted, const Value& value) {
  if (value.is_undefined()) {
    throw Error(ErrorKind::Undefined,
                fmt::format("{} is undefined",
                            value.undefined_name().empty() ? "the value" : value.undefined_name()));
  }
  throw Error(ErrorKind::Runtime, fmt::format("the filter {} takes {}, and not {}", filter, wanted,
                                              value.is_object() ? value.as_object().type_name()
                                                                : kind_name(value.kind())));
}

Value identifier_filter(const Value& value, const Args& args) {
  args.allow("identifier", 0, {});
  if (value.is_text()) return identifier({std::string(value.as_text())});
  if (!value.is_list()) refuse("identifier", "a text or a list of texts", value);
  std::vector<std::string> parts;
  for (const Value& part : value.as_list()) {
    if (!part.is_text()) refuse("identifier", "a text or a list of texts", part);
    parts.emplace_back(part.as_text());
  }
  return identifier(parts);
}

Value in_filter(const Value& value, const Args& args) {
  args.allow("in", 0, {});
  if (!value.is_list()) refuse("in", "a list", value);
  return in_list(value.as_list().items());
}

/// The value as a LIKE pattern that matches just itself.
std::string escaped(std::string_view filter, const Value& value) {
  if (!value.is_text()) refuse(filter, "a text", value);
  std::string pattern;
  for (const char c : value.as_text()) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern;
}

Value contains_filter(const Value& value, const Args& args) {
  args.allow("contains", 0, {});
  return value.is_null() ? value : Value("%" + escaped("contains", value) + "%");
}

Value startswith_filter(const Value& value, const Args& args) {
  args.allow("startswith", 0, {});
  return value.is_null() ? value : Value(escaped("startswith", value) + "%");
}

Value endswith_filter(const Value& value, const Args& args) {
  args.allow("endswith", 0, {});
  return value.is_null() ? value : Value("%" + escaped("endswith", value));
}

Value raw_filter(const Value& value, const Args& args) {
  args.allow("raw", 0, {});
  if (!value.is_text()) refuse("raw", "a text", value);
  return raw(value.as_text());
}

Value bind_filter(const Value& value, const Args& args) {
  args.allow("bind", 0, {});
  return value;
}

constexpr std::array<Filter, 9> kFilters = {{{"identifier", identifier_filter, Makes::Marks},
                                             {"in", in_filter, Makes::Marks},
                                             {"inclause", in_filter, Makes::Marks},
                                             {"contains", contains_filter, Makes::Values},
                                             {"startswith", startswith_filter, Makes::Values},
                                             {"endswith", endswith_filter, Makes::Values},
                                             {"raw", raw_filter, Makes::Marks},
                                             {"sqlsafe", raw_filter, Makes::Marks},
                                             {"bind", bind_filter, Makes::Values}}};

}  // namespace

const Filter* find_filter(std::string_view name) noexcept {
  for (const Filter& filter : kFilters) {
    if (filter.name == name) return &filter;
  }
  return nullptr;
}

void install(jinja::Environment& environment) {
  for (const Filter& filter : kFilters) {
    environment.add_filter(std::string(filter.name), filter.apply, jinja::Accepts::PlainValues,
                           filter.makes);
  }
}

}  // namespace pgjinja::sql
