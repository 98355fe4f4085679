#pragma once

#include "sql/scanner.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pgjinja::sql {

enum class TokenKind : std::uint8_t {
  Word,
  Number,
  Parameter,
  Operator,  ///< a run of operator characters, which PostgreSQL may read as several operators
  Punctuation,
  String,
  Identifier,  ///< quoted
  Comment
};

struct Token {
  TokenKind kind = TokenKind::Punctuation;
  std::size_t begin = 0;
  std::string_view text;

  /// Is it this word, in whatever case? `lower` is in lower case.
  [[nodiscard]] bool is_word(std::string_view wanted) const noexcept;
  /// Is it one of these words, in whatever case?
  template <std::size_t N>
  [[nodiscard]] bool is_any_of(const std::array<std::string_view, N>& lower) const noexcept {
    return std::any_of(lower.begin(), lower.end(), [this](auto word) { return is_word(word); });
  }
  /// Is it this one punctuation mark?
  [[nodiscard]] bool is(char mark) const noexcept {
    return kind == TokenKind::Punctuation && text.size() == 1 && text[0] == mark;
  }
};

/// Reads SQL text token by token, comments included. Views `text`.
class TokenReader {
 public:
  explicit TokenReader(std::string_view text) : text_(text) {}

  /// The next token into `token`, or false at the end. A string, identifier or comment that is
  /// still open at the end is a token too.
  bool next(Token& token);
  /// The scanner's state after all that was read so far.
  [[nodiscard]] const ScanState& state() const noexcept { return state_; }

 private:
  std::string_view text_;
  ScanState state_;
  bool ended_ = false;
};

/// How long the token at the beginning of `text` is; 0 in front of white space or for no text.
std::size_t first_token_length(std::string_view text);

}  // namespace pgjinja::sql
