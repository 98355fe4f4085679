#include "sql/rendering.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/sql/marks.hpp>

#include <limits>

#include <gtest/gtest.h>

namespace pgjinja::sql {
namespace {

using namespace std::string_view_literals;

class Opaque final : public Object {
 public:
  [[nodiscard]] std::string_view type_name() const noexcept override { return "macro"; }
};

const Printed kValues = {
    {"n", 7},
    {"q", "text"},
    {"m", "more"},
    {"nil", nullptr},
    {"ids", Value::list({1, 2, 3})},
    {"pair", Value::tuple({1, 2})},
    {"doc", Value(Map{{"a", 1}})},
    {"t", identifier({"public", "city"})},
    {"c", identifier({"name"})},
    {"cols", identifier_list({"id", "name"})},
    {"in", in_list({1, nullptr, "x"})},
    {"one", in_list({1})},
    {"sum", raw("1 + 1")},
    {"empty", raw("")},
    {"order", raw("ORDER BY")},
    {"macro", Value::object<Opaque>()},
};

/// What binding gives, as one text: the SQL, or the error's kind, message and hint. With and
/// without notes it has to be the same.
std::string bound(std::string_view text, const Printed& values = kValues) {
  const auto attempt = [&](bool annotated) -> std::string {
    try {
      return Binder().bind(Rendering(text, values, annotated)).sql;
    } catch (const Error& error) {
      return std::string(error_kind_name(error.kind())) + ": " + error.message() + " => " +
             error.hint();
    }
  };
  const std::string with_notes = attempt(true);
  EXPECT_EQ(with_notes, attempt(false)) << text;
  return with_notes;
}

struct Row {
  std::string_view text;
  std::string_view bound;
};

TEST(Binder, BindsValuesInCode) {
  static constexpr Row kRows[] = {
      {"", ""},
      {"SELECT 1", "SELECT 1"},
      {"{{ n }}", "$1"},
      {"SELECT {{ n }}", "SELECT $1"},
      {"LIMIT {{ n }} OFFSET {{ n }}", "LIMIT $1 OFFSET $2"},
      {"f({{ n }},{{ q }})", "f($1,$2)"},
      {"x = {{ nil }}", "x = $1"},
      {"= ANY({{ ids }})", "= ANY($1)"},
      {"= ANY({{ pair }})", "= ANY($1)"},
      {"x @> {{ doc }}", "x @> $1"},
      {"a={{ n }}+1", "a=$1+1"},
      {"-{{ n }}-{{ n }}", "-$1-$2"},
      {"{{ n }}::int", "$1::int"},
      {"a[{{ n }}:{{ n }}]", "a[$1:$2]"},
      {"'a' {{ n }}", "'a' $1"},
      {"'a'\n{{ n }}\n'b'", "'a'\n$1\n'b'"},
      {"$$a$$ {{ n }}", "$$a$$ $1"},
      {"/* c */{{ n }}", "/* c */$1"},
      {"/* c */{{ n }}/* d */", "/* c */$1/* d */"},
      {"-- it's\n{{ n }}", "-- it's\n$1"},
      {"{{ n }}-- 'x", "$1-- 'x"},
      {"U& {{ n }}", "U& $1"},
      {"U&{{ n }}", "U&$1"},
      {"a\v, \v{{ n }}\v b", "a, $1 b"},
      // Marks.
      {"FROM {{ t }}", "FROM \"public\".\"city\""},
      {"SELECT {{ c }}, {{ t }}.{{ c }}", "SELECT \"name\", \"public\".\"city\".\"name\""},
      {"t.{{ c }} = {{ n }}", "t.\"name\" = $1"},
      {"SELECT {{ cols }} FROM x", "SELECT \"id\", \"name\" FROM x"},
      {"x IN {{ in }} AND y = {{ n }}", "x IN ($1, $2, $3) AND y = $4"},
      {"x IN {{ one }};", "x IN ($1);"},
      {"SELECT {{ sum }} + {{ n }}", "SELECT 1 + 1 + $1"},
      {"SELECT {{ empty }} {{ n }}", "SELECT  $1"},
      {"{{ sum }} {{ c }}", "1 + 1 \"name\""},
      // ORDER BY takes everything but a parameter by itself.
      {"ORDER BY {{ c }}", "ORDER BY \"name\""},
      {"ORDER BY {{ n }} + 1", "ORDER BY $1 + 1"},
      {"ORDER BY a <-> {{ n }}", "ORDER BY a <-> $1"},
      {"ORDER BY f({{ n }})", "ORDER BY f($1)"},
      {"ORDER BY f(a, {{ n }})", "ORDER BY f(a, $1)"},
      {"ORDER BY a LIMIT {{ n }}", "ORDER BY a LIMIT $1"},
      {"ORDER BY a, f(b, {{ n }}), c", "ORDER BY a, f(b, $1), c"},
      {"OVER (ORDER BY a), {{ n }}", "OVER (ORDER BY a), $1"},
      {"ORDER BY a; SELECT 1, {{ n }}", "ORDER BY a; SELECT 1, $1"},
      {"ORDER BY a FOR UPDATE OF b, {{ n }}", "ORDER BY a FOR UPDATE OF b, $1"},
      {"'ORDER BY' , {{ n }}", "'ORDER BY' , $1"},
      {"GROUP BY {{ n }}", "GROUP BY $1"},
      {"\"order\" by {{ n }}", "\"order\" by $1"},
      {"order x by {{ n }}", "order x by $1"},
      {"ORDER BY $1, a", "ORDER BY $1, a"},
      {"ORDER BY e <-> ARRAY[{{ n }}, {{ n }}]", "ORDER BY e <-> ARRAY[$1, $2]"},
      {"ORDER BY a[{{ n }}], b", "ORDER BY a[$1], b"},
      {"ORDER BY a RETURNING id, {{ n }}", "ORDER BY a RETURNING id, $1"},
      {"ORDER BY a ON CONFLICT (b) DO UPDATE SET c = 1 RETURNING id, {{ n }}",
       "ORDER BY a ON CONFLICT (b) DO UPDATE SET c = 1 RETURNING id, $1"},
      {"ORDER BY a UNION SELECT 1, {{ n }}", "ORDER BY a UNION SELECT 1, $1"},
      {"ORDER BY a INTERSECT SELECT 1, {{ n }}", "ORDER BY a INTERSECT SELECT 1, $1"},
      {"ORDER BY a EXCEPT SELECT 1, {{ n }}", "ORDER BY a EXCEPT SELECT 1, $1"},
      {"ORDER BY a WINDOW w AS (PARTITION BY b), v AS (PARTITION BY c, {{ n }})",
       "ORDER BY a WINDOW w AS (PARTITION BY b), v AS (PARTITION BY c, $1)"},
      {"ORDER BY {{ n }}::int + a", "ORDER BY $1::int + a"},
      {"ORDER BY ({{ n }} + a)", "ORDER BY ($1 + a)"},
      {"ORDER BY ({{ n }}, a)", "ORDER BY ($1, a)"},
      {"ORDER BY {{ n }}::int = a, b", "ORDER BY $1::int = a, b"},
      {"ORDER BY {{ n }}::text LIKE a", "ORDER BY $1::text LIKE a"},
      {"ORDER BY ({{ n }}) IN (a)", "ORDER BY ($1) IN (a)"},
      {"ORDER BY CAST({{ n }} AS int) * a", "ORDER BY CAST($1 AS int) * a"},
      {"ORDER BY CASE WHEN a IN ({{ n }}, {{ n }}) THEN 1 END",
       "ORDER BY CASE WHEN a IN ($1, $2) THEN 1 END"},
      {"ORDER BY (SELECT {{ n }})", "ORDER BY (SELECT $1)"},
      {"ORDER BY a = ANY({{ n }})", "ORDER BY a = ANY($1)"},
  };
  for (const Row& row : kRows) EXPECT_EQ(bound(row.text), row.bound) << row.text;
}

TEST(Binder, RefusesValuesInStringsAndSaysWhatToWrite) {
  static constexpr Row kRows[] = {
      {"'{{ q }}'", "a string constant => drop the quotes: write {{ q }}"},
      {"x LIKE '%{{ q }}%'", "a string constant => write {{ q | contains }}"},
      {"x LIKE '{{ q }}%'", "a string constant => write {{ q | startswith }}"},
      {"x LIKE '%{{ q }}'", "a string constant => write {{ q | endswith }}"},
      {"'%{{ q }}\v%'", "a string constant => write {{ q | contains }}"},
      {"'%{{- q -}}%'", "a string constant => write {{ q | contains }}"},
      {"'a {{ q }} b'", "a string constant => join the parts: 'a ' || {{ q }} || ' b'"},
      {"'a{{ q }}'", "a string constant => join the parts: 'a' || {{ q }}"},
      {"'it''s {{ q }}''s'", "a string constant => join the parts: 'it''s ' || {{ q }} || '''s'"},
      {"'{{ q }}-{{ m }}'",
       "a string constant => end the string in front of {{ q }} and join the parts with ||"},
      {"'a\n{{ q }}'",
       "a string constant => end the string in front of {{ q }} and join the parts with ||"},
      {"interval '{{ n }} days'", "a string constant => write make_interval(days => {{ n }})"},
      {"INTERVAL '{{ n }} Hour'", "a string constant => write make_interval(hours => {{ n }})"},
      {"interval '{{ n }} minutes'", "a string constant => write make_interval(mins => {{ n }})"},
      {"interval '{{ n }} secs'",
       "a string constant => join the parts and cast: ({{ n }} || ' secs')::interval"},
      {"interval '{{ n }} mon'", "a string constant => write make_interval(months => {{ n }})"},
      {"'{{ n }} days'::interval", "a string constant => write make_interval(days => {{ n }})"},
      {"'{{ n }} days'", "a string constant => join the parts: {{ n }} || ' days'"},
      {"date '{{ q }}'", "a string constant => drop the quotes and cast: {{ q }}::date"},
      {"E'{{ q }}'", "an escape string constant => drop the quotes: write {{ q }}"},
      {"E'\\'{{ q }}\\''",
       "an escape string constant => join the parts: E'\\'' || {{ q }} || E'\\''"},
      {"U&'{{ q }}'", "a Unicode string constant => drop the quotes: write {{ q }}"},
      {"B'{{ q }}'", "a bit-string constant => drop the quotes and cast: {{ q }}::bit varying"},
      {"$$ {{ q }} $$",
       "a dollar-quoted string constant => join the parts: $$ $$ || {{ q }} || $$ $$"},
      {"$a${{ q }}$a$", "a dollar-quoted string constant => drop the quotes: write {{ q }}"},
      {"'{{ q }}",
       "a string constant => end the string in front of {{ q }} and join the parts with ||"},
  };
  for (const Row& row : kRows) {
    const std::string_view name = row.text.find("{{ n }}") != row.text.npos ? "n" : "q";
    EXPECT_EQ(bound(row.text), "binding: {{ " + std::string(name) + " }} stands inside " +
                                   std::string(row.bound).insert(row.bound.find(" =>"),
                                                                 ", where no parameter can stand"))
        << row.text;
  }
}

TEST(Binder, RefusesValuesInIdentifiersAndComments) {
  static constexpr Row kRows[] = {
      {"\"{{ q }}\"",
       "{{ q }} stands inside a quoted identifier, where no parameter can stand => "
       "write {{ q | identifier }} without the double quotes"},
      {"\"a_{{ q }}_b\"",
       "{{ q }} stands inside a quoted identifier, where no parameter can stand => "
       "without the double quotes, pass it whole: {{ (\"a_\" ~ q ~ \"_b\") | identifier }}"},
      {"\"{{ c }}\"",
       "{{ c }} stands inside a quoted identifier, where no identifier can stand => "
       "drop the double quotes: the identifier filter writes them: {{ c }}"},
      {"U&\"{{ q }}\"",
       "{{ q }} stands inside a quoted Unicode identifier, where no parameter can "
       "stand => write {{ q | identifier }} without the double quotes"},
      {"-- {{ q }}",
       "{{ q }} stands inside a comment, where no parameter can stand => take it out "
       "of the comment, or make that a template comment, {# … #}"},
      {"/* {{ sum }} */",
       "{{ sum }} stands inside a comment, where no raw text can stand => take it "
       "out of the comment, or make that a template comment, {# … #}"},
      {"-- a{{- q }}",
       "{{ q }} stands inside a comment, where no parameter can stand => `{{-` pulls "
       "the value up into the comment of the line before: take its `-` away, or put the comment in "
       "/* */"},
      {"/* {{ in }}",
       "{{ in }} stands inside a comment, where no list can stand => take it out "
       "of the comment, or make that a template comment, {# … #}"},
  };
  for (const Row& row : kRows) EXPECT_EQ(bound(row.text), "binding: " + std::string(row.bound));
}

TEST(Binder, RefusesGluedValues) {
  static constexpr Row kRows[] = {
      {"tbl_{{ q }}",
       "{{ q }} is glued to tbl_ in front of it => put a space between them; if both "
       "are one name, pass it whole: {{ (\"tbl_\" ~ q) | identifier }}"},
      {"tbl_{{ c }}",
       "{{ c }} is glued to tbl_ in front of it => put a space between them; if both "
       "are one name, apply the identifier filter to the whole name only: {{ (\"tbl_\" ~ …) | "
       "identifier }}"},
      {"IN{{ in }}", "{{ in }} is glued to IN in front of it => put a space between them"},
      {"x{{ sum }}", "{{ sum }} is glued to x in front of it => put a space between them"},
      {"\xC2\xA0{{ q }}",
       "{{ q }} is glued to \xC2\xA0 in front of it => put a space between them; if "
       "both are one name, pass it whole: {{ (\"\xC2\xA0\" ~ q) | identifier }}"},
      {"12{{ n }}", "{{ n }} is glued to 12 in front of it => put a space between them"},
      {"1.{{ n }}", "{{ n }} is glued to 1. in front of it => put a space between them"},
      {"${{ n }}",
       "{{ n }} is glued to $ in front of it => take the `$` away: the binder writes the "
       "placeholder whole"},
      {"$a{{ n }}",
       "{{ n }} is glued to $a in front of it => take the `$` away: the binder writes "
       "the placeholder whole"},
      {"$1{{ n }}", "{{ n }} is glued to $1 in front of it => put a space between them"},
      {"'a'{{ q }}", "{{ q }} is glued to 'a' in front of it => join the two: 'a' || {{ q }}"},
      {"\"a\"{{ c }}", "{{ c }} is glued to \"a\" in front of it => put a space between them"},
      {"$$a$${{ q }}", "{{ q }} is glued to $$a$$ in front of it => put a space between them"},
      {"U&{{ c }}", "{{ c }} is glued to U& in front of it => put a space behind the `&`"},
      {"{{ q }}_suffix",
       "{{ q }} is glued to _suffix behind it => put a space between them; if both "
       "are one name, pass it whole: {{ (q ~ \"_suffix\") | identifier }}"},
      {"{{ c }}_suffix",
       "{{ c }} is glued to _suffix behind it => put a space between them; if both "
       "are one name, apply the identifier filter to the whole name only: {{ (… ~ \"_suffix\") | "
       "identifier }}"},
      {"{{ n }}5", "{{ n }} is glued to 5 behind it => put a space between them"},
      {"{{ n }}$$x$$", "{{ n }} is glued to $$x$$ behind it => put a space between them"},
      {"{{ n }}'x'", "{{ n }} is glued to 'x' behind it => put a space between them"},
      {"{{ c }}\"x\"", "{{ c }} is glued to \"x\" behind it => put a space between them"},
      {"{{ in }}AND", "{{ in }} is glued to AND behind it => put a space between them"},
      {"{{ sum }}x", "{{ sum }} is glued to x behind it => put a space between them"},
      {"{{ q }}{{ m }}",
       "{{ m }} is glued to {{ q }}: two values with nothing between => put a space, "
       "a comma or an operator between them, or join them into one value: {{ q ~ m }}"},
      {"{{ empty }}{{ m }}",
       "{{ m }} is glued to {{ empty }}: two values with nothing between => put a "
       "space, a comma or an operator between them"},
      {"{{ in }}{{ m }}",
       "{{ m }} is glued to {{ in }}: two values with nothing between => put a "
       "space, a comma or an operator between them"},
  };
  for (const Row& row : kRows) EXPECT_EQ(bound(row.text), "binding: " + std::string(row.bound));
}

TEST(Binder, RefusesABoundSortKey) {
  static constexpr std::string_view kTexts[] = {
      "ORDER BY {{ n }}",
      "order by {{ n }} DESC",
      "ORDER\v BY\v {{ n }}\v",
      "ORDER /* x */ BY -- y\n {{ n }}",
      "ORDER BY a, {{ n }}",
      "ORDER BY a DESC, {{ n }} NULLS LAST",
      "ORDER BY {{ n }}, a",
      "ORDER BY {{ n }} LIMIT 5",
      "ORDER BY {{ n }} OFFSET 5",
      "ORDER BY {{ n }} FETCH FIRST ROW ONLY",
      "ORDER BY {{ n }} FOR UPDATE",
      "ORDER BY {{ n }} USING <",
      "ORDER BY {{ n }};",
      "OVER (ORDER BY {{ n }})",
      "OVER (ORDER BY {{ n }} ROWS 1 PRECEDING)",
      "ORDER BY f(a, b), {{ n }}",
      "ORDER BY (SELECT 1 LIMIT 1), {{ n }}",
      "{{ order }} {{ n }}",
      "ORDER BY {{ n }}::int",
      "ORDER BY a, {{ n }}::pg_catalog.numeric(9, 2)[] DESC",
      "ORDER BY {{ n }}::timestamp(3) with time zone LIMIT 1",
      "ORDER BY ({{ n }})",
      "ORDER BY (({{ n }})::text) NULLS FIRST",
      "ORDER BY (\v{{ n }}, {{ q }})",
      "ORDER BY {{ n }} COLLATE \"C\"",
      "ORDER BY {{ n }} COLLATE pg_catalog.\"C\" ASC",
      "ORDER BY CAST({{ n }} AS int)",
      "ORDER BY f(a <-> ARRAY[1, 2]), {{ n }}",
      "(SELECT 1 ORDER BY {{ n }}) UNION SELECT 2",
      "SELECT 1 ORDER BY {{ n }} UNION SELECT 2",
      "INSERT INTO t SELECT 1 ORDER BY {{ n }} ON CONFLICT DO NOTHING",
      "INSERT INTO t SELECT 1 ORDER BY {{ n }} RETURNING id",
  };
  for (const auto text : kTexts) {
    EXPECT_EQ(bound(text),
              "binding: {{ n }} is a sort key by itself, and a parameter there is a "
              "constant that sorts by nothing => name a column: {{ n | identifier }}, "
              "or let it choose one: {{ n | one_of('id', 'name') }}")
        << text;
  }
}

TEST(Binder, RefusesAParameterNumberedByHandBesideBoundOnes) {
  Printed values = kValues;
  values["own"] = raw("$1");
  values["text"] = raw("'$1' -- $1\n");
  static constexpr std::string_view kRefused[] = {
      "SELECT $1::text || {{ q }}",  "SELECT {{ q }} || $1",          "SELECT {{ q }} || $7",
      "SELECT 'a' || $1 || {{ q }}", "SELECT '{}'\v, $1, {{ q }}",    "SELECT {{ own }}, {{ q }}",
      "SELECT {{ q }}, {{ own }}",   "SELECT $1 WHERE a IN {{ in }}", "SELECT {{ in }} = $2",
  };
  for (const auto text : kRefused) {
    EXPECT_EQ(bound(text, values),
              "binding: a parameter is numbered by hand in a statement whose parameters the binder "
              "numbers => write {{ name }} instead: the binder numbers parameters, and this one "
              "would get the value of another")
        << text;
  }
  static constexpr Row kTaken[] = {
      {"PREPARE q AS SELECT $1", "PREPARE q AS SELECT $1"},
      {"PREPARE q AS SELECT {{ own }}, {{ c }}", "PREPARE q AS SELECT $1, \"name\""},
      {"SELECT '$1', {{ q }}", "SELECT '$1', $1"},
      {"SELECT $$ $1 $$, {{ q }}", "SELECT $$ $1 $$, $1"},
      {"SELECT \"$1\", {{ q }} -- $1", "SELECT \"$1\", $1 -- $1"},
      {"SELECT /* $1 */ tbl$1, {{ q }}", "SELECT /* $1 */ tbl$1, $1"},
      {"SELECT {{ text }}, {{ q }}", "SELECT '$1' -- $1\n, $1"},
      {"'a'\v, {{ in }}, {{ one }}, {{ q }}", "'a', ($1, $2, $3), ($4), $5"},
  };
  for (const Row& row : kTaken) EXPECT_EQ(bound(row.text, values), row.bound);
}

TEST(Binder, ShowsTheParameterNumberedByHand) {
  try {
    static_cast<void>(Binder().bind(Rendering("SELECT 1,\n  $12 + {{ n }}", kValues)));
    FAIL() << "bound";
  } catch (const Error& error) {
    ASSERT_EQ(error.places().size(), 1U);
    EXPECT_EQ(error.places()[0].line, 2U);
    EXPECT_EQ(error.places()[0].column, 3U);
    EXPECT_EQ(error.places()[0].length, 3U);
  }
}

TEST(Binder, RefusesATextThatEndsInside) {
  static constexpr Row kRows[] = {
      {"SELECT 'a", "the text ends inside a string constant"},
      {"SELECT E'a\\'", "the text ends inside an escape string constant"},
      {"SELECT U&'a", "the text ends inside a Unicode string constant"},
      {"SELECT X'1", "the text ends inside a bit-string constant"},
      {"SELECT $a$ $b$", "the text ends inside a dollar-quoted string constant"},
      {"SELECT \"a", "the text ends inside a quoted identifier"},
      {"SELECT U&\"a", "the text ends inside a quoted Unicode identifier"},
      {"SELECT /* /* */", "the text ends inside a comment"},
      {"SELECT {{ n }} 'a", "the text ends inside a string constant"},
  };
  for (const Row& row : kRows) {
    EXPECT_EQ(bound(row.text), "binding: " + std::string(row.bound) +
                                   " => close it: what this place opens is still open at the end");
  }
}

TEST(Binder, RefusesWhatIsNoValue) {
  static constexpr Row kRows[] = {
      {"{{ nobody }}",
       "undefined: nobody is undefined => pass it, or give it a default: "
       "{{ nobody | default(…) }}"},
      {"{{ macro }}",
       "binding: {{ macro }} is a macro, and no value that can be a parameter => "
       "print a plain value: a number, a text, a list …"},
      {"a\0b"sv,
       "binding: the SQL text has a NUL byte, where the server would stop to read => take "
       "the byte out of the template"},
  };
  for (const Row& row : kRows) EXPECT_EQ(bound(row.text), row.bound);
}

struct RawRow {
  std::string_view text;
  std::string_view raw;
  std::string_view bound;  // empty: refused
};

TEST(Binder, RawTextStandsByItself) {
  static constexpr RawRow kRows[] = {
      {"SELECT {{ r }}", "now()", "SELECT now()"},
      {"SELECT {{ r }} + {{ n }}", "'it''s'", "SELECT 'it''s' + $1"},
      {"SELECT {{ r }} {{ n }}", "1 -- c\n", "SELECT 1 -- c\n $1"},
      {"{{ r }}.{{ c }}", "t", "t.\"name\""},
      {"{{ r }}+1", "t", "t+1"},
      {"{{ r }} 'b'", "'a'", "'a' 'b'"},
      {"{{ r }}, 'b'", "E'a'\n", "E'a'\n, 'b'"},
      {"{{ r }} ", "", " "},
      // It may not leave anything open.
      {"SELECT {{ r }}", "'a", ""},
      {"SELECT {{ r }} '", "'a", ""},
      {"SELECT {{ r }}", "\"a", ""},
      {"SELECT {{ r }}", "-- a", ""},
      {"SELECT {{ r }} */", "/* a", ""},
      {"SELECT {{ r }}", "$x$", ""},
      {"SELECT {{ r }}", "E'\\'", ""},
      // It may not merge with what stands next to it.
      {"-{{ r }}\n", "- a\n", ""},
      {"/{{ r }}*/", "* a", ""},
      {"{{ r }}- a\n", "1 -", ""},
      {"{{ r }}* a */", "1 /", ""},
      {"-{{ r }}- a\n", "", ""},
      {"U&{{ r }}", "'a'", ""},
      {"U&{{ r }}", "\"a\"", ""},
      {"{{ r }}&'a'", "u", ""},
      {"{{ r }}.5", "1", ""},
      {"E'a'\n{{ r }}", "'b\\'", ""},
      {"E'a'\n{{ r }}", " -- c\n'b\\'", ""},
      {"{{ r }}'b\\' {{ n }}", "E'a'\n", ""},
      {"{{ r }} \v'b\\' {{ n }}", "E'a'\n", ""},
      {"{{ r }}'b\\' {{ n }}", "E'a'\n\v", ""},
      {"E'a'\n{{ r }}", "\v'b\\'", ""},
      {"{{ r }}-- c\n\v 'b\\' {{ n }}", "E'a'", ""},
      {"'{{ r }}'", "a", ""},
      {"x{{ r }}", "y", ""},
  };
  for (const RawRow& row : kRows) {
    Printed values = kValues;
    values["r"] = raw(row.raw);
    const std::string result = bound(row.text, values);
    if (row.bound.empty()) {
      EXPECT_TRUE(result.starts_with("binding: "))
          << row.text << " / " << row.raw << ": " << result;
    } else {
      EXPECT_EQ(result, row.bound);
    }
  }
}

TEST(Binder, RawTextCanBeSwitchedOffAndIsRecorded) {
  const Rendering rendering("SELECT {{ sum }}, {{ sum }}", kValues);
  EXPECT_EQ(Binder().bind(rendering).raw_texts, (std::vector<std::string>{"1 + 1", "1 + 1"}));
  try {
    static_cast<void>(Binder({.allow_raw = false}).bind(rendering));
    FAIL() << "bound";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Security);
    EXPECT_EQ(error.message(), "{{ sum }} prints raw SQL text, which is switched off");
    EXPECT_EQ(error.places().front().column, 8U);
  }
}

TEST(Binder, ParametersAreInTheOrderOfTheText) {
  const Statement s =
      Binder().bind(Rendering("{{ n }}, {{ in }}, {{ nil }}, {{ ids }}, {{ n }}", kValues));
  EXPECT_EQ(s.sql, "$1, ($2, $3, $4), $5, $6, $7");
  EXPECT_EQ(s.parameters,
            (std::vector<Value>{7, 1, nullptr, "x", nullptr, Value::list({1, 2, 3}), 7}));
  ASSERT_EQ(s.sites.size(), 7U);
  EXPECT_EQ(s.sites[2]->expression, "in");
  EXPECT_EQ(s.sites[6]->offset, 41U);
}

TEST(Binder, FragmentsAreSplicedIn) {
  jinja::Fragment inner = Rendering("a = {{ n }} AND b IN {{ in }}", kValues);
  const auto nested = Value::object<jinja::FragmentObject>(inner);
  EXPECT_EQ(bound("WHERE {{ f }} OR {{ f }} LIMIT {{ n }}", {{"f", nested}, {"n", 1}}),
            "WHERE a = $1 AND b IN ($2, $3, $4) OR a = $5 AND b IN ($6, $7, $8) LIMIT $9");
  EXPECT_TRUE(bound("'{{ f }}'", {{"f", nested}}).starts_with("binding: {{ n }} stands inside"));

  Value deep = nested;
  for (int i = 0; i < 300; ++i) {
    deep = Value::object<jinja::FragmentObject>(Rendering("{{ f }}", {{"f", deep}}).fragment());
  }
  EXPECT_TRUE(bound("{{ f }}", {{"f", deep}}).starts_with("limit: {{ f }} holds more than 200"));
}

TEST(Binder, ErrorsShowThePlaceWithACaret) {
  try {
    static_cast<void>(
        Binder().bind(Rendering("SELECT *\nFROM city\nWHERE name LIKE '%{{ q }}%'", kValues)));
    FAIL() << "bound";
  } catch (const Error& error) {
    EXPECT_EQ(
        error.what(),
        R"(error[binding]: {{ q }} stands inside a string constant, where no parameter can stand
 --> query.sql:3:19
  |
3 | WHERE name LIKE '%{{ q }}%'
  |                   ^^^^^^^
  = hint: write {{ q | contains }})"sv);
  }
}

TEST(Binder, AnErrorFarFromTheOpeningQuoteNamesBoth) {
  try {
    static_cast<void>(Binder().bind(Rendering("SELECT 'a,\n  b,\n  {{ q }}", kValues)));
    FAIL() << "bound";
  } catch (const Error& error) {
    ASSERT_EQ(error.places().size(), 2U);
    EXPECT_EQ(error.places()[0].line, 3U);
    EXPECT_EQ(error.places()[1].role, "which begins at");
    EXPECT_EQ(error.places()[1].line, 1U);
    EXPECT_EQ(error.places()[1].column, 8U);
  }
}

TEST(Binder, HintsKeepTheUsersExpression) {
  struct Expression {
    std::string_view expression;
    std::string_view hint;
  };
  static constexpr Expression kExpressions[] = {
      {"user.name", "write {{ user.name | contains }}"},
      {"q | lower", "write {{ q | lower | contains }}"},
      {"q|lower", "write {{ q|lower | contains }}"},
      {"a ~ b", "write {{ (a ~ b) | contains }}"},
      {"a if b else c", "write {{ (a if b else c) | contains }}"},
      {"xs[0]", "write {{ (xs[0]) | contains }}"},
      {"not a", "write {{ (not a) | contains }}"},
      {"a\n  ~ b", "write {{ (a ~ b) | contains }}"},
      {"q\n  | lower", "write {{ q | lower | contains }}"},
      {"a\tor\tb", "write {{ (a or b) | contains }}"},
      {"q | replace('\n', \"'  \")", "write {{ (q | replace('\\n', \"'  \")) | contains }}"},
  };
  for (const auto& [expression, hint] : kExpressions) {
    const std::string text = "'%{{ " + std::string(expression) + " }}%'";
    const std::string result = bound(text, {{std::string(expression), "x"}});
    EXPECT_EQ(result.substr(result.find("=> ") + 3), hint);
  }
}

struct Bad {
  Value value;
  ErrorKind kind;
  std::string_view message;
};

TEST(Binder, RefusesParametersThatNoServerTakes) {
  Value deep = 1;
  for (int i = 0; i < 300; ++i) deep = Value::list({deep});
  const Bad rows[] = {
      {"a\0b"sv, ErrorKind::Encode,
       "parameter $2, {{ x }}, has a text with a NUL byte, which PostgreSQL cannot store"},
      {"a\xFF"sv, ErrorKind::Encode, "parameter $2, {{ x }}, has a text that is no valid UTF-8"},
      {Value::list({"a", "\xFF"sv}), ErrorKind::Encode,
       "parameter $2, {{ x }}, has a text that is no valid UTF-8"},
      {Value(Map{{"\xFF", 1}}), ErrorKind::Encode,
       "parameter $2, {{ x }}, has a text that is no valid UTF-8"},
      {Value(Map{{"k", "\0"sv}}), ErrorKind::Encode,
       "parameter $2, {{ x }}, has a text with a NUL byte, which PostgreSQL cannot store"},
      {Value::list({Value::undefined("y")}), ErrorKind::Undefined,
       "parameter $2, {{ x }}, holds an undefined item"},
      {Value::list({identifier({"y"})}), ErrorKind::Binding,
       "parameter $2, {{ x }}, holds a identifier mark, and a mark inside a value would be lost"},
      {deep, ErrorKind::Limit, "parameter $2, {{ x }}, is nested deeper than 200 levels"},
  };
  for (const Bad& row : rows) {
    try {
      static_cast<void>(Binder().bind(Rendering("{{ n }}, {{ x }}", {{"n", 1}, {"x", row.value}})));
      ADD_FAILURE() << row.message;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), row.kind);
      EXPECT_EQ(error.message(), row.message);
      EXPECT_EQ(error.parameter(), 2U);
      EXPECT_EQ(error.places().front().column, 10U);
    }
  }
  EXPECT_EQ(bound("{{ b }}", {{"b", Value::bytes("\0\xFF"sv)}}), "$1");
}

TEST(Binder, TakesAsManyParametersAsTheProtocol) {
  const auto many = [](std::size_t n) {
    return bound("{{ xs }}", {{"xs", in_list(std::vector<Value>(n, Value(1)))}});
  };
  EXPECT_TRUE(many(65'535).ends_with(", $65535)"));
  EXPECT_TRUE(many(65'536).starts_with(
      "limit: {{ xs }} would be parameter $65536, and a statement has 65535 at most"));
}

TEST(Binder, ReusesTheMemoryOfTheLastStatement) {
  const Binder binder;
  Statement s;
  binder.bind(Rendering("SELECT {{ n }}, {{ q }}, {{ sum }}", kValues), "first", s);
  const char* memory = s.sql.data();
  binder.bind(Rendering("SELECT {{ m }}", kValues), "second", s);
  EXPECT_EQ(s.sql, "SELECT $1");
  EXPECT_EQ(s.sql.data(), memory);
  EXPECT_EQ(s.template_name, "second");
  EXPECT_EQ(s.parameters, std::vector<Value>{"more"});
  EXPECT_EQ(s.sites.size(), 1U);
  EXPECT_EQ(s.origins.size(), 2U);
  EXPECT_TRUE(s.raw_texts.empty());
}

TEST(Binder, AnErrorLeavesAStatementThatCanBeBoundInto) {
  const Binder binder;
  Statement s;
  EXPECT_THROW(binder.bind(Rendering("SELECT '{{ n }}'", kValues), "", s), Error);
  binder.bind(Rendering("SELECT {{ n }}", kValues), "", s);
  EXPECT_EQ(s.sql, "SELECT $1");
}

}  // namespace
}  // namespace pgjinja::sql
