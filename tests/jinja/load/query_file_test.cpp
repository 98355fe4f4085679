#include "jinja/rendering.hpp"

#include <pgjinja/jinja/environment.hpp>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja::jinja {
namespace {

using Names = std::vector<std::string>;

/// A language whose comments are lines that begin with `--`, and whose strings stand in '…'.
TextSummary summarise(std::string_view text) {
  TextSummary summary;
  summary.open_ended = std::count(text.begin(), text.end(), '\'') % 2 == 1;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    const std::size_t begin = line.find_first_not_of(' ');
    const bool blank = begin == std::string_view::npos || line.substr(begin).starts_with("-");
    summary.has_code = summary.has_code || !blank;
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return summary;
}

Options on() {
  Options options;
  options.front_matter = true;
  options.summarise = &summarise;
  return options;
}

Rendering with(std::map<std::string, std::string> templates) {
  return Rendering(on(), std::move(templates));
}

std::string render(const Rendering& r, std::string_view name, const Context& context = {}) {
  try {
    return r.environment.get_template(name).render(context).to_text();
  } catch (const Error& error) {
    return std::string(error_kind_name(error.kind())) + ": " + error.message();
  }
}

TEST(QueryFile, HoldsQueriesByTheirNames) {
  const Rendering r = with({{"f",
                             "-- name: a\n1\n\n"
                             "  --name:b :one\n 2 \n\n\n"
                             "--\tname : c_3\n-- name: \xC3\xA9"},
                            {"g", "x -- name: a"}});
  EXPECT_EQ(r.environment.list(), (Names{"f#a", "f#b", "f#c_3", "f#\xC3\xA9", "g"}));
  EXPECT_EQ(render(r, "f#a"), "1");
}

TEST(QueryFile, EachTextIsWhatStandsBehindItsLine) {
  const Rendering r =
      with({{"f", "-- name: a\n1\n\n  -- name: b :one\n 2 \n{{ x }}\n\n\n-- name: c"},
            {"breaks", "-- name: a\r\n1\r\n2\r-- name: b\r3"}});
  EXPECT_EQ(render(r, "f#a"), "1");
  EXPECT_EQ(render(r, "f#b", {{"x", 5}}), " 2 \n5");
  EXPECT_EQ(render(r, "f#c"), "");
  EXPECT_EQ(render(r, "breaks#a"), "1\n2");
  EXPECT_EQ(render(r, "breaks#b"), "3");
  EXPECT_EQ(r.environment.get_template("c").source().name, "f#c");
}

TEST(QueryFile, ANameMeansAFileThenAQueryOfAFileThenAQuery) {
  const Rendering r = with({{"a", "the file"},
                            {"f#a", "the file of that name"},
                            {"f", "-- name: a\n1\n-- name: b\n2"},
                            {"dir/one", "-- name: c\n3"}});
  EXPECT_EQ(render(r, "a"), "the file");
  EXPECT_EQ(render(r, "f#a"), "the file of that name");
  EXPECT_EQ(render(r, "b"), "2");
  EXPECT_EQ(render(r, "dir/one#c"), "3");
  EXPECT_EQ(render(r, "dir/one"), "3");
  EXPECT_EQ(render(r, "c"), "3");
  EXPECT_EQ(render(r, "f"), "not-found: 'f' is a file of 2 queries, and no query itself");
  for (const char* none : {"f#", "#b", "f#c", "nosuch#b", "f#b#", "#"}) {
    EXPECT_EQ(render(r, none), "not-found: template '" + std::string(none) + "' was not found");
  }
}

TEST(QueryFile, IncludesAndImportsFindQueriesToo) {
  const Rendering r =
      with({{"f", "-- name: a\n1\n-- name: b\n{% include 'f#a' %}{% include 'a' %}"},
            {"m", "{% include ['nosuch', 'b'] %}{% include 'no' ignore missing %}"}});
  EXPECT_EQ(render(r, "m"), "11");
}

TEST(QueryFile, TheHeadIsShared) {
  const Rendering r = with(
      {{"lib", "{% macro n() %}n{% endmacro %}"},
       {"f",
        "-- A comment.\n{% from 'lib' import n %}{% set k = 3 %}\n"
        "{% macro m(x) -%} -- name: no\n <{{ x }}{{ y }}>{%- endmacro %}  \n"
        "{% set b %}b{% endset %}{% import 'lib' as l %}\n"
        "-- name: a\n{#--- @param z: int = 4 ---#}\n{{ m(k) }}{{ n() }}{{ z }}{{ b }}{{ l.n() }}\n"
        "-- name: b\ntext"}});
  EXPECT_EQ(render(r, "f#a"), "-- name: no\n <3>n4bn");
  EXPECT_EQ(render(r, "f#b"), "text");
  EXPECT_TRUE(r.environment.diagnose("f#a").empty());  // y is the head's, not a name of this query
}

TEST(QueryFile, OnlyWhatIsSharedStandsInTheHead) {
  struct Row {
    std::string head;
    std::string error;
    std::uint32_t line;
    std::uint32_t column;
  };
  const std::string tag = "this tag stands before the first '-- name:', in no query";
  const std::string text = "this text stands before the first '-- name:', in no query";
  for (const Row& row : {Row{"{{ x }}\n", tag, 1, 1},
                         {"{% if x %}{% endif %}", tag, 1, 1},
                         {"{% extends 'x' %}\n", tag, 1, 1},
                         {"{% include 'x' %}\n", tag, 1, 1},
                         {"{% block b %}{% endblock %}\n", tag, 1, 1},
                         {"{% set a = 1 %}\n\n  SET x;\n", text, 3, 3},
                         {"\n  SET x;\n", text, 2, 3},
                         {"-- c\n{# d #}\nSET\n\n", text, 3, 1},
                         {"{# d #} -- c\n {# e #} SET\n", text, 2, 10}}) {
    const Rendering r = with({{"f", row.head + "\n-- name: a\n1"}});
    const std::vector<Error> found = r.environment.diagnose("f");
    ASSERT_EQ(found.size(), 1U) << row.head;
    EXPECT_EQ(found[0].message(), row.error) << row.head;
    EXPECT_EQ(found[0].places().at(0).line, row.line) << row.head;
    EXPECT_EQ(found[0].places().at(0).column, row.column) << row.head;
  }
}

TEST(QueryFile, PlacesAreThoseOfTheFile) {
  for (const std::string head : {"", "-- c\n\n", "{% macro m() %}\n{% endmacro %}\n\n"}) {
    const Rendering r = with({{"f", head + "-- name: a\n1\n\n-- name: b\n\n  {{ 1 / 0 }}"}});
    try {
      static_cast<void>(r.environment.get_template("f#b").render({}));
      ADD_FAILURE();
    } catch (const Error& error) {
      const auto lines = static_cast<std::uint32_t>(std::count(head.begin(), head.end(), '\n'));
      EXPECT_EQ(error.places().at(0).line, lines + 6) << head;
      EXPECT_EQ(error.places().at(0).column, 6U) << head;
      EXPECT_EQ(error.places().at(0).text, "  {{ 1 / 0 }}") << head;
    }
  }
}

TEST(QueryFile, ALineThatNamesNoQueryIsNone) {
  for (const std::string text :
       {"'\n-- name: a\n'", "{# '\n-- name: a\n#}x", "{% raw %}\n-- name: a\n{% endraw %}",
        "{%- raw -%}\n-- name: a\n{%+ endraw +%}\n-- name", "{{ '\n-- name: a\n}}' }}",
        "{{ \"\\\"\n-- name: a\n}}\" }}", "x -- name: a", "{% set x = 1 %}-- name: a",
        "- - name: a", "-- names: a", "-- name a", "--", "-- Name: a", "{{ x\n-- name: a\n}}"}) {
    EXPECT_EQ(with({{"f", text}}).environment.list(), Names{"f"}) << text;
  }
  for (const std::string text :
       {"''\n-- name: a\n", "{# ' #}\n-- name: a\n", "{% raw %}{% endraw %}\n-- name: a\n",
        "{{ '}}' }}\n-- name: a", "{% raw %}{{ {% endraw %}\n-- name: a",
        "{% set raw = \"'\" %}\n-- name: a"}) {
    EXPECT_EQ(with({{"f", "-- name: z\n" + text}}).environment.list(), (Names{"f#a", "f#z"}))
        << text;
  }
}

TEST(QueryFile, WithoutTheOptionALineIsALine) {
  const Rendering r({}, {{"f", "-- name: a\n1"}});
  EXPECT_EQ(r.environment.list(), Names{"f"});
  EXPECT_EQ(render(r, "f"), "-- name: a\n1");
  EXPECT_EQ(render(r, "f#a"), "not-found: template 'f#a' was not found");
  EXPECT_EQ(render(r, "a"), "not-found: template 'a' was not found");
}

TEST(QueryFile, ALineSaysHowManyRowsThereAre) {
  struct Row {
    std::string line;
    std::optional<Cardinality> returns;
  };
  for (const Row& row : {Row{"a", std::nullopt},
                         {"a :one", Cardinality::One},
                         {"a  :maybe ", Cardinality::Maybe},
                         {"a :many", Cardinality::Many},
                         {"a :exec", Cardinality::Exec},
                         {"a :execrows", Cardinality::Exec},
                         {"a:one", Cardinality::One},
                         {"a^", Cardinality::Maybe},
                         {"a$", Cardinality::Maybe},
                         {"a!", Cardinality::Exec}}) {
    const Rendering r = with({{"f", "-- name: " + row.line + "\n1"}});
    EXPECT_EQ(r.environment.get_template("a").front_matter().returns, row.returns) << row.line;
  }
  for (const std::string line : {"a<!", "a-b", "a*!", "a#", "a!!", "a :execresult", "a :", "a one",
                                 "a() :one", "a :one x", ":one", "", "{{ x }}", "a^ :one x"}) {
    const std::vector<Error> found =
        with({{"f", "-- name: " + line + "\n1"}}).environment.diagnose("f");
    ASSERT_EQ(found.size(), 1U) << line;
    EXPECT_EQ(found[0].kind(), ErrorKind::Syntax) << line;
    EXPECT_FALSE(found[0].hint().empty()) << line;
  }
}

TEST(QueryFile, TheLineAndReturnsMayAgree) {
  const Rendering r = with({{"f", "-- name: a :one\n{#--- @returns one #}"},
                            {"g", "-- name: b :one\n{#--- @returns many #}"}});
  EXPECT_EQ(r.environment.get_template("a").front_matter().returns, Cardinality::One);
  EXPECT_EQ(render(r, "b"), "syntax: the query's name says :one, and @returns says many");
}

TEST(QueryFile, ABrokenFileIsListedItselfAndHintedAt) {
  const Rendering r = with({{"bad", "-- name: a\n-- name: a"}, {"good", "-- name: b\n1"}});
  EXPECT_EQ(r.environment.list(), (Names{"bad", "good#b"}));
  EXPECT_EQ(render(r, "b"), "1");
  EXPECT_EQ(render(r, "bad#a"), "syntax: the query 'a' comes twice");
  try {
    static_cast<void>(r.environment.get_template("zzz"));
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::NotFound);
    EXPECT_EQ(error.detail(),
              "perhaps it is in bad, where line 2 has an error: the query 'a' comes twice");
  }
}

}  // namespace
}  // namespace pgjinja::jinja
