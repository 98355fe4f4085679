#include "pg/wire/copy_text.hpp"

namespace pgjinja::pg::wire {

namespace {

/// The letter that stands behind the backslash for a byte, or NUL for one that stays as it is.
char letter_for(char byte) noexcept {
  switch (byte) {
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    case '\v': return 'v';
    case '\\': return '\\';
    default: return '\0';
  }
}

/// What a letter behind a backslash means; any other means itself.
char byte_for(char letter) noexcept {
  switch (letter) {
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'v': return '\v';
    default: return letter;
  }
}

}  // namespace

void escape_copy_text(std::string& out, std::size_t begin) {
  static constexpr std::string_view kEscaped = "\b\f\n\r\t\v\\";
  const std::size_t first = out.find_first_of(kEscaped, begin);
  if (first == std::string::npos) return;
  const std::string rest = out.substr(first);
  out.resize(first);
  for (const char byte : rest) {
    const char letter = letter_for(byte);
    if (letter != '\0') out += '\\';
    out += letter != '\0' ? letter : byte;
  }
}

// The server writes no octal and hexadecimal escapes, though it reads them.
void append_unescaped(std::string& out, std::string_view field) {
  for (std::size_t i = 0; i < field.size(); ++i) {
    const bool escape = field[i] == '\\' && i + 1 < field.size();
    out += escape ? byte_for(field[++i]) : field[i];
  }
}

}  // namespace pgjinja::pg::wire
