#include "sql/tokens.hpp"

#include <string>

#include <gtest/gtest.h>

namespace pgjinja::sql {
namespace {

std::string tokens_of(std::string_view text) {
  static constexpr std::string_view kLetters = "wnpo.siC";
  std::string out;
  TokenReader reader(text);
  for (Token token; reader.next(token);) {
    if (!out.empty()) out += ' ';
    out += kLetters.at(static_cast<std::size_t>(token.kind));
    out += '[' + std::string(token.text) + ']';
    EXPECT_EQ(text.substr(token.begin, token.text.size()), token.text);
  }
  return out;
}

struct Row {
  std::string_view text;
  std::string_view tokens;
};

TEST(Tokens, AreCutAsPostgresCutsThem) {
  static constexpr Row kRows[] = {
      {"", ""},
      {"  ", ""},
      {"SELECT a.b", "w[SELECT] w[a] .[.] w[b]"},
      {"f(1, $2)", "w[f] .[(] n[1] .[,] p[$2] .[)]"},
      {"a>=1.5", "w[a] o[>=] n[1.5]"},
      {"'it''s' x", "s['it''s'] w[x]"},
      {"E'\\'' x", "s[E'\\''] w[x]"},
      {"U&\"a\"\"b\".c", "i[U&\"a\"\"b\"] .[.] w[c]"},
      {"$f$ $g$ $f$;", "s[$f$ $g$ $f$] .[;]"},
      {"a--b\nc", "w[a] C[--b] w[c]"},
      {"a+--b\nc", "w[a] o[+] C[--b] w[c]"},
      {"/* /* */ */b", "C[/* /* */ */] w[b]"},
      {"((", ".[(] .[(]"},
      {"x 'open", "w[x] s['open"},
      {"x \"open", "w[x] i[\"open"},
      {"x /* open", "w[x] C[/* open"},
      {"u&1", "o[u&] n[1]"},
      {"1..10", "n[1] .[..] n[10]"},
      {"a..5...6", "w[a] .[..] n[5] .[..] n[.6]"},
      {"1e5.5 .5E+10-1e-7", "n[1e5] n[.5] n[.5E+10] o[-] n[1e-7]"},
      {"1.5.5.", "n[1.5] n[.5] .[.]"},
  };
  for (const Row& row : kRows) {
    std::string expected(row.tokens);
    if (row.text.ends_with("open")) expected += "]";
    EXPECT_EQ(tokens_of(row.text), expected) << row.text;
  }
}

TEST(Tokens, ComparesWordsWithoutCase) {
  TokenReader reader("OrDer 'order'");
  Token token;
  ASSERT_TRUE(reader.next(token));
  EXPECT_TRUE(token.is_word("order"));
  EXPECT_FALSE(token.is_word("orde"));
  EXPECT_FALSE(token.is_word("orders"));
  ASSERT_TRUE(reader.next(token));
  EXPECT_FALSE(token.is_word("order"));
}

TEST(Tokens, FirstTokenLength) {
  EXPECT_EQ(first_token_length("population > 1"), 10U);
  EXPECT_EQ(first_token_length(" x"), 0U);
  EXPECT_EQ(first_token_length(""), 0U);
  EXPECT_EQ(first_token_length("'a b' c"), 5U);
}

}  // namespace
}  // namespace pgjinja::sql
