#include "sql/mark.hpp"
#include "sql/rendering.hpp"
#include "sql/scanner.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/sql/marks.hpp>

#include <random>

#include <gtest/gtest.h>

namespace pgjinja::sql {
namespace {

/// Texts that would end, open or comment out something if they ever became SQL text.
const std::vector<std::string> kHostile = {
    "'",
    "''",
    "' OR 1=1 --",
    "\\'",
    "\\",
    "\"",
    "\"\"",
    "\"; DROP TABLE city; --",
    "--",
    "-- x\n",
    "/*",
    "*/",
    "/* */",
    "$1",
    "$$",
    "$$; DROP TABLE city; $$",
    "$a$",
    "1; SELECT pg_sleep(9)",
    ");",
    "(",
    ",",
    ";",
    "E'\\'",
    "U&'\\0027'",
    "x'27'",
    "::int",
    ":=",
    "\n",
    "\r\n",
    "\t",
    "%",
    "_",
    "é",
    "\xC2\xA0",
    "\xE2\x80\xA8",
    "\xF0\x9F\x92\xA3",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "",
    " ",
    "NULL",
    "current_user",
    "0",
    "-1",
    "1e400",
    std::string(10'000, '\''),
};

struct Position {
  std::string_view text;
  std::string_view sql;  // empty: refused
};

/// Where a value may and may not stand; `x` is the value, `i` its identifier mark, `l` an IN list
/// of it.
constexpr Position kPositions[] = {
    {"SELECT {{ x }}", "SELECT $1"},
    {"{{ x }}", "$1"},
    {"WHERE a = {{ x }} AND b = {{ x }}", "WHERE a = $1 AND b = $2"},
    {"a LIKE {{ x }} ESCAPE '\\'", "a LIKE $1 ESCAPE '\\'"},
    {"f({{ x }})", "f($1)"},
    {"a={{ x }}::text", "a=$1::text"},
    {"a->>{{ x }}", "a->>$1"},
    {"'a' || {{ x }} || 'b'", "'a' || $1 || 'b'"},
    {"/* c */ {{ x }} -- d", "/* c */ $1 -- d"},
    {"WHERE a IN {{ l }}", "WHERE a IN ($1, $2)"},
    {"'{{ x }}'", ""},
    {"'%{{ x }}%'", ""},
    {"E'{{ x }}'", ""},
    {"U&'{{ x }}'", ""},
    {"N'{{ x }}'", ""},
    {"B'{{ x }}'", ""},
    {"X'{{ x }}'", ""},
    {"$${{ x }}$$", ""},
    {"$f${{ x }}$f$", ""},
    {"\"{{ x }}\"", ""},
    {"U&\"{{ x }}\"", ""},
    {"-- {{ x }}\n", ""},
    {"/* {{ x }} */", ""},
    {"a{{ x }}", ""},
    {"1{{ x }}", ""},
    {"${{ x }}", ""},
    {"{{ x }}a", ""},
    {"{{ x }}1", ""},
    {"{{ x }}$$", ""},
    {"{{ x }}{{ x }}", ""},
    {"'a'\n'{{ x }}'", ""},
    {"E'a'\n'\\'{{ x }}'", ""},
    {"'{{ l }}'", ""},
    {"a{{ l }}", ""},
};

std::string bound(std::string_view text, const Printed& values, bool annotated) {
  try {
    return Binder().bind(Rendering(text, values, annotated)).sql;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Binding) << error.what();
    return std::string();
  }
}

TEST(Injection, NoValueReachesTheText) {
  for (const Position& position : kPositions) {
    for (const std::string& hostile : kHostile) {
      const Printed values = {{"x", hostile}, {"l", in_list({hostile, hostile})}};
      ASSERT_EQ(bound(position.text, values, true), position.sql) << position.text;
      ASSERT_EQ(bound(position.text, values, false), position.sql) << position.text;
    }
  }
}

TEST(Injection, ValuesArriveUnchanged) {
  for (const std::string& hostile : kHostile) {
    const Statement s = Binder().bind(
        Rendering("f({{ x }}, {{ l }})", {{"x", hostile}, {"l", in_list({hostile})}}));
    EXPECT_EQ(s.parameters, (std::vector<Value>{hostile, hostile}));
  }
}

/// An identifier may be any name: it has to be one token, and the text behind it code.
TEST(Injection, AnIdentifierIsOneTokenWhateverItsName) {
  for (const std::string& hostile : kHostile) {
    if (hostile.empty() || hostile.size() > 63) continue;
    const Value mark = identifier({hostile});
    const Statement s = Binder().bind(Rendering("SELECT {{ i }} FROM t", {{"i", mark}}));
    ScanState state;
    state.advance(std::string_view(s.sql).substr(0, s.sql.size() - std::string(" FROM t").size()));
    EXPECT_EQ(state.touch(), Touch::Identifier) << s.sql;
    EXPECT_EQ(state.start(), 7U) << s.sql;
    for (const auto text : {"'{{ i }}'", "\"{{ i }}\"", "a{{ i }}", "{{ i }}a", "-- {{ i }}",
                            "U&{{ i }}", "\"a\"{{ i }}", "{{ i }}\"a\"", "{{ i }}{{ i }}"}) {
      EXPECT_EQ(bound(text, {{"i", mark}}, true), "") << text;
    }
  }
}

std::string random_text(std::mt19937& random) {
  static constexpr std::string_view kAlphabet[] = {"'",  "\"", "\\", "-", "/", "*",  "$", "1",
                                                   "a",  "E",  "U&", ";", "(", ")",  ",", "\n",
                                                   "\r", " ",  "é",  "%", "_", "{{", "b", "|"};
  std::string text;
  const std::size_t length = random() % 40;
  for (std::size_t i = 0; i < length; ++i) text += kAlphabet[random() % std::size(kAlphabet)];
  return text;
}

TEST(Injection, SameShapeSameText) {
  static constexpr std::string_view kTemplate =
      "SELECT {{ c }}\nFROM city -- {x}\nWHERE name ILIKE {{ a }} AND country IN {{ l }}\n"
      "  AND note = 'it''s' || {{ b }} AND tags && {{ list }} ORDER BY {{ c }} LIMIT {{ n }}";
  std::mt19937 random(20'240'229);
  const auto draw = [&random] {
    const std::vector<Value> pair = {random_text(random), random_text(random)};
    return Printed{{"a", random_text(random)},
                   {"b", random_text(random)},
                   {"l", in_list(pair)},
                   {"list", Value::list(pair)},
                   {"n", random()},
                   {"c", identifier({"name"})}};
  };
  const std::string expected = Binder().bind(Rendering(kTemplate, draw())).sql;
  for (int i = 0; i < 2'000; ++i) {
    ASSERT_EQ(Binder().bind(Rendering(kTemplate, draw(), i % 2 == 0)).sql, expected);
  }
}

/// Any text of SQL's own alphabet, cut anywhere, with values and marks between: notes change
/// nothing.
TEST(Injection, NotesChangeNothing) {
  std::mt19937 random(7);
  const Printed values = {{"n", 7},
                          {"i", identifier({"a\"b"})},
                          {"l", in_list({1, 2})},
                          {"r", raw("- 'x'\n")},
                          {"v", rows({{1, 2}, {3, 4}})},
                          {"s", assignments({{"a", 1}})},
                          {"k", literal("it's")},
                          {"d", literal(-1)},
                          {"o", Value::object<ChoiceMark>("<")}};
  static constexpr std::string_view kPieces[] = {
      "'",       "E'",      "\"",      "--",      "\n",      "/*",        "*/",
      "$$",      "$a$",     "a",       "U&",      "1",       ".",         " ",
      ",",       "(",       ")",       "-",       "\\",      "ORDER BY ", "{{ n }}",
      "{{ n }}", "{{ i }}", "{{ l }}", "{{ r }}", "{{ v }}", "{{ s }}",   "{{ k }}",
      "{{ d }}", "{{ o }}", "\v",      "\v",      " "};
  int bound_texts = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    const std::size_t length = 1 + random() % 9;
    for (std::size_t j = 0; j < length; ++j) text += kPieces[random() % std::size(kPieces)];
    const auto attempt = [&](bool annotated) -> std::string {
      try {
        return Binder().bind(Rendering(text, values, annotated)).sql;
      } catch (const Error& error) {
        return error.what();
      }
    };
    const std::string with_notes = attempt(true);
    ASSERT_EQ(with_notes, attempt(false)) << text;
    bound_texts += with_notes.starts_with("error") ? 0 : 1;
  }
  EXPECT_GT(bound_texts, 1'500);
}

}  // namespace
}  // namespace pgjinja::sql
