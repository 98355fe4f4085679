#include "sql/scanner.hpp"

#include <array>
#include <string>

#include <gtest/gtest.h>

namespace pgjinja::sql {
namespace {

using namespace std::string_view_literals;

std::string_view short_name(Region region) {
  static constexpr std::array kNames = {"code"sv, "string"sv, "e-string"sv,   "u-string"sv,
                                        "bits"sv, "dollar"sv, "identifier"sv, "u-identifier"sv,
                                        "line"sv, "block"sv};
  return kNames.at(static_cast<std::size_t>(region));
}

std::string_view short_name(Touch touch) {
  static constexpr std::array kNames = {
      "nothing"sv, "word"sv, "number"sv,  "dollar"sv, "param"sv,       "op"sv,     "colon"sv,
      "dot"sv,     "u&"sv,   "after\""sv, "after'"sv, "continuable"sv, "after$"sv, "inside"sv};
  return kNames.at(static_cast<std::size_t>(touch));
}

/// "word" in code; "string@3" in a string that was opened by byte 3.
std::string describe(const ScanState& state) {
  if (state.region() == Region::Code) return std::string(short_name(state.touch()));
  return std::string(short_name(state.region())) + "@" + std::to_string(state.start());
}

ScanState scanned(std::string_view text) {
  ScanState state;
  state.advance(text);
  return state;
}

struct Row {
  std::string_view text;
  std::string_view state;
};

constexpr Row kRows[] = {
    // White space and punctuation.
    {"", "nothing"},
    {" ", "nothing"},
    {"\t\f\n\r", "nothing"},
    {"a ", "nothing"},
    {"a,", "nothing"},
    {"f(", "nothing"},
    {"f(1)", "nothing"},
    {"a[", "nothing"},
    {"a[1]", "nothing"},
    {"a;", "nothing"},
    {"a{", "nothing"},
    {"a\\", "nothing"},
    {"a\v", "nothing"},
    {"\v", "nothing"},
    {"-\v-", "op"},
    {"\x01", "nothing"},
    {"\x7F", "nothing"},
    {"\0"sv, "nothing"},
    // Words: `$`, digits and bytes beyond ASCII go on with one.
    {"a", "word"},
    {"SELECT", "word"},
    {"_", "word"},
    {"a1", "word"},
    {"a$", "word"},
    {"a$1", "word"},
    {"tbl$1", "word"},
    {"and$1", "word"},
    {"a$b$", "word"},
    {"a$b$c'", "string@5"},
    {"é", "word"},
    {"a\xC2\xA0", "word"},
    {"\xC2\xA0", "word"},
    {"a\xE2\x80\xA8", "word"},
    {"\xFF", "word"},
    {"a.b", "word"},
    {"a.", "dot"},
    {"a . ", "nothing"},
    {"a..", "dot"},
    // Numbers.
    {"1", "number"},
    {"12", "number"},
    {"1.", "number"},
    {"1.5", "number"},
    {".5", "number"},
    {"a.5", "number"},
    {".", "dot"},
    {"1..", "dot"},
    {"1..10", "number"},
    {"1..$$", "dollar@3"},
    {"1.5.", "dot"},
    {"1e10", "number"},
    {"1e", "word"},
    {"1e-", "op"},
    {"1e-5", "number"},
    {"1e--", "line@2"},
    {"1E+5", "number"},
    {"1.e5", "number"},
    {"0x1F", "word"},
    {"1_000", "word"},
    {"1$", "dollar"},
    {"1$1", "param"},
    {"1$$", "dollar@1"},
    {"1e'", "e-string@0"},
    {"1e5'", "string@3"},
    {"1e5$", "dollar"},
    {"1.5E10$$", "dollar@6"},
    {"1e-5$$", "dollar@4"},
    {"1e$", "word"},
    {"1e5x$$", "word"},
    {"1x5$$", "word"},
    {"1x", "word"},
    // Parameters and dollars.
    {"$", "dollar"},
    {"$1", "param"},
    {"$12", "param"},
    {"$1a", "word"},
    {"$1.", "dot"},
    {"$1$", "dollar"},
    {"$1$$", "dollar@2"},
    {"$1$$x$$", "after$"},
    {"$+", "op"},
    {"$ ", "nothing"},
    {"$a", "dollar"},
    {"$a ", "nothing"},
    {"$a.", "dot"},
    {"$a+", "op"},
    {"$e'", "e-string@1"},
    {"$ee'", "string@3"},
    {"$u&'", "u-string@1"},
    {"$b\"", "identifier@2"},
    // Standard strings; a backslash is one byte of them.
    {"'", "string@0"},
    {"a = '", "string@4"},
    {"'a", "string@0"},
    {"'a'", "after'"},
    {"''", "after'"},
    {"'''", "string@0"},
    {"''''", "after'"},
    {"'a''b'", "after'"},
    {"'a''b", "string@0"},
    {"'\\'", "after'"},
    {"'\\''", "string@0"},
    {"'a--b", "string@0"},
    {"'a--b'", "after'"},
    {"'/*", "string@0"},
    {"'$$'", "after'"},
    {"'\"'", "after'"},
    {"'\n'", "after'"},
    {"'a'b", "word"},
    {"'a'$", "dollar"},
    {"'a'::", "colon"},
    {"'a'+", "op"},
    {"'a'(", "nothing"},
    {"n'", "string@0"},
    {"N'a", "string@0"},
    {"an'", "string@2"},
    {"foo'", "string@3"},
    {"a e'", "e-string@2"},
    // Escape strings: a backslash takes one byte with it.
    {"E'", "e-string@0"},
    {"e'a", "e-string@0"},
    {"E'a'", "after'"},
    {"E'\\", "e-string@0"},
    {"E'\\'", "e-string@0"},
    {"E'\\''", "after'"},
    {"E'\\\\'", "after'"},
    {"E'\\\\\\'", "e-string@0"},
    {"E''''", "after'"},
    {"E'''", "e-string@0"},
    {"E'\\1'", "after'"},
    {"E'\\é'", "after'"},
    {"fooe'\\'", "after'"},
    {"_e'", "string@2"},
    {"e '", "string@2"},
    {"e\xC3\xA9'", "string@3"},
    {"a.e'", "e-string@2"},
    {"$1e'", "e-string@2"},
    // Unicode strings and identifiers: backslashes mean nothing to the scanner.
    {"U&", "u&"},
    {"u&'", "u-string@0"},
    {"U&'a'", "after'"},
    {"U&'\\'", "after'"},
    {"U&'a''", "u-string@0"},
    {"U&\"", "u-identifier@0"},
    {"U&\"a\"", "after\""},
    {"U&\"a\"\"", "u-identifier@0"},
    {"U& '", "string@3"},
    {"U &'", "string@3"},
    {"U&&'", "string@3"},
    {"U&-", "op"},
    {"U&--", "line@2"},
    {"fooU&'", "string@5"},
    {"fooU&\"", "identifier@5"},
    {"u&a", "word"},
    {"x U&'", "u-string@2"},
    // Bit and hex strings: a doubled quote begins a new string.
    {"B'", "bits@0"},
    {"b'01", "bits@0"},
    {"X'1F'", "after'"},
    {"x'\\'", "after'"},
    {"B'1''", "string@4"},
    {"ab'", "string@2"},
    // A string goes on behind white space with a line break in it, comments included.
    {"'a' ", "continuable"},
    {"'a'\v", "continuable"},
    {"E'a'\n\v'b\\'", "e-string@6"},
    {"E'a'\v\n'b\\'", "e-string@6"},
    {"E'a'\v'b\\'", "after'"},
    {"'a' '", "string@4"},
    {"'a'\n'", "string@4"},
    {"'a'\n'b'", "after'"},
    {"'a' \t\n \n '", "string@9"},
    {"'a'\r'", "string@4"},
    {"E'a'\n'\\'", "e-string@5"},
    {"E'a' '\\'", "after'"},
    {"E'a'--c\n'\\'", "e-string@8"},
    {"E'a' -- c\n'\\'", "e-string@10"},
    {"E'a' -- c\n -- d\n'\\'", "e-string@16"},
    {"E'a'\n--", "line@5"},
    {"E'a'\n-'\\'", "after'"},
    {"E'a'\n- -'\\'", "after'"},
    {"E'a'\n/* */'\\'", "after'"},
    {"E'a'\n+'\\'", "after'"},
    {"E'a'\n,'\\'", "after'"},
    {"E'a'\nb'\\'", "after'"},
    {"U&'a'\n'", "u-string@6"},
    {"B'1'\n'", "bits@5"},
    {"B'1'\n'0''", "string@8"},
    {"N'a'\n'", "string@5"},
    {"\"a\"\n'", "string@4"},
    {"$$a$$\n'", "string@6"},
    {"-- c\n'", "string@5"},
    {"'a'\n$1", "param"},
    // Quoted identifiers.
    {"\"", "identifier@0"},
    {"\"a", "identifier@0"},
    {"\"a\"", "after\""},
    {"\"a\"\"", "identifier@0"},
    {"\"a\"\"\"", "after\""},
    {"\"'\"", "after\""},
    {"\"--\"", "after\""},
    {"\"\\\"", "after\""},
    {"t.\"", "identifier@2"},
    {"e\"", "identifier@1"},
    {"\"a\".", "dot"},
    {"\"a\"b", "word"},
    {"\"a\" \"", "identifier@4"},
    // Dollar quotes.
    {"$$", "dollar@0"},
    {"$$a$", "dollar@0"},
    {"$$a$$", "after$"},
    {"$$'\"--/*$$", "after$"},
    {"$a$", "dollar@0"},
    {"$a$$$", "dollar@0"},
    {"$a$ $b$ $a", "dollar@0"},
    {"$a$ $b$ $a$", "after$"},
    {"$a$$b$a$", "after$"},
    {"$a$$a$", "after$"},
    {"$ab$ $a $ab$", "after$"},
    {"$ab$$$ab$", "after$"},
    {"$ab$ $AB$", "dollar@0"},
    {"$a1_$ $a1_$", "after$"},
    {"$é$ $é$", "after$"},
    {"$1a$", "word"},
    {"x $f$ '", "dollar@2"},
    {"a$$", "word"},
    {"$$a$$$$", "dollar@5"},
    {"$$a$$b", "word"},
    {"$a$b$a$c$", "word"},
    {"$a$ \xC2\xA0$a$", "after$"},
    {"$tag_that_is_longer_than_any_identifier_may_be_as_no_rule_says_that_it_may_not$ "
     "$tag_that_is_longer_than_any_identifier_may_be_as_no_rule_says_that_it_may_not$",
     "after$"},
    // Line comments end at CR or LF, and at nothing else.
    {"--", "line@0"},
    {"-- a", "line@0"},
    {"-- a\n", "nothing"},
    {"-- a\r", "nothing"},
    {"-- a\f", "line@0"},
    {"-- a\v", "line@0"},
    {"-- a\xE2\x80\xA8", "line@0"},
    {"-- a\xC2\x85", "line@0"},
    {"-- ' \n", "nothing"},
    {"-- /* \n*", "op"},
    {"a--", "line@1"},
    {"- -", "op"},
    // Block comments nest.
    {"/*", "block@0"},
    {"/* a", "block@0"},
    {"/* */", "nothing"},
    {"/**/", "nothing"},
    {"/*/", "block@0"},
    {"/*/ */", "nothing"},
    {"/***/", "nothing"},
    {"/* /* */", "block@0"},
    {"/* /* */ */", "nothing"},
    {"/*/**/*/", "nothing"},
    {"/*/*/", "block@0"},
    {"/*//**/", "block@0"},
    {"/*//**/*/", "nothing"},
    {"/* ' */", "nothing"},
    {"/* -- */", "nothing"},
    {"/* */*", "op"},
    {"/* */'", "string@5"},
    {"a/* */b", "word"},
    {"/* *\n/", "block@0"},
    // Operators: a comment begins inside a run of their characters too.
    {"+", "op"},
    {"=", "op"},
    {"a <@ ", "nothing"},
    {"@>", "op"},
    {"->>", "op"},
    {"@-", "op"},
    {"?/", "op"},
    {"+--", "line@1"},
    {"@---", "line@1"},
    {"+/*", "block@1"},
    {"*/*", "block@1"},
    {"-/*", "block@1"},
    {"/-*", "op"},
    {"//*", "block@1"},
    {"=-1", "number"},
    {"*/", "op"},
    {"a->'", "string@3"},
    {"::", "colon"},
    {":=", "op"},
    {":=--", "line@2"},
    {"a:b", "word"},
    {"~!@#^&|`?+", "op"},
    {"a &'", "string@3"},
};

TEST(Scanner, KnowsWhereATextEnds) {
  for (const Row& row : kRows) EXPECT_EQ(describe(scanned(row.text)), row.state) << row.text;
}

TEST(Scanner, TextMayBeCutAnywhere) {
  for (const Row& row : kRows) {
    const ScanState whole = scanned(row.text);
    for (std::size_t first = 0; first <= row.text.size(); ++first) {
      for (std::size_t second = first; second <= row.text.size(); ++second) {
        ScanState state;
        state.advance(row.text.substr(0, first));
        state.advance(row.text.substr(first, second - first));
        state.advance(row.text.substr(second));
        ASSERT_EQ(state, whole) << row.text << " cut at " << first << " and " << second;
      }
    }
  }
}

TEST(Scanner, AnyTwoRowsInARowCanBeCutBetween) {
  for (const Row& left : kRows) {
    for (const Row& right : kRows) {
      ScanState state = scanned(left.text);
      state.advance(right.text);
      ASSERT_EQ(state, scanned(std::string(left.text) + std::string(right.text)));
      ASSERT_EQ(state.touch() == Touch::Inside, state.region() != Region::Code);
    }
  }
}

TEST(Scanner, NestingAndLengthHaveNoBound) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "/*";
  EXPECT_EQ(describe(scanned(text)), "block@0");
  for (int i = 0; i < 100'000; ++i) text += "*/";
  EXPECT_EQ(describe(scanned(text)), "nothing");
  const std::string tag = "$" + std::string(100'000, 'x') + "$";
  EXPECT_EQ(describe(scanned(tag + " $ $$ " + tag)), "after$");
}

}  // namespace
}  // namespace pgjinja::sql
