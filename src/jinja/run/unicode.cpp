#include "jinja/run/unicode.hpp"

#include "jinja/syntax/string_literal.hpp"

namespace pgjinja::jinja {

namespace {

std::size_t point_length(std::string_view rest) noexcept {
  const auto lead = static_cast<unsigned char>(rest[0]);
  const std::size_t wanted = lead < 0x80   ? 1
                             : lead < 0xC2 ? 1
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 1;
  if (wanted > rest.size()) return 1;
  for (std::size_t i = 1; i < wanted; ++i) {
    if ((static_cast<unsigned char>(rest[i]) & 0xC0U) != 0x80U) return 1;
  }
  return wanted;
}

std::uint32_t decode(std::string_view point) noexcept {
  const auto byte = [&point](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(point[i]));
  };
  switch (point.size()) {
    case 2: return (byte(0) & 0x1FU) << 6U | (byte(1) & 0x3FU);
    case 3: return (byte(0) & 0x0FU) << 12U | (byte(1) & 0x3FU) << 6U | (byte(2) & 0x3FU);
    case 4:
      return (byte(0) & 0x07U) << 18U | (byte(1) & 0x3FU) << 12U | (byte(2) & 0x3FU) << 6U |
             (byte(3) & 0x3FU);
    default: return byte(0);
  }
}

/// Capitals whose small letters lie all equally far behind (or before) them.
struct Shift {
  std::uint32_t first;
  std::uint32_t last;
  std::int32_t distance;
};
constexpr Shift kShifts[] = {
    {'A', 'Z', 32},     {0xC0, 0xD6, 32},   {0xD8, 0xDE, 32},   {0x178, 0x178, -121},
    {0x386, 0x386, 38}, {0x388, 0x38A, 37}, {0x38C, 0x38C, 64}, {0x38E, 0x38F, 63},
    {0x391, 0x3A1, 32}, {0x3A3, 0x3A9, 32}, {0x400, 0x40F, 80}, {0x410, 0x42F, 32},
};

/// Letters in pairs, a capital and then its small letter.
struct Pairs {
  std::uint32_t first;
  std::uint32_t last;
};
constexpr Pairs kPairs[] = {{0x100, 0x12F}, {0x132, 0x137}, {0x139, 0x148},
                            {0x14A, 0x177}, {0x179, 0x17E}, {0x460, 0x481}};

std::uint32_t moved(std::uint32_t c, std::int32_t by) noexcept {
  return static_cast<std::uint32_t>(static_cast<std::int32_t>(c) + by);
}

std::uint32_t upper_point(std::uint32_t c) noexcept {
  if (c == 0x3C2) return 0x3A3;  // the final sigma
  for (const Shift& shift : kShifts) {
    const bool small =
        c >= moved(shift.first, shift.distance) && c <= moved(shift.last, shift.distance);
    if (small) return moved(c, -shift.distance);
  }
  for (const Pairs& pairs : kPairs) {
    if (c >= pairs.first && c <= pairs.last) return c - (c - pairs.first) % 2;
  }
  return c;
}

std::uint32_t lower_point(std::uint32_t c) noexcept {
  for (const Shift& shift : kShifts) {
    if (c >= shift.first && c <= shift.last) return moved(c, shift.distance);
  }
  for (const Pairs& pairs : kPairs) {
    if (c >= pairs.first && c <= pairs.last) return c + 1 - (c - pairs.first) % 2;
  }
  return c;
}

template <class Convert>
std::string convert(std::string_view text, Convert convert_point) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::string_view point = text.substr(0, point_length(text));
    const bool lone = point.size() == 1 && static_cast<unsigned char>(point[0]) >= 0x80;
    if (lone || !append_utf8(convert_point(decode(point)), out)) out += point;
    text.remove_prefix(point.size());
  }
  return out;
}

}  // namespace

std::string_view first_code_point(std::string_view text) noexcept {
  return text.substr(0, point_length(text));
}
std::uint32_t code_point(std::string_view bytes) noexcept { return decode(bytes); }

bool is_printable(std::uint32_t code) noexcept {
  struct Range {
    std::uint32_t first;
    std::uint32_t last;
  };
  // Unicode's categories Cc, Cf, Co, Cs, Zl, Zp, and Zs without the space.
  static constexpr Range kUnprintable[] = {
      {0x00, 0x1F},       {0x7F, 0xA0},       {0xAD, 0xAD},       {0x600, 0x605},
      {0x61C, 0x61C},     {0x6DD, 0x6DD},     {0x70F, 0x70F},     {0x890, 0x891},
      {0x8E2, 0x8E2},     {0x1680, 0x1680},   {0x180E, 0x180E},   {0x2000, 0x200F},
      {0x2028, 0x202F},   {0x205F, 0x206F},   {0x3000, 0x3000},   {0xD800, 0xF8FF},
      {0xFEFF, 0xFEFF},   {0xFFF9, 0xFFFB},   {0x110BD, 0x110BD}, {0x110CD, 0x110CD},
      {0x13430, 0x1343F}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0001, 0xE007F},
      {0xF0000, 0x10FFFF}};
  for (const Range& range : kUnprintable) {
    if (code <= range.last) return code < range.first;
  }
  return true;
}

std::vector<std::string_view> code_points(std::string_view text) {
  std::vector<std::string_view> out;
  out.reserve(text.size());
  while (!text.empty()) {
    out.push_back(text.substr(0, point_length(text)));
    text.remove_prefix(out.back().size());
  }
  return out;
}

std::size_t count_code_points(std::string_view text) noexcept {
  std::size_t count = 0;
  while (!text.empty()) {
    text.remove_prefix(point_length(text));
    ++count;
  }
  return count;
}

std::string to_upper(std::string_view text) { return convert(text, upper_point); }
std::string to_lower(std::string_view text) { return convert(text, lower_point); }

bool is_space(std::string_view point) noexcept {
  const std::uint32_t c = decode(point);
  if (point.size() == 1) return c == ' ' || (c >= 9 && c <= 13) || (c >= 0x1C && c <= 0x1F);
  return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

std::string_view strip(std::string_view text) noexcept {
  while (!text.empty()) {
    const std::size_t n = point_length(text);
    if (!is_space(text.substr(0, n))) break;
    text.remove_prefix(n);
  }
  while (!text.empty()) {
    std::size_t begin = text.size() - 1;
    while (begin > 0 && text.size() - begin < 4 &&
           (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80U) {
      --begin;
    }
    if (!is_space(text.substr(begin))) break;
    text.remove_suffix(text.size() - begin);
  }
  return text;
}

}  // namespace pgjinja::jinja
