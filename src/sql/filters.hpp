#pragma once

#include <pgjinja/jinja/function.hpp>

#include <string_view>

namespace pgjinja::sql {

/// One filter of install(), as it is registered.
struct Filter {
  std::string_view name;
  Value (*apply)(const Value& value, const jinja::Args& args);
  jinja::Makes makes;
  jinja::Accepts accepts = jinja::Accepts::PlainValues;
};

/// The filter of that name; nullptr if install() registers none.
const Filter* find_filter(std::string_view name) noexcept;

}  // namespace pgjinja::sql
