#include "sql/tokens.hpp"

#include <algorithm>

namespace pgjinja::sql {

namespace {

TokenKind kind_inside(Region region) noexcept {
  switch (region) {
    case Region::QuotedIdentifier:
    case Region::UnicodeIdentifier: return TokenKind::Identifier;
    case Region::LineComment:
    case Region::BlockComment: return TokenKind::Comment;
    default: return TokenKind::String;
  }
}

TokenKind kind_of(const ScanState& state) noexcept {
  switch (state.touch()) {
    case Touch::Word: return TokenKind::Word;
    case Touch::Number: return TokenKind::Number;
    case Touch::Parameter: return TokenKind::Parameter;
    case Touch::Operator:
    case Touch::UnicodePrefix: return TokenKind::Operator;
    case Touch::Identifier: return TokenKind::Identifier;
    case Touch::String:
    case Touch::DollarString: return TokenKind::String;
    case Touch::Inside: return kind_inside(state.region());
    default: return state.in_comment() ? TokenKind::Comment : TokenKind::Punctuation;
  }
}

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

bool Token::is_word(std::string_view wanted) const noexcept {
  return kind == TokenKind::Word &&
         std::equal(text.begin(), text.end(), wanted.begin(), wanted.end(),
                    [](char a, char b) { return lower(a) == b; });
}

bool TokenReader::next(Token& token) {
  while (state_.offset() < text_.size()) {
    if (state_.pass_over(text_.substr(state_.offset())) > 0) continue;
    const std::size_t here = state_.offset();
    if (!state_.has_token()) {
      state_.take(text_[here]);
      continue;
    }
    const std::size_t begin = state_.start();
    const TokenKind kind = kind_of(state_);
    state_.take(text_[here]);
    if (state_.has_token() && state_.start() == begin) continue;
    const std::size_t end = state_.has_token() ? state_.start() : here;
    token = {kind, begin, text_.substr(begin, end - begin)};
    return true;
  }
  if (ended_ || !state_.has_token()) return false;
  ended_ = true;
  token = {kind_of(state_), state_.start(), text_.substr(state_.start())};
  return true;
}

std::size_t first_token_length(std::string_view text) {
  Token token;
  return TokenReader(text).next(token) && token.begin == 0 ? token.text.size() : 0;
}

}  // namespace pgjinja::sql
