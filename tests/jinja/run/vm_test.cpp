#include "jinja/rendering.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja::jinja {
namespace {

Options fragments() {
  Options options;
  options.captures = Captures::Fragment;
  options.undefined = UndefinedPolicy::Unprintable;
  return options;
}

/// A mark as the sql layer has them: sealed, and with nothing to print.
class Mark final : public Object {
 public:
  [[nodiscard]] std::string_view type_name() const noexcept override { return "mark"; }
  [[nodiscard]] bool sealed() const noexcept override { return true; }
};

TEST(VmFragments, CapturedValuesStayValuesInOrder) {
  struct Row {
    std::string text;
    std::string pieces;
  };
  for (const Row& row : {
           Row{"a{{ x }}b{{ y }}", "a<1>b<2>"},
           {"{% macro m(v) %}[{{ v }}]{% endmacro %}{{ m(x) }}{{ m(y) }}", "[<1>][<2>]"},
           {"{% macro m(v) %}[{{ v }}]{% endmacro %}{{ m(m(m(x))) }}", "[[[<1>]]]"},
           {"{% set b %}{{ y }}-{{ x }}{% endset %}{{ b }} {{ b }}", "<2>-<1> <2>-<1>"},
           {"{% set b %}{{ x }}{% endset %}{{ b ~ '+' ~ y }}", "<1><+><2>"},
           {"{% set b %}{{ x }},{% endset %}{% set b %}{{ b }}{{ y }}{% endset %}{{ b }}",
            "<1>,<2>"},
           {"{% set b %}{{ x }}{% endset %}{{ [b, y, b]|join(', ') }}", "<1>, <2>, <1>"},
           {"{% macro m(v) %}{% set c %}({{ v }}){% endset %}{{ c }}{% endmacro %}"
            "{% for v in [x, y] %}{{ m(v) }}{% endfor %}",
            "(<1>)(<2>)"},
           {"{% set b %}t{% endset %}{% if b %}{{ b }}{% endif %}", "t"},
           {"{% set b %}{% endset %}{% if not b %}empty{% endif %}", "empty"},
           {"{{ x ~ y }}", "<12>"},
           {"{{ [x, y]|join('-') }}", "<1-2>"},
       }) {
    const Rendering r(fragments());
    EXPECT_EQ(pieces(r.fragment(row.text, {{"x", 1}, {"y", 2}})), row.pieces) << row.text;
  }
}

TEST(VmFragments, SealedValuesAreRefusedWhereTheyWouldBeLost) {
  const Rendering r(fragments());
  const Context context{{"mark", Value::object<Mark>()}, {"sep", ","}};
  for (const std::string text :
       {"{{ mark|upper }}", "{{ mark|length }}", "{{ mark|string }}", "{{ [mark]|map('upper') }}",
        "{% set b %}x{% endset %}{{ b|trim }}", "{{ [mark, 1]|join(sep) }}"}) {
    EXPECT_TRUE(r.error(text, context).starts_with("binding: ")) << r.error(text, context);
  }
  EXPECT_TRUE(r.error("{{ mark + 1 }}", context).starts_with("runtime: "));
  EXPECT_EQ(pieces(r.fragment("{{ nope|default(mark) }}", context)), "<<mark>>");
}

TEST(VmFragments, ASeparatorIsConstantTextOfTheTemplate) {
  const Rendering r(fragments());
  const Context context{{"mark", Value::object<Mark>()}};
  const Fragment fragment = r.fragment("{{ [mark, mark]|join(', ') }}", context);
  ASSERT_EQ(fragment.pieces().size(), 3U);
  ASSERT_NE(fragment.pieces()[1].text, nullptr);
  EXPECT_GT(fragment.pieces()[1].text->literal_size, 0U);
  EXPECT_EQ(fragment.pieces()[1].text->text, ", ");
}

TEST(VmFragments, EveryPrintedValueKnowsItsPlace) {
  const Rendering r(fragments());
  const Fragment fragment = r.fragment(
      "{{ x }}\n{% macro m(v) %}{{- v + 1 -}}{% endmacro %}{{ m(x) }}{{ [x ~ m(x)]|join }}",
      {{"x", 1}});
  std::vector<std::string> sites;
  for (const Piece& piece : fragment.pieces()) {
    if (piece.text == nullptr) sites.emplace_back(piece.site->expression);
  }
  EXPECT_EQ(sites, (std::vector<std::string>{"x", "v + 1", "x ~ m(x)", "v + 1"}));
  EXPECT_EQ(fragment.pieces()[0].site->place().column, 1U);
}

TEST(VmFragments, AnnotationsAreMadeOncePerText) {
  Options options;
  options.annotate = [](std::string_view text) -> std::uint64_t { return text.size(); };
  const Rendering r(options);
  const Fragment fragment = r.fragment("abc{{ 1 }}de");
  EXPECT_EQ(fragment.pieces()[0].text->note, 3U);
  EXPECT_EQ(fragment.pieces()[2].text->note, 2U);
}

TEST(VmUndefined, EachPolicyAllowsWhatItSays) {
  struct Row {
    std::string text;
    std::string by_default;
    std::string unprintable;
    std::string strict;
  };
  const std::string refused = "undefined: 'nope' is undefined";
  for (const Row& row : {
           Row{"{{ nope }}", "", refused, refused},
           {"{% for x in nope %}{% endfor %}", "", refused, refused},
           {"{{ nope ~ 'a' }}", "a", refused, refused},
           {"{% if nope %}a{% endif %}", "", "", refused},
           {"{% if not nope %}a{% endif %}", "a", "a", refused},
           {"{{ nope or 'b' }}", "b", "b", refused},
           {"{{ nope is defined }}", "False", "False", "False"},
           {"{{ nope|default('d') }}", "d", "d", "d"},
           {"{{ nope.x }}", refused, refused, refused},
           {"{{ nope + 1 }}", refused, refused, refused},
           {"{{ m.nope }}", "", refused, refused},
           {"{{ m.nope.x }}", refused, refused, refused},
           {"{{ m.nope is defined }}", "False", "False", "False"},
           {"{{ m['nope']|default(1) }}", "1", "1", "1"},
           {"{% set x = nope %}{{ x }}", "", refused, refused},
           {"{% macro f(nope) %}{{ nope }}{% endmacro %}{{ f() }}", "", refused, refused},
       }) {
    const Context context{{"m", Value(Map{})}};
    const auto outcome = [&](UndefinedPolicy policy) {
      Options options;
      options.undefined = policy;
      return Rendering(options).outcome(row.text, context);
    };
    EXPECT_EQ(outcome(UndefinedPolicy::Default), row.by_default) << row.text;
    EXPECT_EQ(outcome(UndefinedPolicy::Unprintable), row.unprintable) << row.text;
    EXPECT_EQ(outcome(UndefinedPolicy::Strict), row.strict) << row.text;
  }
}

TEST(VmUndefined, ANameNearbyIsSuggested) {
  const Rendering r(fragments());
  try {
    r.text("{{ contry }}", {{"country", "FR"}});
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.hint(), "did you mean 'country'?");
  }
}

/// The places of the error that `text` ends with, as "role name:line:column".
std::vector<std::string> chain(const Rendering& r, const std::string& text) {
  std::vector<std::string> out;
  try {
    r.text(text);
  } catch (const Error& error) {
    for (const SourcePlace& p : error.places()) {
      out.push_back((p.role.empty() ? "" : p.role + " ") + p.name + ":" + std::to_string(p.line) +
                    ":" + std::to_string(p.column));
    }
  }
  return out;
}

TEST(VmErrors, TellHowTheyGotThere) {
  using Chain = std::vector<std::string>;
  const Rendering r(
      {}, {{"in", "\n {{ 1 / 0 }}"}, {"mid", "{% include 'in' %}"}, {"bad", "\n{% if %}"}});
  EXPECT_EQ(chain(r, "{{ 1 / 0 }}"), (Chain{"main:1:4"}));
  EXPECT_EQ(chain(r, "a\n{% include 'mid' %}"),
            (Chain{"in:2:5", "included from mid:1:1", "included from main:2:1"}));
  EXPECT_EQ(chain(r, "{% include 'bad' %}"), (Chain{"bad:2:7", "included from main:1:1"}));
  EXPECT_EQ(chain(r, "{% macro m() %}\n{{ 1 / 0 }}{% endmacro %}\n{{ m() }}"),
            (Chain{"main:2:4", "called from main:3:4"}));
}

TEST(VmErrors, ARecursionIsToldOnce) {
  const Rendering r({}, {{"self", "{% include 'self' %}"}});
  EXPECT_LE(chain(r, "{% include 'self' %}").size(), 4U);
  EXPECT_LE(chain(r, "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}").size(), 4U);
  EXPECT_LE(chain(r,
                  "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}"
                  "{{ a() }}")
                .size(),
            25U);
}

TEST(VmIncludes, SeeTheLocalsOnlyWithContext) {
  const Rendering r({}, {{"in", "[{{ a }}{{ b }}{{ loop.index if loop is defined }}]"}});
  const Context context{{"a", 1}};
  EXPECT_EQ(r.text("{% set b = 2 %}{% include 'in' %}", context), "[12]");
  // As in Jinja2, a loop has a loop variable only if its own body reads it.
  EXPECT_EQ(r.text("{% for b in 'xy' %}{% include 'in' %}{% endfor %}", context), "[1x][1y]");
  EXPECT_EQ(r.text("{% for b in 'xy' %}{{ loop.first }}{% include 'in' %}{% endfor %}", context),
            "True[1x1]False[1y2]");
  EXPECT_EQ(r.text("{% set b = 2 %}{% include 'in' without context %}", context), "[]");
}

TEST(VmMacros, BelongToTheirRendering) {
  Rendering r;
  Value stolen;
  r.environment.add_filter("steal", [&stolen](const Value& v, const Args&) {
    stolen = v;
    return Value("");
  });
  r.text("{% macro m() %}x{% endmacro %}{{ m|steal }}");
  EXPECT_EQ(r.outcome("{{ m() }}", {{"m", stolen}}),
            "runtime: the macro 'm' belongs to another rendering");
}

TEST(VmFrames, DeepRecursionComesBackIntact) {
  const Rendering r;
  // More locals than the first chunk of frames holds.
  std::string sets;
  std::string reads;
  for (int i = 0; i < 60; ++i) {
    sets += "{% set v" + std::to_string(i) + " = n * " + std::to_string(i) + " %}";
    reads += "{{ v" + std::to_string(i) + " == n * " + std::to_string(i) + " or 'wrong' }}";
  }
  const std::string text = "{% macro m(n) %}" + sets + "{% if n %}{{ m(n - 1) }}{% endif %}" +
                           reads + "{% endmacro %}{{ m(150)|replace('True', '') }}";
  EXPECT_EQ(r.outcome(text), "");
}

}  // namespace
}  // namespace pgjinja::jinja
