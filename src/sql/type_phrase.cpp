#include "sql/type_phrase.hpp"

#include "sql/tokens.hpp"

#include <array>
#include <vector>

namespace pgjinja::sql {

namespace {

using Tokens = std::vector<Token>;

bool is_type(const Token& token) {
  static constexpr std::array<std::string_view, 58> kTypes = {
      "bigint",    "bit",       "bool",      "boolean",     "box",      "bpchar",    "bytea",
      "char",      "character", "cidr",      "circle",      "citext",   "date",      "daterange",
      "dec",       "decimal",   "float",     "float4",      "float8",   "geography", "geometry",
      "hstore",    "inet",      "int",       "int2",        "int4",     "int4range", "int8",
      "int8range", "integer",   "interval",  "json",        "jsonb",    "jsonpath",  "line",
      "lseg",      "macaddr",   "money",     "name",        "numeric",  "numrange",  "oid",
      "path",      "point",     "polygon",   "real",        "regclass", "regtype",   "smallint",
      "text",      "time",      "timestamp", "timestamptz", "timetz",   "tsquery",   "tsrange",
      "tsvector",  "uuid"};
  return token.is_any_of(kTypes) || token.is_word("varchar") || token.is_word("xml") ||
         token.is_word("varbit") || token.is_word("tstzrange");
}

/// Takes tokens off the end of a statement.
class FromEnd {
 public:
  explicit FromEnd(const Tokens& tokens) : tokens_(tokens), left_(tokens.size()) {}

  bool word(std::string_view lower) {
    if (left_ == 0 || !tokens_[left_ - 1].is_word(lower)) return false;
    --left_;
    return true;
  }
  /// `(3)` or `(9, 2)`, if there is one.
  void modifier() {
    std::size_t at = left_;
    if (at == 0 || !tokens_[at - 1].is(')')) return;
    for (--at; at > 0 && (tokens_[at - 1].kind == TokenKind::Number || tokens_[at - 1].is(','));)
      --at;
    if (at > 0 && tokens_[at - 1].is('(')) left_ = at - 1;
  }
  bool type() {
    if (left_ == 0 || !is_type(tokens_[left_ - 1])) return false;
    --left_;
    return true;
  }
  /// `schema.` in front of a name, if there is one.
  void schema() {
    if (left_ >= 2 && tokens_[left_ - 1].text == ".") left_ -= 2;
  }
  [[nodiscard]] std::size_t left() const { return left_; }

 private:
  const Tokens& tokens_;
  std::size_t left_;
};

/// How many tokens stand in front of the type at the end; all of them if there is none.
std::size_t before_type(const Tokens& tokens) {
  FromEnd end(tokens);
  if (end.word("precision")) return end.word("double") ? end.left() : tokens.size();
  if (end.word("zone")) {
    const bool zoned = end.word("time") && (end.word("with") || end.word("without"));
    end.modifier();
    return zoned && (end.word("timestamp") || end.word("time")) ? end.left() : tokens.size();
  }
  end.modifier();
  end.word("varying");
  if (!end.type()) return tokens.size();
  end.schema();
  return end.left();
}

}  // namespace

std::string type_at_end(std::string_view sql) {
  Tokens tokens;
  TokenReader reader(sql);
  for (Token token; reader.next(token);) {
    if (token.kind != TokenKind::Comment) tokens.push_back(token);
  }
  std::string type;
  for (std::size_t i = before_type(tokens); i < tokens.size(); ++i) {
    const bool apart = tokens[i].kind == TokenKind::Word && !type.empty() && !type.ends_with('.');
    if (apart) type += ' ';
    type += tokens[i].text;
  }
  return type;
}

}  // namespace pgjinja::sql
