#include "jinja/run/strictness.hpp"

#include "jinja/run/operators.hpp"

#include <algorithm>
#include <array>

namespace pgjinja::jinja {

namespace {

template <std::size_t n>
bool is_one_of(std::string_view name, const std::array<std::string_view, n>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool takes_undefined(std::string_view filter) {
  static constexpr std::array<std::string_view, 4> kAll = {"default", "d", "items", "pprint"};
  return is_one_of(filter, kAll);
}

void check_strict_arguments(std::string_view name, const Args& args) {
  static constexpr std::array<std::string_view, 9> kReading = {
      "extend", "format", "indent", "join", "remove", "replace", "truncate", "urlize", "wordwrap"};
  if (!is_one_of(name, kReading)) return;
  for (const Value& value : args.positional()) demand_defined(value);
  for (const Args::Named& named : args.named()) demand_defined(named.second);
}

bool looks_into_value(std::string_view test) {
  static constexpr std::array<std::string_view, 21> kLooking = {
      "!=",      "<",        "<=",    "==",          ">",  ">=",   "eq",
      "equalto", "filter",   "ge",    "greaterthan", "gt", "in",   "iterable",
      "le",      "lessthan", "lower", "lt",          "ne", "test", "upper"};
  return is_one_of(test, kLooking);
}

}  // namespace pgjinja::jinja
