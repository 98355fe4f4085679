#include "jinja/syntax/lexer.hpp"

#include "jinja/run/text_predicates.hpp"
#include "jinja/run/unicode.hpp"
#include "jinja/syntax/white_space.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

constexpr bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
/// Python identifiers; bytes of non-ASCII letters are taken as letters.
constexpr bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// Most of what stands in tags is names: a table is quicker than the comparisons.
constexpr auto kAsciiNameChars = [] {
  std::array<bool, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    const char c = static_cast<char>(i);
    table[i] = is_ascii(c) && (is_name_start(c) || is_digit(c));
  }
  return table;
}();
bool is_ascii_name_char(char c) { return kAsciiNameChars[static_cast<unsigned char>(c)]; }
bool is_name_char(char c) { return !is_ascii(c) || is_ascii_name_char(c); }

bool is_sign(char c) { return c == '-' || c == '+'; }

}  // namespace

Lexer::Lexer(const Source& source, const Options& options)
    : source_(source),
      options_(options),
      delimiters_(options.delimiters),
      openings_(options.delimiters),
      text_(source.text) {
  if (text_.size() > options.limits.template_bytes) {
    throw Error(ErrorKind::Limit,
                fmt::format("template '{}' has {} bytes; the limit is {}", source.path,
                            text_.size(), options.limits.template_bytes))
        .hint("split it, or raise Limits::template_bytes");
  }
  if (!options.keep_trailing_newline && text_.ends_with('\n')) text_.remove_suffix(1);
}

Token Lexer::make(TokenKind kind, std::size_t begin, std::size_t end) const noexcept {
  return {kind,
          static_cast<std::uint32_t>(begin),
          static_cast<std::uint32_t>(end),
          {text_.data() + begin, end - begin}};
}

void Lexer::fail(std::size_t at, std::size_t length, std::string_view message) const {
  throw Error(ErrorKind::Syntax, std::string(message)).at(source_.place(at, length));
}

char Lexer::sign_at(std::size_t at) const noexcept {
  return at < text_.size() && is_sign(text_[at]) ? text_[at] : '\0';
}

std::string Lexer::name_of(const Token& token) const {
  if (token.is(TokenKind::BlockEnd) && token.text.empty()) return "the end of the line";
  return token_kind_name(token.kind, delimiters_);
}

std::string Lexer::name_of(TokenKind kind) const {
  if (kind == TokenKind::BlockEnd && mode_ == Mode::Line) return "the end of the line";
  return token_kind_name(kind, delimiters_);
}

Token Lexer::next() {
  while (mode_ == Mode::Text) {
    if (!in_raw_ && at_ >= text_.size()) return make(TokenKind::End, text_.size(), text_.size());
    const Token token = in_raw_ ? raw_text() : text_token();
    if (token.kind != TokenKind::Data || token.begin != token.end) return token;
  }
  return tag_token();
}

void Lexer::skip_tag() {
  if (mode_ == Mode::Text) return;
  const std::size_t found = text_.find(mode_ == Mode::Line ? "\n" : closing_, at_);
  const std::size_t length = mode_ == Mode::Line ? 1 : closing_.size();
  at_ = found == std::string_view::npos ? text_.size() : found + length;
  brackets_.clear();
  after_tag('\0', mode_ == Mode::Block);
  mode_ = Mode::Text;
}

/// Where the text [from, to) before a tag ends once the tag's sign and lstrip_blocks had their say.
std::size_t Lexer::trimmed_end(std::size_t from, std::size_t to, char sign, bool block) const {
  if (sign == '-') {
    while (to > from && is_space(text_[to - 1])) --to;
    return to;
  }
  if (!block || sign == '+' || !options_.lstrip_blocks) return to;
  std::size_t line = to;
  while (line > from && text_[line - 1] != '\n') {
    if (!is_space(text_[line - 1])) return to;
    --line;
  }
  return line > from || line_starting_ ? line : to;
}

Token Lexer::text_token() {
  if (pending_.kind != TagKind::None) return open_tag(std::exchange(pending_, Opening{}));
  const std::size_t begin = at_;
  const Opening opening = openings_.find(text_, begin);
  if (opening.kind == TagKind::None) {
    at_ = text_.size();
    return make(TokenKind::Data, begin, at_);
  }
  const bool block = opening.kind != TagKind::Variable;
  const std::size_t end = trimmed_end(begin, opening.begin, sign_at(opening.end), block);
  if (end == begin) return open_tag(opening);
  // The text first; what was trimmed away belongs neither to it nor to the tag.
  pending_ = opening;
  return make(TokenKind::Data, begin, end);
}

Token Lexer::open_tag(const Opening& opening) {
  at_ = opening.end;
  tag_begin_ = opening.delimiter;
  tag_length_ = opening.end - opening.delimiter;
  if (is_sign(peek())) ++at_;
  const bool inside = opening.kind == TagKind::Comment || opening.kind == TagKind::LineComment ||
                      (opening.kind == TagKind::Block && raw_begin());
  if (opening.kind == TagKind::Comment) comment();
  if (opening.kind == TagKind::LineComment) line_comment();
  if (inside) return make(TokenKind::Data, at_, at_);
  const bool variable = opening.kind == TagKind::Variable;
  mode_ = variable                                 ? Mode::Variable
          : opening.kind == TagKind::LineStatement ? Mode::Line
                                                   : Mode::Block;
  closing_ = variable ? delimiters_.variable_end_string : delimiters_.block_end_string;
  closes_on_space_ = mode_ == Mode::Line || is_space(closing_.front());
  return make(variable ? TokenKind::VariableBegin : TokenKind::BlockBegin, tag_begin_, at_);
}

void Lexer::comment() {
  const std::string_view closing = delimiters_.comment_end_string;
  const std::size_t close = text_.find(closing, at_);
  if (close == std::string_view::npos) {
    fail(tag_begin_, tag_length_,
         fmt::format("this comment is never closed: '{}' is missing", closing));
  }
  const char sign = close > at_ ? sign_at(close - 1) : '\0';
  at_ = close + closing.size();
  after_tag(sign, true);
}

/// A line comment leaves the line break where it is.
void Lexer::line_comment() noexcept {
  at_ = std::min(text_.find('\n', at_), text_.size());
  line_starting_ = false;
}

/// What follows the end of a tag: `-` eats all whitespace, trim_blocks one line break.
void Lexer::after_tag(char sign, bool trims) {
  if (sign == '-') {
    skip_space();
  } else if (trims && sign != '+' && options_.trim_blocks && peek() == '\n') {
    ++at_;
  }
  line_starting_ = text_[at_ - 1] == '\n';
}

/// Recognises `raw` right behind `{%`. Leaves everything as it was if this is another tag.
bool Lexer::raw_begin() {
  const std::optional<RawTag> raw = openings_.raw(text_, at_);
  if (!raw) return false;
  at_ = raw->end;
  after_tag(raw->strips ? '-' : '\0', false);
  in_raw_ = true;
  return true;
}

Token Lexer::raw_text() {
  const std::string_view opening = delimiters_.block_start_string;
  Token text;
  for (std::size_t tag = at_; (tag = text_.find(opening, tag)) != std::string_view::npos; ++tag) {
    if (end_raw(tag, text)) return text;
  }
  fail(tag_begin_, tag_length_,
       fmt::format("this raw block is never closed: '{}' is missing", delimiters_.tag("endraw")));
}

/// Is the tag at `tag` the end of the raw block? Then `text` is what the block holds.
bool Lexer::end_raw(std::size_t tag, Token& text) {
  const auto skip = [this](std::size_t i) {
    while (i < text_.size() && is_space(text_[i])) ++i;
    return i;
  };
  const std::size_t inside = tag + delimiters_.block_start_string.size();
  const char open_sign = sign_at(inside);
  std::size_t i = skip(open_sign == '\0' ? inside : inside + 1);
  if (!stands_at(i, "endraw")) return false;
  i = skip(i + std::string_view("endraw").size());
  char close_sign = sign_at(i);
  const std::string_view closing = delimiters_.block_end_string;
  if (close_sign != '\0' && stands_at(i + 1, closing)) {
    ++i;
  } else if (stands_at(i, closing)) {
    close_sign = '\0';
  } else {
    return false;
  }
  const std::size_t begin = at_;
  text = make(TokenKind::Data, begin, trimmed_end(begin, tag, open_sign, true));
  at_ = i + closing.size();
  in_raw_ = false;
  after_tag(close_sign, true);
  return true;
}

void Lexer::skip_space() noexcept {
  while (at_ < text_.size() && is_space(text_[at_])) ++at_;
}

/// Between tokens any white space counts, also what an editor put in unasked: a no-break space.
void Lexer::skip_space_in_tag() noexcept {
  skip_space();
  while (at_ < text_.size() && !is_ascii(text_[at_])) {
    const std::string_view point = first_code_point(text_.substr(at_));
    if (!is_space(point)) return;
    at_ += point.size();
    skip_space();
  }
}

Token Lexer::close_tag(TokenKind kind, std::size_t length, char sign) {
  const Token token = make(kind, at_, at_ + length);
  at_ += length;
  mode_ = Mode::Text;
  after_tag(sign, kind == TokenKind::BlockEnd);
  return token;
}

/// A tag ends at its closing delimiter unless a bracket is open ("{{ {'a': {}} }}").
bool Lexer::try_close(Token& token) {
  if (!brackets_.empty()) return false;
  if (mode_ == Mode::Line) return try_end_line(token);
  const bool block = mode_ == Mode::Block;
  const TokenKind kind = block ? TokenKind::BlockEnd : TokenKind::VariableEnd;
  const char c = peek();
  if ((c == '-' || (block && c == '+')) && stands_at(at_ + 1, closing_)) {
    token = close_tag(kind, closing_.size() + 1, c);
    return true;
  }
  if (c == closing_.front() && stands_at(at_, closing_)) {
    token = close_tag(kind, closing_.size(), '\0');
    return true;
  }
  return false;
}

/// A line statement ends with its line, and takes the empty lines behind it along.
bool Lexer::try_end_line(Token& token) {
  const std::size_t begin = at_;
  std::size_t end = begin;
  for (; at_ < text_.size() && is_space(text_[at_]); ++at_) {
    if (text_[at_] == '\n') end = at_ + 1;
  }
  if (at_ == text_.size()) {
    end = at_;
  } else if (end == begin) {
    at_ = begin;
    return false;
  }
  token = make(TokenKind::BlockEnd, begin, begin);
  at_ = end;
  mode_ = Mode::Text;
  line_starting_ = end > begin && text_[end - 1] == '\n';
  return true;
}

void Lexer::never_closed() const {
  fail(tag_begin_, tag_length_,
       mode_ == Mode::Line ? fmt::format("a bracket of this line is never closed: '{}' is missing",
                                         brackets_.back())
                           : fmt::format("this tag is never closed: '{}' is missing", closing_));
}

Token Lexer::tag_token() {
  Token token;
  if (closes_on_space_ && try_close(token)) return token;
  skip_space_in_tag();
  if (at_ >= text_.size()) never_closed();
  if (try_close(token)) return token;
  const char c = peek();
  if (is_name_start(c)) return name();
  if (is_digit(c)) return number();
  if (c == '"' || c == '\'') return string();
  return operator_token();
}

Token Lexer::name() {
  const std::size_t begin = at_;
  std::size_t end = begin;
  while (end < text_.size() && is_ascii_name_char(text_[end])) ++end;
  const bool ascii = end == text_.size() || is_ascii(text_[end]);
  while (end < text_.size() && is_name_char(text_[end])) ++end;
  if (!ascii) end = begin + identifier_length(text_.substr(begin, end - begin));
  if (end == begin) {
    const std::string_view point = first_code_point(text_.substr(begin));
    fail(begin, point.size(), fmt::format("unexpected character '{}'", point));
  }
  at_ = end;
  return make(TokenKind::Name, begin, end);
}

/// Integers (also 0b, 0o, 0x) and floats, with `_` between digits, as Jinja2 3 reads them.
Token Lexer::number() {
  const std::size_t begin = at_;
  const auto digits = [this](auto accepts) {
    while (accepts(peek()) || (peek() == '_' && accepts(peek(1)))) ++at_;
  };
  const char base = static_cast<char>(peek(1) | 0x20);
  if (peek() == '0' && (base == 'x' || base == 'o' || base == 'b')) {
    const auto accepts = [base](char c) {
      if (base == 'x') return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
      return c >= '0' && c <= (base == 'o' ? '7' : '1');
    };
    const std::size_t first = peek(2) == '_' ? 3 : 2;
    if (accepts(peek(first))) {
      at_ += first;
      digits(accepts);
      return make(TokenKind::Integer, begin, at_);
    }
  }
  digits(is_digit);
  TokenKind kind = TokenKind::Integer;
  if (peek() == '.' && is_digit(peek(1)) && (begin == 0 || text_[begin - 1] != '.')) {
    kind = TokenKind::Float;
    ++at_;
    digits(is_digit);
  }
  if ((peek() | 0x20) == 'e') {
    const std::size_t exponent = is_sign(peek(1)) ? 2 : 1;
    if (is_digit(peek(exponent))) {
      kind = TokenKind::Float;
      at_ += exponent;
      digits(is_digit);
    }
  }
  if (kind == TokenKind::Integer && text_[begin] == '0') {  // "012" is two tokens, as in Jinja2
    at_ = begin;
    digits([](char c) { return c == '0'; });
  }
  return make(kind, begin, at_);
}

Token Lexer::string() {
  const std::size_t begin = at_;
  const char quote = peek();
  std::size_t i = at_ + 1;
  while (i < text_.size() && text_[i] != quote) i += text_[i] == '\\' ? 2 : 1;
  if (i >= text_.size()) fail(begin, 1, "this string is never closed");
  at_ = i + 1;
  Token token = make(TokenKind::String, begin, at_);
  token.text = text_.substr(begin + 1, i - begin - 1);
  return token;
}

Token Lexer::operator_token() {
  struct Operator {
    std::string_view text;
    TokenKind kind;
  };
  static constexpr Operator kOperators[] = {
      {"//", TokenKind::FloorDivide}, {"**", TokenKind::Power},        {"==", TokenKind::Equal},
      {"!=", TokenKind::NotEqual},    {">=", TokenKind::GreaterEqual}, {"<=", TokenKind::LessEqual},
      {"+", TokenKind::Add},          {"-", TokenKind::Subtract},      {"/", TokenKind::Divide},
      {"*", TokenKind::Multiply},     {"%", TokenKind::Modulo},        {"~", TokenKind::Tilde},
      {"[", TokenKind::LeftBracket},  {"]", TokenKind::RightBracket},  {"(", TokenKind::LeftParen},
      {")", TokenKind::RightParen},   {"{", TokenKind::LeftBrace},     {"}", TokenKind::RightBrace},
      {">", TokenKind::Greater},      {"<", TokenKind::Less},          {"=", TokenKind::Assign},
      {".", TokenKind::Dot},          {":", TokenKind::Colon},         {"|", TokenKind::Pipe},
      {",", TokenKind::Comma},        {";", TokenKind::Semicolon}};
  const std::string_view rest = text_.substr(at_, 2);
  for (const Operator& op : kOperators) {
    if (!rest.starts_with(op.text)) continue;
    const char c = op.text[0];
    if (c == '(' || c == '[' || c == '{')
      brackets_.push_back(c == '(' ? ')' : c == '[' ? ']' : '}');
    if (c == ')' || c == ']' || c == '}') {
      if (brackets_.empty()) fail(at_, 1, fmt::format("unexpected '{}'", c));
      if (brackets_.back() != c) {
        fail(at_, 1, fmt::format("unexpected '{}', expected '{}'", c, brackets_.back()));
      }
      brackets_.pop_back();
    }
    const Token token = make(op.kind, at_, at_ + op.text.size());
    at_ += op.text.size();
    return token;
  }
  fail(at_, 1, fmt::format("unexpected character '{}'", rest.substr(0, 1)));
}

}  // namespace pgjinja::jinja
