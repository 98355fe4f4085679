#include "jinja/syntax/parser.hpp"

#include "jinja/syntax/printed_tree.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja::jinja {
namespace {

/// The tree as an s-expression; "line:column message" of the first error if there is one.
std::string parsed(const std::string& text) {
  const Source source{"t", "t", text};
  const Options options;
  Arena arena;
  Findings findings;
  try {
    return printed(Parser(source, options, arena, findings).parse());
  } catch (const Error& error) {
    const SourcePlace& place = error.places().at(0);
    return std::to_string(place.line) + ":" + std::to_string(place.column) + " " + error.message();
  }
}

struct Row {
  std::string text;
  std::string tree;
};

TEST(Parser, GivesOperatorsJinjasPrecedence) {
  for (const Row& row : {
           Row{"1 + 2 * 3", "(+ 1 (* 2 3))"},
           {"(1 + 2) * 3", "(* (+ 1 2) 3)"},
           {"1 - 2 - 3", "(- (- 1 2) 3)"},
           {"2 ** 3 ** 2", "(** (** 2 3) 2)"},
           {"-2 ** 2", "(** (neg 2) 2)"},
           {"1 + 2 ~ 3 * 4", "(+ 1 (~ 2 (* 3 4)))"},
           {"a ~ b ~ c", "(~ a b c)"},
           {"a or b and not c == d", "(or a (and b (not (compare c == d))))"},
           {"a < b <= c", "(compare a < b <= c)"},
           {"a not in b", "(compare a not-in b)"},
           {"not a in b", "(not (compare a in b))"},
           {"a if b else c if d else e", "(if b a (if d c e))"},
           {"a if b", "(if b a)"},
           {"-a|f", "(filter f (neg a))"},
           {"a + b|f(1, k=2)", "(+ a (filter f b 1 k=2))"},
           {"a is t", "(test t a)"},
           {"a is not t 1 and b", "(and (not (test t a 1)) b)"},
           {"a is t(1, 2)", "(test t a 1 2)"},
           {"a.b[c].d(e)(*f, **g)", "(call (call (attr (item (attr a b) c) d) e) *f **g)"},
           {"a.0", "(item a 0)"},
           {"a[1:2:3]", "(item a (slice 1 2 3))"},
           {"a[:]", "(item a (slice _ _ _))"},
           {"a[1, 2]", "(item a (tuple 1 2))"},
           {"[1, [2]], {'a': (3,)}", "(tuple (list 1 (list 2)) (dict 'a' (tuple 3)))"},
           {"'a' 'b\\n'", "'ab\n'"},
           {"true, None, 1.5", "(tuple true none 1.5)"},
       }) {
    EXPECT_EQ(parsed("{{ " + row.text + " }}"), "(print " + row.tree + ")") << row.text;
  }
}

TEST(Parser, ReadsStatements) {
  for (const Row& row : {
           Row{"a{{ b }}", "'a' (print b)"},
           {"{% if a %}b{% elif c %}d{% else %}e{% endif %}", "(if a ('b') ((if c ('d') ('e'))))"},
           {"{% for a, (b, c) in d if e %}f{% else %}g{% endfor %}",
            "(for (tuple a (tuple b c)) d e ('f') ('g'))"},
           {"{% set a, b = 1, 2 %}", "(set (tuple a b) (tuple 1 2))"},
           {"{% set a | f | g(1) %}b{% endset %}", "(set-block a (filter g (filter f _) 1) ('b'))"},
           {"{% with a = 1, b = 2 %}c{% endwith %}", "(with a 1 b 2 ('c'))"},
           {"{% include 'a' %}", "(include 'a')"},
           {"{% include ['a', b] ignore missing without context %}",
            "(include (list 'a' b) ignore-missing without-context)"},
           {"{% macro m(a, b=1) %}c{% endmacro %}", "(macro m a b=1 ('c'))"},
           {"{% for a in b if c recursive %}d{% endfor %}", "(for-recursive a b c ('d') ())"},
           {"{% for a in b: %}{% break %}{% continue %}{% endfor %}",
            "(for a b _ ((break) (continue)) ())"},
           {"{% set n.a, b = 1, 2 %}", "(set (tuple (attr n a) b) (tuple 1 2))"},
           {"{% do a, b %}", "(do (tuple a b))"},
           {"{% print a, b %}", "(print a b)"},
           {"{% filter f|g(1) %}a{% endfilter %}",
            "(filter-block (filter g (filter f _) 1) ('a'))"},
           {"{% autoescape a %}b{% endautoescape %}", "(autoescape a ('b'))"},
           {"{% call(a, b=1) m(c) %}d{% endcall %}", "(call-block (call m c) a b=1 ('d'))"},
           {"{% import 'a' as b with context %}", "(import 'a' b with-context)"},
           {"{% from 'a' import b, c as d, without context %}", "(from 'a' b:b c:d)"},
           {"{% extends a %}", "(extends a)"},
           {"{% block a scoped required %} {% endblock a %}", "(block a scoped required (' '))"},
       }) {
    EXPECT_EQ(parsed(row.text), row.tree) << row.text;
  }
}

TEST(Parser, ErrorsSayWhere) {
  for (const Row& row : {
           Row{"{{ }}", "1:4 expected an expression, found '}}'"},
           {"{{ a b }}", "1:6 expected '}}', found 'b'"},
           {"a\n{% nosuch %}", "2:4 unknown tag 'nosuch'"},
           {"{{ \u00b7 }}", "1:4 unexpected character '\u00b7'"},
           {"{{ a\U0001F40D }}", "1:5 unexpected character '\U0001F40D'"},
           {"{% endif %}", "1:4 'endif' closes nothing that is open here"},
           {"x{% if a %}", "1:2 this tag is never closed: expected '{% endif %}'"},
           {"{% for a %}", "1:10 expected 'in', found '%}'"},
           {"{% set true = 1 %}", "1:8 'true' cannot be assigned to"},
           {"{% macro m(a, a) %}{% endmacro %}", "1:15 the parameter 'a' is named twice"},
           {"{{ f(a=1, 2) }}", "1:11 a positional argument follows a named one"},
           {"{{ 99999999999999999999 }}", "1:4 this integer does not fit into 64 bits"},
           {"{{ '\\xZ' }}", "1:4 this string has a malformed escape"},
           {"{% include 'a' ignore b %}", "1:23 expected 'missing' after 'ignore'"},
           {"{% call m %}{% endcall %}", "1:9 expected a call"},
           {"{% from 'a' import _b %}", "1:20 '_b' cannot be imported"},
           {"{% from 'a' import %}", "1:20 expected a name, found '%}'"},
           {"{% block a-b %}{% endblock %}", "1:11 a block's name has no hyphens"},
           {"{% block a required %}b{% endblock %}",
            "1:23 a required block can only hold white space and comments"},
           {"{% for n.a in b %}{% endfor %}", "1:9 expected 'in', found '.'"},
       }) {
    EXPECT_EQ(parsed(row.text), row.tree) << row.text;
  }
}

TEST(Parser, CollectsEveryErrorOfASource) {
  const Source source{"t", "t",
                      "{{ a b }}\n{% nosuch %}\n{% if %}x{{ ) }}{% endif %}\n{{ 'ok' }}{% set %}"};
  const Options options;
  Arena arena;
  std::vector<Error> errors;
  Findings findings(&errors);
  Parser(source, options, arena, findings).parse();
  std::vector<std::uint32_t> lines;
  for (const Error& error : errors) lines.push_back(error.places().at(0).line);
  EXPECT_EQ(lines, (std::vector<std::uint32_t>{1, 2, 3, 3, 4}));
}

TEST(Parser, NestingHasALimit) {
  const Options options;
  const std::size_t deep = options.limits.nesting * 10;
  const auto repeat = [](const std::string& text, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += text;
    return out;
  };
  for (const std::string& text :
       {"{{ " + repeat("(", deep), "{{ " + repeat("[", deep), "{{ " + repeat("{1:", deep),
        "{{ " + repeat("not ", deep), "{{ " + repeat("-", deep), "{{ " + repeat("a[", deep),
        "{{ " + repeat("f(", deep), "{{ " + repeat("a if a else ", deep),
        "{{ a" + repeat(".b", deep) + " }}", "{{ a" + repeat("|f", deep) + " }}",
        "{{ 1" + repeat(" + 1", deep) + " }}", "{{ a" + repeat(" and a", deep) + " }}",
        repeat("{% if a %}", deep), repeat("{% for a in b %}", deep),
        "{% if a %}" + repeat("{% elif a %}", deep) + "{% endif %}",
        "{% set " + repeat("(", deep) + "a"}) {
    const Source source{"t", "t", text};
    Arena arena;
    Findings findings;
    try {
      Parser(source, options, arena, findings).parse();
      ADD_FAILURE() << text.substr(0, 40);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::Limit) << text.substr(0, 40) << error.what();
    }
  }
}

}  // namespace
}  // namespace pgjinja::jinja
