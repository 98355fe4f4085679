#include "sql/filters/families.hpp"
#include "sql/filters/input.hpp"

#include <pgjinja/core/json.hpp>

namespace pgjinja::sql {

namespace {

using jinja::Args;
using jinja::Makes;

Value bind_filter(const Value& value, const Args& args) {
  args.allow("bind", 0, {});
  return value;
}

Value json_filter(const Value& value, const Args& args) {
  args.allow("json", 0, {});
  if (value.is_undefined()) refuse_input("json", "a value", value);
  return to_json(value);
}

constexpr Filter kFilters[] = {{"bind", bind_filter, Makes::Values},
                               {"json", json_filter, Makes::Values}};

}  // namespace

std::span<const Filter> value_filters() noexcept { return kFilters; }

}  // namespace pgjinja::sql
