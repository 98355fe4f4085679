#include <pgjinja/core/range.hpp>

namespace pgjinja {

namespace {

std::string bound_text(std::int64_t bound) { return std::to_string(bound); }
std::string bound_text(const Decimal& bound) { return bound.text; }
std::string bound_text(Date bound) { return to_text(bound); }
std::string bound_text(Timestamp bound) { return to_text(bound); }
std::string bound_text(TimestampTz bound) { return to_text(bound); }

/// Quoted where the server quotes it, most often because of a blank.
template <class T>
void append_bound(std::string& out, const std::optional<T>& bound) {
  if (!bound) return;
  const std::string text = bound_text(*bound);
  if (!text.empty() && text.find_first_of(" ,()[]\"\\") == std::string::npos) {
    out += text;
    return;
  }
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

}  // namespace

template <class T>
std::string to_text(const Range<T>& range) {
  if (range.empty) return "empty";
  std::string out(1, range.lower && range.lower_inclusive ? '[' : '(');
  append_bound(out, range.lower);
  out += ',';
  append_bound(out, range.upper);
  out += range.upper && range.upper_inclusive ? ']' : ')';
  return out;
}

template <class T>
std::string to_text(const Multirange<T>& multirange) {
  std::string out = "{";
  for (const Range<T>& range : multirange.ranges) {
    if (out.size() > 1) out += ',';
    out += to_text(range);
  }
  return out + "}";
}

template std::string to_text(const Range<std::int32_t>&);
template std::string to_text(const Range<std::int64_t>&);
template std::string to_text(const Range<Decimal>&);
template std::string to_text(const Range<Date>&);
template std::string to_text(const Range<Timestamp>&);
template std::string to_text(const Range<TimestampTz>&);
template std::string to_text(const Multirange<std::int32_t>&);
template std::string to_text(const Multirange<std::int64_t>&);
template std::string to_text(const Multirange<Decimal>&);
template std::string to_text(const Multirange<Date>&);
template std::string to_text(const Multirange<Timestamp>&);
template std::string to_text(const Multirange<TimestampTz>&);

}  // namespace pgjinja
