#pragma once

#include <pgjinja/jinja/delimiters.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace pgjinja::jinja {

enum class TokenKind : std::uint8_t {
  Data,  ///< text between tags, already trimmed by whitespace control
  VariableBegin,
  VariableEnd,
  BlockBegin,
  BlockEnd,
  Name,
  String,   ///< `text` is what stands between the quotes, escapes not yet decoded
  Integer,  ///< `text` as written
  Float,
  Add,
  Assign,
  Colon,
  Comma,
  Divide,
  Dot,
  Equal,
  FloorDivide,
  Greater,
  GreaterEqual,
  LeftBrace,
  LeftBracket,
  LeftParen,
  Less,
  LessEqual,
  Modulo,
  Multiply,
  NotEqual,
  Pipe,
  Power,
  RightBrace,
  RightBracket,
  RightParen,
  Semicolon,
  Subtract,
  Tilde,
  End
};

struct Token {
  TokenKind kind = TokenKind::End;
  std::uint32_t begin = 0;  ///< byte offset in the source
  std::uint32_t end = 0;
  std::string_view text;

  [[nodiscard]] bool is(TokenKind wanted) const noexcept { return kind == wanted; }
  [[nodiscard]] bool is_name(std::string_view name) const noexcept {
    return kind == TokenKind::Name && text == name;
  }
};

/// How messages call a token of that kind: "'%'", "a name", "the end of the template".
std::string token_kind_name(TokenKind kind, const Delimiters& delimiters);

}  // namespace pgjinja::jinja
