#include "jinja/syntax/string_literal.hpp"

#include <charconv>
#include <cstdint>

namespace pgjinja::jinja {

bool append_utf8(std::uint32_t c, std::string& out) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return false;
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
  return true;
}

namespace {

bool decode_hex(std::string_view literal, std::size_t& at, std::size_t digits, std::string& out) {
  if (at + digits > literal.size()) return false;
  std::uint32_t code = 0;
  const char* begin = literal.data() + at;
  const auto result = std::from_chars(begin, begin + digits, code, 16);
  if (result.ptr != begin + digits) return false;
  at += digits;
  return append_utf8(code, out);
}

bool decode_octal(std::string_view literal, std::size_t& at, std::string& out) {
  std::uint32_t code = 0;
  for (int n = 0; n < 3 && at < literal.size() && literal[at] >= '0' && literal[at] <= '7'; ++n) {
    code = code * 8 + static_cast<std::uint32_t>(literal[at++] - '0');
  }
  return append_utf8(code, out);
}

}  // namespace

bool decode_string(std::string_view literal, std::string& out) {
  for (std::size_t at = 0; at < literal.size();) {
    const char c = literal[at++];
    if (c != '\\' || at == literal.size()) {
      out += c;
      continue;
    }
    const char escaped = literal[at++];
    switch (escaped) {
      case '\n': break;  // an escaped line break is none
      case '\\':
      case '\'':
      case '"': out += escaped; break;
      case 'a': out += '\a'; break;
      case 'b': out += '\b'; break;
      case 'f': out += '\f'; break;
      case 'n': out += '\n'; break;
      case 'r': out += '\r'; break;
      case 't': out += '\t'; break;
      case 'v': out += '\v'; break;
      case 'x':
        if (!decode_hex(literal, at, 2, out)) return false;
        break;
      case 'u':
        if (!decode_hex(literal, at, 4, out)) return false;
        break;
      case 'U':
        if (!decode_hex(literal, at, 8, out)) return false;
        break;
      default:
        if (escaped >= '0' && escaped <= '7') {
          --at;
          if (!decode_octal(literal, at, out)) return false;
        } else {
          out += '\\';
          out += escaped;
        }
    }
  }
  return true;
}

}  // namespace pgjinja::jinja
