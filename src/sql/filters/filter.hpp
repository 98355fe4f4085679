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

}  // namespace pgjinja::sql
