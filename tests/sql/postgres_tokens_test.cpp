// Tokens as PostgreSQL's own scanner cuts them, recorded by postgres_tokens/record.py; the fuzzer
// fuzz_sql_scanner asks it itself.

#include "sql/postgres_tokens/agreement.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace pgjinja::sql {
namespace {

using namespace std::string_view_literals;

struct Row {
  std::string_view text;
  PostgresScan postgres;
};

const std::vector<Row>& recorded() {
  static const std::vector<Row> kRows = {
#include "sql/postgres_tokens/recorded.inc"
  };
  return kRows;
}

TEST(PostgresTokens, BeginAndEndWhereOursDo) {
  for (const Row& row : recorded()) {
    EXPECT_EQ(comparable(row.text), row.text);
    EXPECT_EQ(disagreement(row.text, row.postgres), "") << row.text;
  }
}

// Each token of each text, moved or left out, has to be missed: the comparison can fail.
TEST(PostgresTokens, AnyOtherCutIsSeen) {
  std::size_t tokens = 0;
  for (const Row& row : recorded()) {
    for (std::size_t i = 0; i < row.postgres.tokens.size(); ++i, ++tokens) {
      PostgresScan other = row.postgres;
      ++other.tokens[i].end;
      EXPECT_NE(disagreement(std::string(row.text) + '\n', other), "")
          << row.text << " token " << i;
      other.tokens.erase(other.tokens.begin() + static_cast<std::ptrdiff_t>(i));
      EXPECT_NE(disagreement(row.text, other), "") << row.text << " token " << i;
    }
  }
  EXPECT_GT(tokens, 500U);
}

TEST(PostgresTokens, EndsAreCompared) {
  EXPECT_EQ(disagreement("'a", {{}, "unterminated quoted string"}), "");
  EXPECT_EQ(disagreement("'a", {{}, "unterminated quoted identifier"}),
            "it ends in a string constant, not in an unterminated quoted identifier");
  EXPECT_EQ(disagreement("$$a", {{}, "unterminated dollar-quoted string"}), "");
  EXPECT_EQ(disagreement("a", {{}, "unterminated /* comment"}),
            "it ends in code, not in an unterminated /* comment");
  EXPECT_EQ(disagreement("'a", {{{0, 2}}, ""}),
            "it ends in a string constant, and PostgreSQL sees no error");
}

TEST(PostgresTokens, AStringGoesOnOnlyWherePostgresSaysSo) {
  EXPECT_EQ(disagreement("'a'\n'b'", {{{0, 7}}, ""}), "");
  EXPECT_EQ(disagreement("'a'\n'b'", {{{0, 3}, {4, 7}}, ""}),
            "ours goes on with the string in front of PostgreSQL's token [4, 7) 'b'");
  EXPECT_EQ(disagreement("'a' 'b'", {{{0, 7}}, ""}),
            "our token [4, 7) 'b' is part of PostgreSQL's token [0, 7) 'a' 'b'");
}

TEST(PostgresTokens, WhatLibpgQueryReadsOtherwiseIsLeftOut) {
  EXPECT_EQ(comparable("a\0b"sv), "a");
  EXPECT_EQ(comparable("a\vb"), "a");
  EXPECT_EQ(comparable("a + 1x"), "a + ");
  EXPECT_EQ(comparable("a + 1_000 b"), "a + ");
  EXPECT_EQ(comparable("a + .5e+x"), "a + ");
  EXPECT_EQ(comparable("1 x 1e5 .5"), "1 x 1e5 .5");
  EXPECT_EQ(comparable("E'a' -- b\n'\\'' c"), "E'a' ");
  EXPECT_EQ(comparable("a + 1x"), "a + ");
  EXPECT_EQ(comparable("a + 1_000 b"), "a + ");
  EXPECT_EQ(comparable("a + .5e+x"), "a + ");
  EXPECT_EQ(comparable("1 x 1e5 .5"), "1 x 1e5 .5");
  EXPECT_EQ(comparable("E'a' -- b\n -- c\n'd'"), "E'a' ");
  EXPECT_EQ(comparable("a -- b\n'c'"), "a -- b\n'c'");
  EXPECT_EQ(comparable("'a' -- b\nc 'd'"), "'a' -- b\nc 'd'");
}

}  // namespace
}  // namespace pgjinja::sql
