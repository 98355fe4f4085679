#include "jinja/rendering.hpp"

#include <pgjinja/jinja/environment.hpp>

#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace pgjinja::jinja {
namespace {

using Names = std::vector<std::string>;

TEST(Environment, ParametersAreTheNamesThatTheContextGives) {
  struct Row {
    std::string text;
    Names names;
  };
  for (const Row& row : {
           Row{"", {}},
           {"{{ b }}{{ a }}{{ b }}", {"a", "b"}},
           {"{{ a.b.c }}{{ a['d'] }}", {"a"}},
           {"{{ range(n) }}{{ dict(a=x) }}", {"n", "x"}},
           {"{% for x in xs %}{{ x }}{{ loop.index }}{% endfor %}", {"xs"}},
           {"{% for x in x %}{{ x }}{% endfor %}", {"x"}},
           {"{% for x in xs if x > low %}{% endfor %}", {"low", "xs"}},
           {"{% set a = 1 %}{{ a }}", {}},
           {"{{ a }}{% set a = 1 %}", {"a"}},
           {"{% if c %}{% set a = 1 %}{% endif %}{{ a }}", {"a", "c"}},
           {"{% with a = b %}{{ a }}{% endwith %}", {"b"}},
           {"{% set a %}{{ b }}{% endset %}{{ a }}", {"b"}},
           {"{% macro m(a, b=d) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ m(e) }}", {"c", "d", "e"}},
           {"{% macro m(a) %}{{ m(a) }}{% endmacro %}{{ m(1) }}", {}},
           {"{% set a = 1 %}{% macro m() %}{{ a }}{% endmacro %}", {}},
           {"{% set a = 1 %}{% macro m() %}{% include 'x' %}{% endmacro %}", {}},
           {"{% include a %}", {"a"}},
           {"{{ a|default(b) }}{{ a is eq c }}", {"a", "b", "c"}},
           {"{{ true }}{{ none }}", {}},
       }) {
    EXPECT_EQ(Environment().compile("t", row.text).parameters(), row.names) << row.text;
  }
}

TEST(Environment, DependenciesAreTheConstantNamesOfIncludes) {
  const Environment environment;
  const auto given = environment.compile(
      "t", "{% include 'b' %}{% include ['c', 'a', x] %}{% include y %}{% include 'b' %}");
  EXPECT_EQ(given.dependencies(), (Names{"a", "b", "c"}));
}

/// What a template needs, of a loader's templates: names, other templates, and whether that is all.
std::string needs(const Rendering& r, const char* name) {
  const Template found = r.environment.get_template(name);
  return fmt::format("{} | {}{}", fmt::join(found.parameters(), " "),
                     fmt::join(found.dependencies(), " "), found.chooses_templates() ? " …" : "");
}

TEST(Environment, NeedsAreThoseOfIncludedTemplatesToo) {
  const Rendering r(
      {}, {{"part", "{{ a }}{{ b }}{{ range(c) }}{% include 'deep' %}"},
           {"deep", "{{ d }}"},
           {"plain", "{{ e }}{% include 'part' %}"},
           {"sets", "{% set a = 1 %}{% include 'part' %}"},
           {"loops", "{% for b in bs %}{% include 'part' %}{% endfor %}"},
           {"twice", "{% for d in ds %}{% include 'deep' %}{% endfor %}{% include 'deep' %}"},
           {"apart", "{{ f }}{% include 'part' without context %}"},
           {"module", "{% import 'part' as p %}{% from 'deep' import x with context %}"},
           {"base", "{{ g }}{% block one %}{{ h }}{% endblock %}"},
           {"child", "{% extends 'base' %}{% set g = 1 %}{% block one %}{{ i }}{% endblock %}"},
           {"chosen", "{% include ['deep', which] %}{% include 'none' ignore missing %}"},
           {"cycle", "{% if n %}{% set n = n - 1 %}{% include 'cycle' %}{% endif %}"}});
  EXPECT_EQ(needs(r, "plain"), "a b c d e | deep part");
  EXPECT_EQ(needs(r, "sets"), "b c d | deep part");
  EXPECT_EQ(needs(r, "loops"), "a bs c d | deep part");
  EXPECT_EQ(needs(r, "twice"), "d ds | deep");
  EXPECT_EQ(needs(r, "apart"), "f | deep part");
  EXPECT_EQ(needs(r, "module"), "d x | deep part");
  EXPECT_EQ(needs(r, "child"), "h i | base");
  EXPECT_EQ(needs(r, "chosen"), "d which | deep none …");
  EXPECT_EQ(needs(r, "cycle"), "n | cycle");
}

TEST(Environment, DiagnoseReportsEveryErrorOfATemplate) {
  const Rendering r({}, {{"bad",
                          "{{ a b }}\n{{ x|uper }}\n{% nosuch %}\n{{ x is dfined }}\n"
                          "{% for %}{{ ( }}{% endfor %}\n{% if x %}"},
                         {"good", "{{ x }}"}});
  std::vector<std::uint32_t> lines;
  for (const Error& error : r.environment.diagnose("bad")) {
    EXPECT_EQ(error.kind(), ErrorKind::Syntax) << error.what();
    lines.push_back(error.places().at(0).line);
  }
  EXPECT_EQ(std::multiset<std::uint32_t>(lines.begin(), lines.end()),
            (std::multiset<std::uint32_t>{1, 2, 3, 4, 5, 5, 6}));
  EXPECT_TRUE(r.environment.diagnose("good").empty());
}

TEST(Environment, DiagnoseReportsWhatDoesNotLoad) {
  const Rendering r;
  const std::vector<Error> errors = r.environment.diagnose("none");
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].kind(), ErrorKind::NotFound);
}

TEST(Environment, AnUnknownTemplateNamesItsNeighbour) {
  const Rendering r({}, {{"cities/largest", ""}});
  try {
    static_cast<void>(r.environment.get_template("cities/lagest"));
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::NotFound);
    EXPECT_EQ(error.hint(), "did you mean 'cities/largest'?");
  }
}

TEST(Environment, UnknownFiltersAndTestsNameTheirNeighbours) {
  const Rendering r;
  EXPECT_EQ(r.error("{{ 1|uper }}"), "syntax: no filter named 'uper'");
  EXPECT_EQ(r.error("{{ 1 is dfined }}"), "syntax: no test named 'dfined'");
  const Rendering other({}, {{"t", "{{ 1|uper }}"}});
  EXPECT_EQ(other.environment.diagnose("t").at(0).hint(), "did you mean 'upper'?");
}

TEST(Environment, TakesFiltersTestsFunctionsAndGlobals) {
  Rendering r;
  r.environment.add_filter("twice",
                           [](const Value& v, const Args&) { return Value(v.as_int() * 2); });
  r.environment.add_test("seven", [](const Value& v, const Args&) { return v == Value(7); });
  r.environment.add_function("sum", [](const Args& args) {
    std::int64_t total = 0;
    for (const Value& each : args.positional()) total += each.as_int();
    return Value(total);
  });
  r.environment.add_global("answer", 42);
  EXPECT_EQ(r.text("{{ 3|twice }} {{ 7 is seven }} {{ sum(1, 2, *[3]) }} {{ answer }}"),
            "6 True 6 42");
  EXPECT_EQ(r.text("{{ answer }}", {{"answer", 1}}), "1");
}

TEST(Environment, AFilterThatThrowsIsShownWhereItWasApplied) {
  Rendering r;
  r.environment.add_filter("broken", [](const Value&, const Args&) -> Value {
    throw Error(ErrorKind::Runtime, "broken");
  });
  try {
    r.text("a\n  {{ 1 + (2|broken) }}");
    ADD_FAILURE();
  } catch (const Error& error) {
    ASSERT_EQ(error.places().size(), 1U);
    EXPECT_EQ(error.places()[0].line, 2U);
    EXPECT_EQ(error.places()[0].name, "main");
  }
}

TEST(Environment, EveryLimitEndsTheRendering) {
  struct Row {
    void (*set)(Limits& limits);
    std::string text;
  };
  for (const Row& row : {
           Row{[](Limits& l) { l.instructions = 1000; },
               "{% for i in range(1000) %}{{ i }}{% endfor %}"},
           {[](Limits& l) { l.instructions = 1000; }, "{{ 'x' * 1000000 }}"},
           {[](Limits& l) { l.output_bytes = 100; },
            "{% for i in range(99) %}{{ 'long enough' }}{% endfor %}"},
           {[](Limits& l) { l.output_bytes = 100; }, "{% for i in range(99) %}text{% endfor %}"},
           {[](Limits& l) { l.output_bytes = 100; },
            "{% set x %}{% for i in range(99) %}text{% endfor %}{% endset %}"},
           {[](Limits& l) { l.pieces = 100; }, "{% for i in range(99) %}x{{ i }}{% endfor %}"},
           {[](Limits& l) { l.output_bytes = 100'000; },
            "{% for i in range(9) %}{% set x = 'x' * 60000 %}{% endfor %}"},
           {[](Limits& l) { l.instructions = 100'000; },
            "{% set x = 'x' * 60000 %}{% for i in range(999) %}{{ x|length == 1 }}{% endfor %}"},
           {[](Limits& l) { l.instructions = 100'000; },
            "{% set x = range(9000) %}{% for i in range(99) %}{{ -1 in x }}{% endfor %}"},
           {[](Limits&) {}, "{% extends 'parent' %}"},
           {[](Limits&) {}, "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"},
           {[](Limits&) {}, "{% macro m(a=m()) %}{% endmacro %}{{ m() }}"},
           {[](Limits&) {}, "{% include 'self' %}"},
           {[](Limits& l) { l.nesting = 5; }, "{{ ((((((1)))))) }}"},
           {[](Limits& l) { l.nesting = 5; }, "{{ 1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1+1 }}"},
           {[](Limits& l) { l.range_items = 9; }, "{{ range(10) }}"},
           {[](Limits& l) { l.template_bytes = 9; }, "0123456789"},
           {[](Limits&) {}, "{{ 'x' * 99999999999 }}"},
           {[](Limits&) {}, "{{ [1] * 99999999999 }}"},
           {[](Limits&) {}, "{% set x = 'x' * 60000000 %}{{ x ~ x }}"},
           {[](Limits&) {},
            "{% macro m(x, n) %}{{ m([x], n - 1) if n else x }}{% endmacro %}{{ m([], 1100) }}"},
       }) {
    Options options;
    row.set(options.limits);
    const Rendering r(options,
                      {{"self", "{% include 'self' %}"}, {"parent", "{% extends 'parent' %}"}});
    EXPECT_TRUE(r.error(row.text).starts_with("limit: ")) << row.text << "\n" << r.error(row.text);
  }
}

TEST(Environment, LimitsAllowWhatTheySay) {
  Options options;
  options.limits.range_items = 10;
  options.limits.output_bytes = 4;
  options.limits.call_depth = 3;
  const Rendering r(options);
  EXPECT_EQ(r.outcome("{% if range(10)|length == 10 %}ten{% endif %}"), "ten");
  EXPECT_EQ(r.outcome("text"), "text");
  EXPECT_EQ(
      r.outcome("{% macro m(n) %}{% if n %}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(2) }}"), "");
}

TEST(Environment, AFragmentOutlivesTheEnvironmentAndTheContext) {
  Fragment kept;
  {
    const Rendering r;
    kept = r.fragment("a{{ x }}b{% set y %}[{{ x }}]{% endset %}{{ y }}",
                      {{"x", "a text that does not fit inside"}});
  }
  EXPECT_EQ(kept.to_text(), "aa text that does not fit insideb[a text that does not fit inside]");
}

/// The values that `text` prints, after its rendering has ended.
std::vector<Value> printed_values(const std::string& text) {
  const Rendering r;
  std::vector<Value> values;
  const Fragment fragment = r.fragment(text);
  for (const Piece& piece : fragment.pieces()) {
    if (piece.text == nullptr) values.push_back(piece.value);
  }
  return values;
}

TEST(Environment, WhatARenderingLeavesBehindIsOfNoUseToAnother) {
  const Rendering r;
  const auto blocks = printed_values(
      "{% set kept = self.x %}{% block x %}{% endblock %}{{ self }}{{ self.x }}{{ kept }}");
  ASSERT_EQ(blocks.size(), 3U);
  const Context context{{"s", blocks[0]}, {"b", blocks[1]}};
  EXPECT_EQ(r.outcome("{{ s.x is defined }}{{ b.super is defined }}", context), "TrueFalse");
  EXPECT_EQ(r.error("{{ s.x() }}", context), "runtime: the block 'x' belongs to another rendering");
  EXPECT_EQ(r.error("{{ b() }}", context), "runtime: the block 'x' belongs to another rendering");

  const auto loops = printed_values("{% for x in [1] recursive %}{{ loop }}{% endfor %}");
  ASSERT_EQ(loops.size(), 1U);
  EXPECT_EQ(r.error("{{ l([1]) }}", {{"l", loops[0]}}),
            "runtime: the loop belongs to another rendering");
}

TEST(Environment, AnErrorInAnIncludedTemplateLeavesTheOthersUsable) {
  const Rendering r({}, {{"bad", "{% if %}"}, {"good", "ok"}});
  EXPECT_TRUE(r.error("{% include 'bad' %}").starts_with("syntax: "));
  EXPECT_TRUE(r.error("{% include 'bad' %}").starts_with("syntax: "));
  EXPECT_EQ(r.outcome("{% include 'good' %}"), "ok");
}

TEST(Environment, KnowsAStraightTemplate) {
  const Environment environment;
  const auto names_of = [&](const std::string& text) -> std::string {
    const Template compiled = environment.compile("t", text);
    const auto names = compiled.straight_names();
    if (!names) return "none";
    std::string all;
    for (const std::string_view name : *names) all += std::string(name) + " ";
    return all;
  };
  EXPECT_EQ(names_of("INSERT ({{ a }},{# note #} {{ b }}, {{a}})"), "a b a ");
  EXPECT_EQ(names_of("{% raw %}{{ a }}{% endraw %}"), "");
  EXPECT_EQ(names_of(""), "");
  for (const char* text :
       {"{{ a.b }}", "{{ a | upper }}", "{{ a + 1 }}", "{{ 1 }}", "{{ f() }}", "{{ a[0] }}",
        "{{ a if b }}", "{% if a %}{{ a }}{% endif %}", "{% set a = 1 %}{{ a }}",
        "{% for a in b %}{{ a }}{% endfor %}", "{% macro m() %}{% endmacro %}{{ a }}",
        "{% block b %}{{ a }}{% endblock %}", "{% include 'x' %}", "{% extends 'x' %}",
        "{% import 'x' as y %}{{ a }}", "{{ self }}", "{{ (a) ~ 'x' }}"}) {
    EXPECT_EQ(names_of(text), "none") << text;
  }
}

}  // namespace
}  // namespace pgjinja::jinja
