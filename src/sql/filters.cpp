#include "sql/filters.hpp"

#include "sql/filters/families.hpp"

#include <pgjinja/sql/filters.hpp>

#include <array>
#include <string>

namespace pgjinja::sql {

namespace {

std::array<std::span<const Filter>, 5> families() noexcept {
  return {name_filters(), pattern_filters(), row_filters(), text_filters(), value_filters()};
}

}  // namespace

const Filter* find_filter(std::string_view name) noexcept {
  for (const auto family : families()) {
    for (const Filter& filter : family) {
      if (filter.name == name) return &filter;
    }
  }
  return nullptr;
}

void install(jinja::Environment& environment) {
  for (const auto family : families()) {
    for (const Filter& filter : family) {
      environment.add_filter(std::string(filter.name), filter.apply, filter.accepts, filter.makes);
    }
  }
}

}  // namespace pgjinja::sql
