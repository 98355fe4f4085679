#include "pg/codec/bytea.hpp"

#include "pg/codec/field_bytes.hpp"

namespace pgjinja::pg {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string from_hex(Field field) {
  const std::string_view digits = field.bytes().substr(2);
  if (digits.size() % 2 != 0) throw malformed("bytea", field);
  std::string raw;
  raw.reserve(digits.size() / 2);
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = hex_digit(digits[i]);
    const int low = hex_digit(digits[i + 1]);
    if (high < 0 || low < 0) throw malformed("bytea", field);
    raw += static_cast<char>(high << 4 | low);
  }
  return raw;
}

/// "\\" is a backslash and "\ooo" a byte in octal (manual 8.4.2).
std::string from_escapes(Field field) {
  std::string_view rest = field.bytes();
  const auto octal = [&](std::size_t i, char highest) {
    return rest.size() > i && rest[i] >= '0' && rest[i] <= highest;
  };
  std::string raw;
  while (!rest.empty()) {
    std::size_t used = 1;
    if (rest[0] != '\\') {
      raw += rest[0];
    } else if (rest.size() > 1 && rest[1] == '\\') {
      raw += '\\';
      used = 2;
    } else if (octal(1, '3') && octal(2, '7') && octal(3, '7')) {
      raw += static_cast<char>((rest[1] - '0') << 6 | (rest[2] - '0') << 3 | (rest[3] - '0'));
      used = 4;
    } else {
      throw malformed("bytea", field);
    }
    rest.remove_prefix(used);
  }
  return raw;
}

std::string raw_of_text(Field field) {
  return field.bytes().starts_with("\\x") ? from_hex(field) : from_escapes(field);
}

std::vector<std::byte> as_bytes(std::string_view raw) {
  const auto* begin = reinterpret_cast<const std::byte*>(raw.data());
  return {begin, begin + raw.size()};
}

}  // namespace

std::vector<std::byte> read_bytea_binary(Field field) { return as_bytes(field.bytes()); }
std::vector<std::byte> read_bytea_text(Field field) { return as_bytes(raw_of_text(field)); }
Value read_bytea_binary_as_value(Field field) { return Value::bytes(field.bytes()); }
Value read_bytea_text_as_value(Field field) { return Value::bytes(raw_of_text(field)); }

void append_bytea_text(std::string& out, std::string_view raw) {
  constexpr char kDigits[] = "0123456789abcdef";
  out += "\\x";
  for (const char c : raw) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 0xFU];
  }
}

}  // namespace pgjinja::pg
