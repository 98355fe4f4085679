#include "sql/scanner.hpp"

#include <array>
#include <initializer_list>

namespace pgjinja::sql {

namespace {

constexpr std::array<ByteClass, 256> make_classes() {
  std::array<ByteClass, 256> classes{};
  classes.fill(ByteClass::Other);
  const auto set = [&classes](std::string_view bytes, ByteClass cls) {
    for (const char c : bytes) classes[static_cast<unsigned char>(c)] = cls;
  };
  // The vertical tab is white space from PostgreSQL 16 on; version 15 refuses a statement with one.
  set(" \t\f\v", ByteClass::Space);
  set("\n\r", ByteClass::Newline);
  set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_", ByteClass::Word);
  for (std::size_t byte = 0x80; byte < 256; ++byte) classes[byte] = ByteClass::Word;
  set("0123456789", ByteClass::Digit);
  set("~!@#^&|`?+-*/%<>=", ByteClass::Operator);
  set("$", ByteClass::Dollar);
  set("'", ByteClass::Quote);
  set("\"", ByteClass::DoubleQuote);
  set(":", ByteClass::Colon);
  set(".", ByteClass::Dot);
  return classes;
}

constexpr std::array<ByteClass, 256> kClasses = make_classes();

constexpr std::array<bool, 256> bytes_of(std::initializer_list<ByteClass> wanted) {
  std::array<bool, 256> bytes{};
  for (std::size_t byte = 0; byte < 256; ++byte) {
    for (const ByteClass cls : wanted) bytes[byte] = bytes[byte] || kClasses[byte] == cls;
  }
  return bytes;
}

constexpr std::array<bool, 256> kInWord =
    bytes_of({ByteClass::Word, ByteClass::Digit, ByteClass::Dollar});
constexpr std::array<bool, 256> kWhite = bytes_of({ByteClass::Space, ByteClass::Newline});

std::size_t run_of(const std::array<bool, 256>& bytes, std::string_view text) noexcept {
  std::size_t n = 0;
  while (n < text.size() && bytes[static_cast<unsigned char>(text[n])]) ++n;
  return n;
}

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

ByteClass byte_class(char byte) noexcept { return kClasses[static_cast<unsigned char>(byte)]; }

std::string_view region_name(Region region) noexcept {
  switch (region) {
    case Region::Code: return "code";
    case Region::StandardString: return "a string constant";
    case Region::EscapeString: return "an escape string constant";
    case Region::UnicodeString: return "a Unicode string constant";
    case Region::BitString: return "a bit-string constant";
    case Region::DollarString: return "a dollar-quoted string constant";
    case Region::QuotedIdentifier: return "a quoted identifier";
    case Region::UnicodeIdentifier: return "a quoted Unicode identifier";
    case Region::LineComment:
    case Region::BlockComment: return "a comment";
  }
  return "code";
}

Region ScanState::region() const noexcept {
  switch (mode_) {
    case Mode::StandardString: return Region::StandardString;
    case Mode::EscapeString:
    case Mode::EscapedByte: return Region::EscapeString;
    case Mode::UnicodeString: return Region::UnicodeString;
    case Mode::BitString: return Region::BitString;
    case Mode::DollarString: return Region::DollarString;
    case Mode::QuotedIdentifier: return Region::QuotedIdentifier;
    case Mode::UnicodeIdentifier: return Region::UnicodeIdentifier;
    case Mode::LineComment: return Region::LineComment;
    case Mode::BlockComment: return Region::BlockComment;
    default: return Region::Code;
  }
}

constexpr Touch ScanState::touch_of(Mode mode) noexcept {
  switch (mode) {
    case Mode::Space:
    case Mode::Punctuation:
    case Mode::AfterComment: return Touch::Nothing;
    case Mode::Continuable: return Touch::Continuable;
    case Mode::Word:
    case Mode::ExponentMark: return Touch::Word;
    case Mode::Number:
    case Mode::NumberDot:
    case Mode::Fraction:
    case Mode::Exponent: return Touch::Number;
    case Mode::Dot:
    case Mode::TwoDots: return Touch::Dot;
    case Mode::Colon: return Touch::Colon;
    case Mode::ExponentSign:
    case Mode::Operator: return Touch::Operator;
    case Mode::UnicodePrefix: return Touch::UnicodePrefix;
    case Mode::Dollar:
    case Mode::DollarTag: return Touch::Dollar;
    case Mode::Parameter: return Touch::Parameter;
    case Mode::AfterIdentifier: return Touch::Identifier;
    case Mode::AfterString: return Touch::String;
    case Mode::AfterDollarString: return Touch::DollarString;
    default: return Touch::Inside;
  }
}

Touch ScanState::touch() const noexcept {
  static constexpr auto kTouches = [] {
    std::array<Touch, kModes> touches{};
    for (std::size_t i = 0; i < kModes; ++i) touches[i] = touch_of(static_cast<Mode>(i));
    return touches;
  }();
  return kTouches[static_cast<std::size_t>(mode_)];
}

bool ScanState::may_continue() const noexcept {
  return reopen_ != Mode::Space && (mode_ == Mode::AfterString || mode_ == Mode::Continuable ||
                                    mode_ == Mode::Operator || mode_ == Mode::LineComment);
}

void ScanState::advance(std::string_view text) {
  while (!text.empty()) {
    text.remove_prefix(pass_over(text));
    if (text.empty()) return;
    take(text.front());
    text.remove_prefix(1);
  }
}

// As step() would, byte by byte.
std::size_t ScanState::pass_over(std::string_view text) noexcept {
  if (mode_ != Mode::Word && mode_ != Mode::Space) return 0;
  const std::size_t length = run_of(mode_ == Mode::Word ? kInWord : kWhite, text);
  if (length == 0) return 0;
  offset_ += length;
  if (mode_ == Mode::Word) {
    last_ = 0;
  } else {
    start_ = offset_ - 1;
  }
  return length;
}

void ScanState::step(char byte) {
  switch (mode_) {
    case Mode::StandardString:
    case Mode::UnicodeString:
    case Mode::BitString: in_string(byte); break;
    case Mode::EscapeString: in_escape_string(byte); break;
    case Mode::EscapedByte: mode_ = Mode::EscapeString; break;
    case Mode::DollarString: in_dollar_string(byte); break;
    case Mode::QuotedIdentifier:
    case Mode::UnicodeIdentifier: in_identifier(byte); break;
    case Mode::LineComment: in_line_comment(byte); break;
    case Mode::BlockComment: in_block_comment(byte); break;
    default: in_code(byte); break;
  }
}

void ScanState::in_string(char byte) {
  if (byte_class(byte) != ByteClass::Quote) return;
  reopen_ = mode_;
  newline_ = false;
  mode_ = Mode::AfterString;
}

void ScanState::in_escape_string(char byte) {
  if (byte == '\\') {
    mode_ = Mode::EscapedByte;
  } else {
    in_string(byte);
  }
}

void ScanState::in_identifier(char byte) {
  if (byte_class(byte) != ByteClass::DoubleQuote) return;
  reopen_ = mode_;
  mode_ = Mode::AfterIdentifier;
}

// A closing tag has `$` at its two ends only, so that a mismatch can restart nowhere but at a `$`.
void ScanState::in_dollar_string(char byte) {
  const bool expected =
      matched_ == 0 || matched_ == tag_.size() + 1 ? byte == '$' : byte == tag_[matched_ - 1];
  matched_ = expected ? matched_ + 1 : static_cast<std::size_t>(byte == '$');
  if (matched_ < tag_.size() + 2) return;
  tag_.clear();
  matched_ = 0;
  mode_ = Mode::AfterDollarString;
}

void ScanState::in_line_comment(char byte) {
  if (byte_class(byte) != ByteClass::Newline) return;
  mode_ = reopen_ == Mode::Space ? Mode::Space : Mode::Continuable;
  newline_ = mode_ == Mode::Continuable;
}

void ScanState::in_block_comment(char byte) {
  const char before = last_;
  last_ = byte;
  if (before == '/' && byte == '*') {
    ++depth_;
    last_ = 0;
  } else if (before == '*' && byte == '/') {
    last_ = 0;
    if (--depth_ == 0) mode_ = Mode::AfterComment;
  }
}

void ScanState::in_code(char byte) {
  const ByteClass cls = byte_class(byte);
  if (mode_ == Mode::DollarTag && cls != ByteClass::Word && cls != ByteClass::Digit &&
      cls != ByteClass::Dollar) {
    give_up_dollar_tag();
  }
  switch (cls) {
    case ByteClass::Space: on_space(false); break;
    case ByteClass::Newline: on_space(true); break;
    case ByteClass::Word: on_word(byte); break;
    case ByteClass::Digit: on_digit(byte); break;
    case ByteClass::Dollar: on_dollar(); break;
    case ByteClass::Quote: on_quote(); break;
    case ByteClass::DoubleQuote: on_double_quote(); break;
    case ByteClass::Operator: on_operator(byte); break;
    case ByteClass::Colon: begin(Mode::Colon); break;
    case ByteClass::Dot: on_dot(); break;
    case ByteClass::Other: begin(Mode::Punctuation); break;
  }
}

void ScanState::on_space(bool newline) {
  if (mode_ == Mode::AfterString || mode_ == Mode::Continuable) {
    newline_ = newline_ || newline;
    mode_ = Mode::Continuable;
  } else {
    begin(Mode::Space);
  }
}

// Of a word, `last_` holds its letter in lower case if it is one letter long: it may be the E, B,
// X, N or U of a string.
void ScanState::on_word(char byte) {
  switch (mode_) {
    case Mode::Word:
    case Mode::ExponentMark:
    case Mode::Exponent: go_on_with_word(); break;
    case Mode::DollarTag: tag_ += byte; break;
    case Mode::Dollar:
      mode_ = Mode::DollarTag;
      tag_ = byte;
      break;
    default:
      if (lower(byte) == 'e' && touch() == Touch::Number) {
        enter(Mode::ExponentMark, start_);
      } else {
        begin(Mode::Word);
      }
      last_ = lower(byte);
      break;
  }
}

void ScanState::go_on_with_word() noexcept {
  mode_ = Mode::Word;
  last_ = 0;
}

char ScanState::prefix() const noexcept {
  return mode_ == Mode::Word || mode_ == Mode::ExponentMark ? last_ : '\0';
}

void ScanState::on_digit(char byte) {
  switch (mode_) {
    case Mode::Word: last_ = 0; break;
    case Mode::ExponentMark:
    case Mode::ExponentSign: enter(Mode::Exponent, start_); break;
    case Mode::DollarTag: tag_ += byte; break;
    case Mode::Dollar: mode_ = Mode::Parameter; break;
    case Mode::NumberDot:
    case Mode::Dot: mode_ = Mode::Fraction; break;
    case Mode::Number:
    case Mode::Fraction:
    case Mode::Exponent:
    case Mode::Parameter: break;
    default: begin(Mode::Number); break;
  }
}

// A word goes on with a `$`; the exponent of `1e5$$` does not.
void ScanState::on_dollar() {
  switch (mode_) {
    case Mode::Word:
    case Mode::ExponentMark: go_on_with_word(); break;
    case Mode::Dollar:
    case Mode::DollarTag:
      mode_ = Mode::DollarString;
      matched_ = 0;
      break;
    default: begin(Mode::Dollar); break;
  }
}

void ScanState::on_quote() {
  const bool doubled = mode_ == Mode::AfterString && reopen_ != Mode::BitString;
  if (doubled || quote_continues()) {
    enter(reopen_, doubled ? start_ : offset_);
  } else if (mode_ == Mode::UnicodePrefix) {
    enter(Mode::UnicodeString, start_);
  } else if (prefix() == 'e') {
    enter(Mode::EscapeString, start_);
  } else if (prefix() == 'b' || prefix() == 'x') {
    enter(Mode::BitString, start_);
  } else {
    enter(Mode::StandardString, prefix() == 'n' ? start_ : offset_);
  }
}

void ScanState::on_double_quote() {
  if (mode_ == Mode::AfterIdentifier) {
    enter(reopen_, start_);
  } else if (mode_ == Mode::UnicodePrefix) {
    enter(Mode::UnicodeIdentifier, start_);
  } else {
    enter(Mode::QuotedIdentifier, offset_);
  }
}

// Of a run of operator characters, `last_` is the latest: a comment begins inside a run too.
void ScanState::on_operator(char byte) {
  const bool in_run =
      mode_ == Mode::Operator || mode_ == Mode::UnicodePrefix || mode_ == Mode::ExponentSign;
  if (in_run && last_ == '-' && byte == '-') {
    const Mode reopen = reopen_;
    enter(Mode::LineComment, offset_ - 1);
    reopen_ = reopen;
  } else if (in_run && last_ == '/' && byte == '*') {
    enter(Mode::BlockComment, offset_ - 1);
    depth_ = 1;
  } else if (mode_ == Mode::ExponentMark && (byte == '-' || byte == '+')) {
    mode_ = Mode::ExponentSign;
    last_ = byte;
  } else if (mode_ == Mode::Word && last_ == 'u' && byte == '&') {
    mode_ = Mode::UnicodePrefix;
    last_ = byte;
  } else if (in_run) {
    enter(Mode::Operator, start_);
    last_ = byte;
  } else {
    // A comment does not end the white space over which a string may continue.
    const bool after_string = mode_ == Mode::AfterString || mode_ == Mode::Continuable;
    const Mode reopen = after_string && byte == '-' ? reopen_ : Mode::Space;
    begin(Mode::Operator);
    reopen_ = reopen;
    last_ = byte;
  }
}

// `1..10` is two numbers and `..`, which takes the dot back that looked like the number's.
void ScanState::on_dot() {
  switch (mode_) {
    case Mode::Number: mode_ = Mode::NumberDot; break;
    case Mode::NumberDot: enter(Mode::TwoDots, offset_ - 1); break;
    case Mode::Dot: mode_ = Mode::TwoDots; break;
    default: begin(Mode::Dot); break;
  }
}

void ScanState::begin(Mode mode) noexcept { enter(mode, offset_); }

void ScanState::enter(Mode mode, std::size_t start) noexcept {
  mode_ = mode;
  start_ = start;
  reopen_ = Mode::Space;
  newline_ = false;
  last_ = 0;
}

// `$abc` that no `$` ends is a stray `$` and a word.
void ScanState::give_up_dollar_tag() {
  const char letter = tag_.size() == 1 ? lower(tag_[0]) : '\0';
  tag_.clear();
  enter(Mode::Word, start_ + 1);
  last_ = letter;
}

}  // namespace pgjinja::sql
