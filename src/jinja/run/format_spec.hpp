#pragma once

#include <pgjinja/core/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pgjinja::jinja {

/// Python's format specification: `[[fill]align][sign][z][#][0][width][,][.precision][type]`.
struct FormatSpec {
  std::string_view fill = " ";
  char align = '\0';  ///< one of `<>=^`; \0: as the type has it
  char sign = '\0';   ///< one of `+- `; \0: none was given
  bool no_minus_zero = false;
  bool alternate = false;
  std::int64_t width = 0;
  char grouping = '\0';  ///< `,` or `_`
  std::optional<std::int64_t> precision;
  char type = '\0';

  /// @throws Error{Runtime} for what is no specification, Error{Limit} for huge numbers
  static FormatSpec parse(std::string_view text, bool for_number);
};

/// What Python's format(value, spec) gives. Texts, integers and floats take a specification; of all
/// else, which only takes an empty one, it is the text.
/// @throws Error{Runtime, Limit, Binding}
std::string formatted(const Value& value, std::string_view spec);

}  // namespace pgjinja::jinja
