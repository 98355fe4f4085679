#include "jinja/syntax/lexer.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || (c >= '\x1c' && c <= '\x1f');
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
/// Python identifiers; bytes of non-ASCII letters are taken as letters.
bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_name_char(char c) { return is_name_start(c) || is_digit(c); }

bool is_sign(char c) { return c == '-' || c == '+'; }

}  // namespace

std::string_view token_kind_name(TokenKind kind) noexcept {
  switch (kind) {
    case TokenKind::Data: return "text";
    case TokenKind::VariableBegin: return "'{{'";
    case TokenKind::VariableEnd: return "'}}'";
    case TokenKind::BlockBegin: return "'{%'";
    case TokenKind::BlockEnd: return "'%}'";
    case TokenKind::Name: return "a name";
    case TokenKind::String: return "a string";
    case TokenKind::Integer: return "an integer";
    case TokenKind::Float: return "a float";
    case TokenKind::Add: return "'+'";
    case TokenKind::Assign: return "'='";
    case TokenKind::Colon: return "':'";
    case TokenKind::Comma: return "','";
    case TokenKind::Divide: return "'/'";
    case TokenKind::Dot: return "'.'";
    case TokenKind::Equal: return "'=='";
    case TokenKind::FloorDivide: return "'//'";
    case TokenKind::Greater: return "'>'";
    case TokenKind::GreaterEqual: return "'>='";
    case TokenKind::LeftBrace: return "'{'";
    case TokenKind::LeftBracket: return "'['";
    case TokenKind::LeftParen: return "'('";
    case TokenKind::Less: return "'<'";
    case TokenKind::LessEqual: return "'<='";
    case TokenKind::Modulo: return "'%'";
    case TokenKind::Multiply: return "'*'";
    case TokenKind::NotEqual: return "'!='";
    case TokenKind::Pipe: return "'|'";
    case TokenKind::Power: return "'**'";
    case TokenKind::RightBrace: return "'}'";
    case TokenKind::RightBracket: return "']'";
    case TokenKind::RightParen: return "')'";
    case TokenKind::Semicolon: return "';'";
    case TokenKind::Subtract: return "'-'";
    case TokenKind::Tilde: return "'~'";
    case TokenKind::End: return "the end of the template";
  }
  return "a token";
}

Lexer::Lexer(const Source& source, const Options& options)
    : source_(source), options_(options), text_(source.text) {
  if (text_.size() > options.limits.template_bytes) {
    throw Error(ErrorKind::Limit,
                fmt::format("template '{}' has {} bytes; the limit is {}", source.path,
                            text_.size(), options.limits.template_bytes))
        .hint("split it, or raise Limits::template_bytes");
  }
  if (!options.keep_trailing_newline && text_.ends_with('\n')) text_.remove_suffix(1);
}

Token Lexer::make(TokenKind kind, std::size_t begin, std::size_t end) const noexcept {
  return {kind, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end),
          text_.substr(begin, end - begin)};
}

void Lexer::fail(std::size_t at, std::size_t length, std::string_view message) const {
  throw Error(ErrorKind::Syntax, std::string(message)).at(source_.place(at, length));
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
  const std::string_view closing = mode_ == Mode::Variable ? "}}" : "%}";
  if (mode_ == Mode::Text) return;
  const std::size_t found = text_.find(closing, at_);
  at_ = found == std::string_view::npos ? text_.size() : found + closing.size();
  brackets_.clear();
  after_tag('\0', mode_ == Mode::Block);
  mode_ = Mode::Text;
}

Lexer::Tag Lexer::find_tag(std::size_t from, std::size_t& at) const {
  const char* const begin = text_.data();
  while (from + 1 < text_.size()) {
    const void* brace = std::memchr(begin + from, '{', text_.size() - from - 1);
    if (brace == nullptr) break;
    at = static_cast<std::size_t>(static_cast<const char*>(brace) - begin);
    switch (begin[at + 1]) {
      case '{': return Tag::Variable;
      case '%': return Tag::Block;
      case '#': return Tag::Comment;
      default: from = at + 1;
    }
  }
  at = text_.size();
  return Tag::None;
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
  const std::size_t begin = at_;
  std::size_t tag_at = 0;
  const Tag tag = find_tag(begin, tag_at);
  if (tag == Tag::None) {
    at_ = text_.size();
    return make(TokenKind::Data, begin, at_);
  }
  const char sign =
      tag_at + 2 < text_.size() && is_sign(text_[tag_at + 2]) ? text_[tag_at + 2] : '\0';
  const std::size_t end = trimmed_end(begin, tag_at, sign, tag != Tag::Variable);
  if (end > begin) {
    // Deliver the text first; the next call sees the tag with no text before it. What was trimmed
    // away belongs to neither, so the tag is opened from `tag_at`.
    const Token data = make(TokenKind::Data, begin, end);
    at_ = tag_at;
    line_starting_ = false;
    return data;
  }
  return open_tag(tag, tag_at);
}

Token Lexer::open_tag(Tag tag, std::size_t at) {
  at_ = at + 2;
  tag_begin_ = at;
  if (tag == Tag::Comment) {
    comment(at);
    return make(TokenKind::Data, at_, at_);
  }
  if (is_sign(peek())) ++at_;
  if (tag == Tag::Block && raw_begin()) return make(TokenKind::Data, at_, at_);
  mode_ = tag == Tag::Variable ? Mode::Variable : Mode::Block;
  return make(tag == Tag::Variable ? TokenKind::VariableBegin : TokenKind::BlockBegin, at, at_);
}

void Lexer::comment(std::size_t at) {
  if (is_sign(peek())) ++at_;
  const std::size_t close = text_.find("#}", at_);
  if (close == std::string_view::npos) {
    fail(at, 2, "this comment is never closed: '#}' is missing");
  }
  const char sign = close > at_ && is_sign(text_[close - 1]) ? text_[close - 1] : '\0';
  at_ = close + 2;
  after_tag(sign, true);
}

/// What follows the end of a tag: `-` eats all whitespace, trim_blocks one line break.
void Lexer::after_tag(char sign, bool trims) {
  const std::size_t before = at_;
  if (sign == '-') {
    while (is_space(peek())) ++at_;
  } else if (trims && sign != '+' && options_.trim_blocks && peek() == '\n') {
    ++at_;
  }
  line_starting_ = at_ > before && text_[at_ - 1] == '\n';
}

/// Recognises `raw` right behind `{%`. Leaves everything as it was if this is another tag.
bool Lexer::raw_begin() {
  std::size_t i = at_;
  while (i < text_.size() && is_space(text_[i])) ++i;
  if (text_.substr(i, 3) != "raw") return false;
  i += 3;
  while (i < text_.size() && is_space(text_[i])) ++i;
  const bool strips = i < text_.size() && text_[i] == '-';
  if (strips) ++i;
  if (text_.substr(i, 2) != "%}") return false;
  at_ = i + 2;
  after_tag(strips ? '-' : '\0', false);
  in_raw_ = true;
  return true;
}

Token Lexer::raw_text() {
  const std::size_t begin = at_;
  for (std::size_t tag = begin; (tag = text_.find("{%", tag)) != std::string_view::npos; ++tag) {
    std::size_t i = tag + 2;
    const char open_sign = i < text_.size() && is_sign(text_[i]) ? text_[i] : '\0';
    if (open_sign != '\0') ++i;
    while (i < text_.size() && is_space(text_[i])) ++i;
    if (text_.substr(i, 6) != "endraw") continue;
    i += 6;
    while (i < text_.size() && is_space(text_[i])) ++i;
    const char close_sign = i < text_.size() && is_sign(text_[i]) ? text_[i] : '\0';
    if (close_sign != '\0') ++i;
    if (text_.substr(i, 2) != "%}") continue;
    const std::size_t end = trimmed_end(begin, tag, open_sign, true);
    at_ = i + 2;
    in_raw_ = false;
    after_tag(close_sign, true);
    return make(TokenKind::Data, begin, std::max(begin, end));
  }
  fail(tag_begin_, 2, "this raw block is never closed: '{% endraw %}' is missing");
}

void Lexer::skip_space() noexcept {
  while (at_ < text_.size() && is_space(text_[at_])) ++at_;
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
  const bool block = mode_ == Mode::Block;
  const std::string_view closing = block ? "%}" : "}}";
  const TokenKind kind = block ? TokenKind::BlockEnd : TokenKind::VariableEnd;
  const bool signs = peek() == '-' || (block && peek() == '+');
  if (signs && text_.substr(at_ + 1, 2) == closing) {
    token = close_tag(kind, 3, peek());
    return true;
  }
  if (text_.substr(at_, 2) == closing) {
    token = close_tag(kind, 2, '\0');
    return true;
  }
  return false;
}

Token Lexer::tag_token() {
  skip_space();
  if (at_ >= text_.size()) {
    fail(tag_begin_, 2,
         mode_ == Mode::Block ? "this tag is never closed: '%}' is missing"
                              : "this tag is never closed: '}}' is missing");
  }
  Token token;
  if (try_close(token)) return token;
  const char c = peek();
  if (is_name_start(c)) {
    const std::size_t begin = at_;
    while (is_name_char(peek()) && at_ < text_.size()) ++at_;
    return make(TokenKind::Name, begin, at_);
  }
  if (is_digit(c)) return number();
  if (c == '"' || c == '\'') return string();
  return operator_token();
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
