#include "pg/codec/numeric.hpp"

#include "pg/codec/field_bytes.hpp"

#include <array>

#include <fmt/format.h>

namespace pgjinja::pg {

namespace {

// The binary form (numeric_send() in the server's numeric.c): four int16 — how many digits of base
// 10000, the first one's weight (a power of 10000), sign, digits behind the point — and the digits.
constexpr std::size_t kHeader = 8;
constexpr std::uint16_t kPositive = 0x0000, kNegative = 0x4000, kNaN = 0xC000, kInfinity = 0xD000,
                        kMinusInfinity = 0xF000;
constexpr std::int32_t kMostDecimals = 0x3FFF;

class Digits {
 public:
  explicit Digits(Field field) : field_(field), count_((field.size - kHeader) / 2) {}

  /// The digit of base 10000 that stands for 10000^power; 0 where none was sent.
  [[nodiscard]] std::uint32_t at(std::int32_t power) const {
    const std::int32_t index = weight() - power;
    if (index < 0 || static_cast<std::size_t>(index) >= count_) return 0;
    const std::uint32_t digit =
        wire::load16(field_.data + kHeader + 2 * static_cast<std::size_t>(index));
    if (digit > 9999) throw malformed("numeric", field_);
    return digit;
  }
  [[nodiscard]] std::int32_t weight() const {
    return static_cast<std::int16_t>(wire::load16(field_.data + 2));
  }

 private:
  Field field_;
  std::size_t count_;
};

void append_whole(std::string& out, const Digits& digits) {
  const std::size_t begin = out.size();
  for (std::int32_t power = digits.weight(); power >= 0; --power) {
    const std::uint32_t digit = digits.at(power);
    if (out.size() > begin) {
      fmt::format_to(std::back_inserter(out), "{:04}", digit);
    } else if (digit != 0) {
      fmt::format_to(std::back_inserter(out), "{}", digit);
    }
  }
  if (out.size() == begin) out += '0';
}

void append_decimals(std::string& out, const Digits& digits, std::int32_t count) {
  if (count == 0) return;
  out += '.';
  const std::size_t end = out.size() + static_cast<std::size_t>(count);
  for (std::int32_t power = -1; out.size() < end; --power) {
    fmt::format_to(std::back_inserter(out), "{:04}", digits.at(power));
  }
  out.resize(end);
}

}  // namespace

std::string read_numeric_binary(Field field) {
  if (field.size < kHeader || field.size != kHeader + 2 * std::size_t{wire::load16(field.data)}) {
    throw malformed("numeric", field);
  }
  const std::uint16_t sign = wire::load16(field.data + 4);
  const std::int32_t decimals = wire::load16(field.data + 6);
  if (sign == kNaN) return "NaN";
  if (sign == kInfinity) return "Infinity";
  if (sign == kMinusInfinity) return "-Infinity";
  if ((sign != kPositive && sign != kNegative) || decimals > kMostDecimals) {
    throw malformed("numeric", field);
  }
  std::string out(sign == kNegative ? "-" : "");
  const Digits digits(field);
  append_whole(out, digits);
  append_decimals(out, digits, decimals);
  return out;
}

Decimal read_numeric_binary_as_decimal(Field field) { return {read_numeric_binary(field)}; }
Decimal read_numeric_text_as_decimal(Field field) { return {std::string(field.bytes())}; }

void append_numeric(std::string& out, std::int64_t value) {
  std::uint64_t rest =
      value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  std::array<std::uint16_t, 5> digits{};  // 2^64 has 20 decimal digits
  std::size_t count = 0;
  for (; rest != 0; rest /= 10000) digits[count++] = static_cast<std::uint16_t>(rest % 10000);
  wire::append16(out, static_cast<std::uint16_t>(count));
  wire::append16(out, static_cast<std::uint16_t>(count == 0 ? 0 : count - 1));
  wire::append16(out, value < 0 ? kNegative : kPositive);
  wire::append16(out, 0);
  while (count > 0) wire::append16(out, digits[--count]);
}

}  // namespace pgjinja::pg
