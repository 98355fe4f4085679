#include "pg/codec/float.hpp"

#include "pg/codec/field_bytes.hpp"

#include <charconv>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

namespace pgjinja::pg {

namespace {

template <class T>
T read_text(Field field, std::string_view type) {
  T value{};
  const char* end = field.data + field.size;
  // It reads NaN and Infinity too.
  const auto [stop, failure] = std::from_chars(field.data, end, value);
  if (failure != std::errc() || stop != end) throw malformed(type, field);
  return value;
}

}  // namespace

float read_float4_text(Field field) { return read_text<float>(field, "real"); }
double read_float8_text(Field field) { return read_text<double>(field, "double precision"); }

void append_float_text(std::string& out, double number) {
  if (std::isnan(number)) {
    out += "NaN";
  } else if (std::isinf(number)) {
    out += number < 0 ? "-Infinity" : "Infinity";
  } else {
    fmt::format_to(std::back_inserter(out), "{}", number);
  }
}

}  // namespace pgjinja::pg
