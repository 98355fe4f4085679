#include "pg/codec/range.hpp"

#include "pg/codec/field_bytes.hpp"
#include "pg/codec/quoted_text.hpp"

namespace pgjinja::pg {

namespace {

// The flags of a range in binary (RANGE_EMPTY … in the server's rangetypes.h).
constexpr unsigned kEmpty = 0x01, kLowerInclusive = 0x02, kUpperInclusive = 0x04,
                   kLowerInfinite = 0x08, kUpperInfinite = 0x10;

Error no_range(Field field) { return malformed("range", field); }
Error no_multirange(Field field) { return malformed("multirange", field); }

/// Takes a length and as many bytes off the front.
bool take_sized(std::string_view& rest, std::string_view& taken) {
  if (rest.size() < 4) return false;
  const std::uint32_t size = wire::load32(rest.data());
  rest.remove_prefix(4);
  if (size > rest.size()) return false;
  taken = rest.substr(0, size);
  rest.remove_prefix(size);
  return true;
}

bool take_bound(std::string_view& rest, bool infinite, std::optional<std::string>& bound) {
  if (infinite) return true;
  std::string_view bytes;
  if (!take_sized(rest, bytes)) return false;
  bound.emplace(bytes);
  return true;
}

/// Takes a range's text off the front.
bool take_range(std::string_view& rest, RangeParts& range) {
  constexpr std::string_view kEmptyRange = "empty";
  if (rest.starts_with(kEmptyRange)) {
    range.empty = true;
    rest.remove_prefix(kEmptyRange.size());
    return true;
  }
  if (!rest.starts_with('[') && !rest.starts_with('(')) return false;
  range.lower_inclusive = rest.front() == '[';
  rest.remove_prefix(1);
  if (!take_item(rest, ",", range.lower)) return false;
  rest.remove_prefix(1);
  if (!take_item(rest, ")]", range.upper)) return false;
  range.upper_inclusive = rest.front() == ']';
  rest.remove_prefix(1);
  return true;
}

void append_bound(std::string& out, const std::optional<std::string>& bound) {
  if (!bound) return;
  // Bounds of the built-in ranges are made of digits, letters, signs and blanks.
  const bool quoted = bound->find(' ') != std::string::npos;
  if (quoted) out += '"';
  out += *bound;
  if (quoted) out += '"';
}

}  // namespace

RangeParts read_range_binary(Field field) {
  std::string_view rest = field.bytes();
  if (rest.empty()) throw no_range(field);
  const auto flags = static_cast<unsigned char>(rest.front());
  rest.remove_prefix(1);
  RangeParts range;
  range.empty = (flags & kEmpty) != 0;
  range.lower_inclusive = (flags & kLowerInclusive) != 0;
  range.upper_inclusive = (flags & kUpperInclusive) != 0;
  if (!take_bound(rest, range.empty || (flags & kLowerInfinite) != 0, range.lower) ||
      !take_bound(rest, range.empty || (flags & kUpperInfinite) != 0, range.upper) ||
      !rest.empty()) {
    throw no_range(field);
  }
  return range;
}

RangeParts read_range_text(Field field) {
  std::string_view rest = field.bytes();
  RangeParts range;
  if (!take_range(rest, range) || !rest.empty()) throw no_range(field);
  return range;
}

std::vector<RangeParts> read_multirange_binary(Field field) {
  std::string_view rest = field.bytes();
  if (rest.size() < 4) throw no_multirange(field);
  const std::uint32_t count = wire::load32(rest.data());
  rest.remove_prefix(4);
  std::vector<RangeParts> ranges;
  for (std::uint32_t i = 0; i < count; ++i) {  // each takes bytes, so that a false count soon ends
    std::string_view range;
    if (!take_sized(rest, range)) throw no_multirange(field);
    ranges.push_back(read_range_binary({range.data(), range.size()}));
  }
  if (!rest.empty()) throw no_multirange(field);
  return ranges;
}

std::vector<RangeParts> read_multirange_text(Field field) {
  std::string_view rest = field.bytes();
  std::vector<RangeParts> ranges;
  if (rest == "{}") return ranges;
  if (!rest.starts_with('{')) throw no_multirange(field);
  do {
    rest.remove_prefix(1);  // the brace, or the comma behind the range before
    if (!take_range(rest, ranges.emplace_back())) throw no_multirange(field);
  } while (rest.starts_with(','));
  if (rest != "}") throw no_multirange(field);
  return ranges;
}

std::string to_text(const RangeParts& range) {
  if (range.empty) return "empty";
  std::string out(1, range.lower_inclusive ? '[' : '(');
  append_bound(out, range.lower);
  out += ',';
  append_bound(out, range.upper);
  out += range.upper_inclusive ? ']' : ')';
  return out;
}

std::string to_text(const std::vector<RangeParts>& ranges) {
  std::string out = "{";
  for (const RangeParts& range : ranges) {
    if (out.size() > 1) out += ',';
    out += to_text(range);
  }
  return out + "}";
}

}  // namespace pgjinja::pg
