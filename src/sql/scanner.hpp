#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pgjinja::sql {

/// What kind of SQL text a byte stands in (PostgreSQL manual 4.1).
enum class Region : std::uint8_t {
  Code,
  StandardString,     ///< '…' and N'…'
  EscapeString,       ///< E'…'
  UnicodeString,      ///< U&'…'
  BitString,          ///< B'…' and X'…'
  DollarString,       ///< $tag$…$tag$
  QuotedIdentifier,   ///< "…"
  UnicodeIdentifier,  ///< U&"…"
  LineComment,        ///< -- …
  BlockComment        ///< /* … */, nested
};

/// "a string constant", "a comment" … as messages name it.
std::string_view region_name(Region region) noexcept;

/// What a token that is placed right here would touch.
enum class Touch : std::uint8_t {
  Nothing,        ///< white space, a comment or punctuation such as `(` or `,`
  Word,           ///< a key word or an unquoted identifier
  Number,         ///< `12`, `1.`, `1.5`, `1e10`
  Dollar,         ///< a lone `$` or `$abc`, which one more `$` would make a dollar quote
  Parameter,      ///< `$12`
  Operator,       ///< one or more operator characters
  Colon,          ///< `:`, the beginning of `::` or `:=`
  Dot,            ///< `.`, the middle of a dotted name or the beginning of `.5`
  UnicodePrefix,  ///< `U&`, which a quote would make a Unicode string or identifier
  Identifier,     ///< the closing `"`, which one more `"` would open again
  String,         ///< the closing `'`, which one more `'` would open again
  Continuable,    ///< white space after a string, which a `'` may continue (manual 4.1.2.1)
  DollarString,   ///< the closing `$tag$`
  Inside          ///< no code at all: see region()
};

/// What a byte is to the scanner when it stands in code.
enum class ByteClass : std::uint8_t {
  Space,
  Newline,
  Word,
  Digit,
  Dollar,
  Quote,
  DoubleQuote,
  Operator,
  Colon,
  Dot,
  Other
};

ByteClass byte_class(char byte) noexcept;

/// The one scanner of PostgreSQL text, as src/backend/parser/scan.l of PostgreSQL 15 reads it with
/// standard_conforming_strings = on (the default since 9.1; where it is off, `'\'` would not end).
///
/// It is the state after the bytes that it was fed: a value that can be copied, compared and
/// continued. Text may be cut at any byte; the state is that of the whole text.
class ScanState {
 public:
  void advance(std::string_view text);
  void take(char byte) {
    step(byte);
    ++offset_;
  }
  /// Takes the bytes at the beginning of `text` that go on with the word or white space that is
  /// open here, and gives how many they were.
  std::size_t pass_over(std::string_view text) noexcept;

  [[nodiscard]] Region region() const noexcept;
  [[nodiscard]] Touch touch() const noexcept;
  /// How many bytes it was fed.
  [[nodiscard]] std::size_t offset() const noexcept { return offset_; }
  /// Where the token or region that is open here began; only meaningful if has_token().
  [[nodiscard]] std::size_t start() const noexcept { return start_; }
  /// False in white space: no token is open or has just ended.
  [[nodiscard]] bool has_token() const noexcept {
    return mode_ != Mode::Space && mode_ != Mode::Continuable;
  }
  /// The token that is open or has just ended is a comment.
  [[nodiscard]] bool in_comment() const noexcept {
    return mode_ == Mode::LineComment || mode_ == Mode::BlockComment || mode_ == Mode::AfterComment;
  }
  /// A string constant has ended, and a quote behind enough white space would go on with it.
  [[nodiscard]] bool may_continue() const noexcept;
  /// There was enough white space: a quote right here goes on with the string.
  [[nodiscard]] bool quote_continues() const noexcept {
    return mode_ == Mode::Continuable && newline_;
  }

  friend bool operator==(const ScanState&, const ScanState&) = default;
  /// Does it read whatever follows as `other` does? Offsets do not count.
  [[nodiscard]] bool reads_on_as(const ScanState& other) const noexcept {
    return mode_ == other.mode_ && reopen_ == other.reopen_ && newline_ == other.newline_ &&
           last_ == other.last_ && depth_ == other.depth_ && matched_ == other.matched_ &&
           tag_ == other.tag_;
  }

 private:
  enum class Mode : std::uint8_t {
    Space,
    Continuable,
    Punctuation,
    Word,
    Number,
    NumberDot,
    Fraction,
    ExponentMark,
    ExponentSign,
    Exponent,
    Dot,
    TwoDots,
    Colon,
    Operator,
    UnicodePrefix,
    Dollar,
    DollarTag,
    Parameter,
    AfterIdentifier,
    AfterString,
    AfterDollarString,
    AfterComment,
    StandardString,
    EscapeString,
    EscapedByte,
    UnicodeString,
    BitString,
    DollarString,
    QuotedIdentifier,
    UnicodeIdentifier,
    LineComment,
    BlockComment
  };
  static constexpr std::size_t kModes = static_cast<std::size_t>(Mode::BlockComment) + 1;

  static constexpr Touch touch_of(Mode mode) noexcept;
  void step(char byte);
  void in_string(char byte);
  void in_escape_string(char byte);
  void in_identifier(char byte);
  void in_dollar_string(char byte);
  void in_line_comment(char byte);
  void in_block_comment(char byte);
  void in_code(char byte);
  void on_space(bool newline);
  void on_word(char byte);
  void go_on_with_word() noexcept;
  void on_digit(char byte);
  void on_dollar();
  void on_quote();
  void on_double_quote();
  void on_operator(char byte);
  void on_dot();
  [[nodiscard]] char prefix() const noexcept;
  void begin(Mode mode) noexcept;
  void enter(Mode mode, std::size_t start) noexcept;
  void give_up_dollar_tag();

  Mode mode_ = Mode::Space;
  Mode reopen_ = Mode::Space;  // what a quote that follows a closing quote would open again
  bool newline_ = false;       // Continuable: a line break was seen since the closing quote
  char last_ = 0;              // see on_word, on_operator, in_block_comment
  std::uint32_t depth_ = 0;    // BlockComment
  std::size_t matched_ = 0;    // DollarString: how many bytes of the closing tag were seen
  std::size_t offset_ = 0;
  std::size_t start_ = 0;
  std::string tag_;  // DollarTag, DollarString: without the `$`
};

}  // namespace pgjinja::sql
