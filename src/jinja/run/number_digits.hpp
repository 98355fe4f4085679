#pragma once

#include <cstdint>
#include <string>

namespace pgjinja::jinja {

// The digits of numbers without their sign, as Python's two kinds of formatting need them.

std::string integer_digits(std::uint64_t magnitude, unsigned base, bool capitals = false);
/// The distance of `number` from zero; that of the smallest one has no place in an int64.
std::uint64_t magnitude_of(std::int64_t number) noexcept;

struct FloatStyle {
  char type = 'g';  ///< e, f or g; capitals give capitals
  std::int64_t precision = 6;
  bool alternate = false;  ///< keeps the point, and the zeros of g
  bool dot_zero = false;   ///< a whole number ends in .0, as Python's repr() has it
};

/// A number that is not negative. @throws Error{Limit} for a huge precision
std::string float_digits(double magnitude, FloatStyle style);

}  // namespace pgjinja::jinja
