#include "jinja/run/demands.hpp"

#include "jinja/run/missing_value.hpp"

#include <pgjinja/core/error.hpp>

#include <string>

#include <fmt/format.h>

namespace pgjinja::jinja {

void demand_defined(const Value& value) {
  if (!value.is_undefined()) return;
  const std::string_view name = value.undefined_name();
  if (const MissingValue* missing = missing_value(name)) {
    throw Error(ErrorKind::Undefined, std::string(name)).hint(std::string(missing->hint));
  }
  throw Error(ErrorKind::Undefined, fmt::format("'{}' is undefined", name));
}

void check_result_size(std::uint64_t elements) {
  constexpr std::uint64_t kMost = 64U << 20U;
  if (elements <= kMost) return;
  throw Error(ErrorKind::Limit, fmt::format("an operation would build {} elements; the limit is {}",
                                            elements, kMost));
}

}  // namespace pgjinja::jinja
