#include "pg/wire/copy_text.hpp"

#include <algorithm>
#include <cstddef>

namespace pgjinja::pg::wire {

namespace {

/// The letter that stands behind the backslash for a byte that is escaped.
char letter_for(char byte) noexcept {
  switch (byte) {
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    case '\v': return 'v';
    default: return byte;  // the backslash
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

void append_escaped(ByteBuffer& out, std::string_view field) {
  static constexpr std::string_view kEscaped = "\b\f\n\r\t\v\\";
  while (!field.empty()) {
    const std::size_t plain = std::min(field.find_first_of(kEscaped), field.size());
    out.append(field.substr(0, plain));
    field.remove_prefix(plain);
    if (field.empty()) return;
    char* const at = out.grow(2);
    at[0] = '\\';
    at[1] = letter_for(field.front());
    field.remove_prefix(1);
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
