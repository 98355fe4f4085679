#include "sql/check/position.hpp"

#include "sql/tokens.hpp"

namespace pgjinja::sql {

namespace {

/// Only of a word that is still open does it matter which one it is.
std::string_view open_word(const Position& at) {
  const bool word = at.scan.touch() == Touch::Word || at.tail == "(" || at.tail == ",";
  return word ? std::string_view(at.tail) : std::string_view();
}

bool opens_key(const Token& token) { return token.is('(') || token.is_word("cast"); }

}  // namespace

bool Position::same_as(const Position& other) const {
  return scan.reads_on_as(other.scan) && left == other.left && bound == other.bound &&
         numbered == other.numbered && lists == other.lists && key == other.key &&
         key_front == other.key_front && pending == other.pending &&
         open_word(*this) == open_word(other);
}

/// The last token is taken when it has ended: with `is_token_end`, or when something follows that
/// does not go on with it.
void Position::read(std::string_view text, bool is_token_end) {
  scan.advance(text);
  const std::string all = tail + std::string(text);
  TokenReader reader(all);
  std::vector<Token> tokens;
  for (Token token; reader.next(token);) tokens.push_back(token);
  const bool open = !is_token_end && reader.state().has_token();
  const std::size_t ended = tokens.empty() || !open ? tokens.size() : tokens.size() - 1;
  for (std::size_t i = 0; i < ended; ++i) {
    if (tokens[i].kind == TokenKind::Comment) continue;
    if (lists.take(tokens[i])) {
      key = "";
    } else if (key && opens_key(tokens[i])) {
      *key += std::string(tokens[i].text) + ' ';
    } else {
      key.reset();
    }
  }
  tail = open && !tokens.empty() ? std::string(tokens.back().text) : std::string();
}

}  // namespace pgjinja::sql
