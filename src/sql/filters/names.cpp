#include "sql/filters/families.hpp"
#include "sql/filters/input.hpp"

#include <pgjinja/sql/marks.hpp>

namespace pgjinja::sql {

namespace {

using jinja::Args;
using jinja::Makes;

constexpr std::string_view kColumns = "a map, a list of maps or a list of texts";

Value identifier_filter(const Value& value, const Args& args) {
  args.allow("identifier", 0, {});
  if (value.is_text()) return identifier({std::string(value.as_text())});
  return identifier(names_in("identifier", "a text or a list of texts", value));
}

/// The map itself, or the first of a list of maps.
const Map* map_in(const Value& value) {
  if (value.is_map()) return &value.as_map();
  const bool maps = value.is_list() && !value.as_list().empty() && value.as_list()[0].is_map();
  return maps ? &value.as_list()[0].as_map() : nullptr;
}

Value columns_filter(const Value& value, const Args& args) {
  args.allow("columns", 0, {});
  if (const Map* map = map_in(value)) return identifier_list(keys_of("columns", *map));
  return identifier_list(names_in("columns", kColumns, value));
}

constexpr Filter kFilters[] = {{"identifier", identifier_filter, Makes::Marks},
                               {"columns", columns_filter, Makes::Marks}};

}  // namespace

std::span<const Filter> name_filters() noexcept { return kFilters; }

}  // namespace pgjinja::sql
