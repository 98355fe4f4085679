#pragma once

#include "jinja/syntax/token.hpp"

#include <pgjinja/jinja/options.hpp>
#include <pgjinja/jinja/source.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace pgjinja::jinja {

/// Cuts a template into tokens on demand, with Jinja2's whitespace control (its Lexer class is the
/// rule book): `-` strips all whitespace on its side, `+` switches lstrip_blocks or trim_blocks off
/// for one tag, comments and raw blocks are resolved here.
class Lexer {
 public:
  /// @throws Error{Limit} for a source that is too large.
  Lexer(const Source& source, const Options& options);

  /// The next token; End for ever after the last one. @throws Error{Syntax}
  Token next();
  /// After an error inside a tag: goes on behind the end of that tag.
  void skip_tag();

  [[nodiscard]] const Source& source() const noexcept { return source_; }

 private:
  enum class Mode : std::uint8_t { Text, Variable, Block };
  enum class Tag : std::uint8_t { None, Variable, Block, Comment };

  Token text_token();
  Token tag_token();
  Token open_tag(Tag tag, std::size_t at);
  Token close_tag(TokenKind kind, std::size_t length, char sign);
  Token number();
  Token string();
  Token operator_token();
  void comment(std::size_t at);
  bool raw_begin();
  Token raw_text();
  bool try_close(Token& token);

  [[nodiscard]] Tag find_tag(std::size_t from, std::size_t& at) const;
  [[nodiscard]] std::size_t trimmed_end(std::size_t from, std::size_t to, char sign,
                                        bool block) const;
  void after_tag(char sign, bool trims);
  void skip_space() noexcept;
  [[nodiscard]] char peek(std::size_t ahead = 0) const noexcept {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] Token make(TokenKind kind, std::size_t begin, std::size_t end) const noexcept;
  [[noreturn]] void fail(std::size_t at, std::size_t length, std::string_view message) const;

  const Source& source_;
  const Options& options_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t tag_begin_ = 0;
  Mode mode_ = Mode::Text;
  bool line_starting_ = true;  // nothing but this line's start precedes the text
  bool in_raw_ = false;
  std::vector<char> brackets_;
};

}  // namespace pgjinja::jinja
