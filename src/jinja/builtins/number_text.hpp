#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pgjinja::jinja {

/// Python's int(text, base): white space around it, a sign, a prefix that fits the base (base 0
/// obeys the prefix), `_` between digits, digits of any script. Nothing for what it refuses.
/// @throws Error{Runtime} for what needs more than 64 bits
std::optional<std::int64_t> read_integer(std::string_view text, std::int64_t base);

/// Python's float(text), in the same way.
std::optional<double> read_real(std::string_view text);

/// Python's round(number, digits): to the nearest decimal, the even one of two equally near.
/// @throws Error{Runtime} for a result that does not fit
double round_decimal(double number, std::int64_t digits);
std::int64_t round_integer(std::int64_t number, std::int64_t digits);

}  // namespace pgjinja::jinja
