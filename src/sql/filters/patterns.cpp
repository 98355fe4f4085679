#include "sql/filters/families.hpp"
#include "sql/filters/input.hpp"

#include <string>

namespace pgjinja::sql {

namespace {

using jinja::Args;
using jinja::Makes;

/// The value as a LIKE pattern that matches just itself.
std::string escaped(std::string_view filter, const Value& value) {
  if (!value.is_text()) refuse_input(filter, "a text", value);
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

constexpr Filter kFilters[] = {{"contains", contains_filter, Makes::Values},
                               {"startswith", startswith_filter, Makes::Values},
                               {"endswith", endswith_filter, Makes::Values}};

}  // namespace

std::span<const Filter> pattern_filters() noexcept { return kFilters; }

}  // namespace pgjinja::sql
