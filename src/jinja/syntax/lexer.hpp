#pragma once

#include "jinja/syntax/openings.hpp"
#include "jinja/syntax/token.hpp"

#include <pgjinja/jinja/options.hpp>
#include <pgjinja/jinja/source.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::jinja {

/// Cuts a template into tokens on demand, with Jinja2's whitespace control (its Lexer class is the
/// rule book): `-` strips all whitespace on its side, `+` switches lstrip_blocks or trim_blocks off
/// for one tag; comments, raw blocks and the forms that take a whole line are resolved here.
class Lexer {
 public:
  /// @throws Error{Limit} for a source that is too large.
  Lexer(const Source& source, const Options& options);

  /// The next token; End for ever after the last one. @throws Error{Syntax}
  Token next();
  /// After an error inside a tag: goes on behind the end of that tag.
  void skip_tag();

  /// How messages call a token: "'%}'", "a name", "the end of the line".
  [[nodiscard]] std::string name_of(const Token& token) const;
  /// The same for one that was expected where the lexer is.
  [[nodiscard]] std::string name_of(TokenKind kind) const;

 private:
  enum class Mode : std::uint8_t { Text, Variable, Block, Line };

  Token text_token();
  Token tag_token();
  Token open_tag(const Opening& opening);
  Token close_tag(TokenKind kind, std::size_t length, char sign);
  Token number();
  Token string();
  Token operator_token();
  void comment();
  void line_comment() noexcept;
  bool raw_begin();
  Token raw_text();
  bool end_raw(std::size_t tag, Token& text);
  bool try_close(Token& token);
  bool try_end_line(Token& token);
  [[noreturn]] void never_closed() const;

  [[nodiscard]] bool stands_at(std::size_t at, std::string_view word) const noexcept {
    return at <= text_.size() && text_.substr(at).starts_with(word);
  }
  [[nodiscard]] char sign_at(std::size_t at) const noexcept;
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
  const Delimiters& delimiters_;
  Openings openings_;
  std::string_view text_;
  std::size_t at_ = 0;
  Opening pending_;  // found behind the text that was given last
  std::size_t tag_begin_ = 0;
  std::size_t tag_length_ = 0;  // of its opening
  std::string_view closing_;    // of the tag that is open
  Mode mode_ = Mode::Text;
  bool closes_on_space_ = false;  // the closing may begin with white space
  bool line_starting_ = true;     // nothing but this line's start precedes the text
  bool in_raw_ = false;
  std::vector<char> brackets_;
};

}  // namespace pgjinja::jinja
