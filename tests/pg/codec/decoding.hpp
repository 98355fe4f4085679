#pragma once

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/codec.hpp>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>

namespace pgjinja::pg {

/// "00 ff" -> two bytes.
inline std::string from_hex(std::string_view hex) {
  std::string bytes;
  std::string digits;
  for (const char c : hex) {
    if (c == ' ') continue;
    digits += c;
    if (digits.size() < 2) continue;
    bytes += static_cast<char>(std::stoi(digits, nullptr, 16));
    digits.clear();
  }
  return bytes;
}

/// Decodes bytes that end where their allocation ends, so that a sanitizer sees a read behind them.
template <class T>
T decode_bytes(Oid type, Format format, std::string_view bytes) {
  const Decoder decoder = find_decoder<T>(type, format);
  if (decoder == nullptr) throw std::logic_error("no decoder");
  const std::vector<char> exact(bytes.begin(), bytes.end());
  T value{};
  decoder({exact.empty() ? "" : exact.data(), exact.size()}, &value);
  return value;
}

template <class T>
T decode_text(Oid type, std::string_view text) {
  return decode_bytes<T>(type, Format::Text, text);
}
template <class T>
T decode_binary(Oid type, std::string_view hex) {
  return decode_bytes<T>(type, Format::Binary, from_hex(hex));
}

/// The kind of the error that `call` throws.
template <class Call>
std::optional<ErrorKind> error_kind_of(Call call) {
  try {
    call();
    return std::nullopt;
  } catch (const Error& error) {
    return error.kind();
  }
}

}  // namespace pgjinja::pg
