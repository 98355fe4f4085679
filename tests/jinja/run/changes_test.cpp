#include "jinja/run/changes.hpp"

#include "jinja/rendering.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

// What a template changes, beside what the differential test compares with Jinja2 (changes.jsonl).

namespace pgjinja::jinja {
namespace {

Options sql_like() {
  Options options;
  options.captures = Captures::Fragment;
  return options;
}

TEST(Changes, TheCallersValuesStay) {
  const Value inner = Value::list({1});
  const Context context{{"xs", Value::list({inner, 2})}, {"m", Value(Map{{"k", inner}})}};
  const Rendering r;
  EXPECT_EQ(
      r.outcome("{% do xs[0].append(9) %}{% do xs.pop() %}{% do m.update(z=1) %}{{ xs }}{{ m }}",
                context),
      "[[1, 9]]{'k': [1, 9], 'z': 1}");
  EXPECT_EQ(r.outcome("{{ xs }}{{ m }}", context), "[[1], 2]{'k': [1]}");
  EXPECT_FALSE(inner.may_change());
}

TEST(Changes, GlobalsStay) {
  Rendering r;
  r.environment.add_global("g", Value::list({1}));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(r.outcome("{% do g.append(2) %}{{ g }}"), "[1, 2]");
}

TEST(Changes, WhatIsPrintedStaysAsItWas) {
  const Rendering r(sql_like());
  EXPECT_EQ(pieces(r.fragment("{% set a = [] %}{{ a }}{% do a.append(1) %}{{ a }}{{ [a, a] }}"
                              "{% do a.append(2) %}{{ {'k': a} }}")),
            "<[]><[1]><[[1], [1]]><{'k': [1, 2]}>");
  EXPECT_EQ(
      pieces(r.fragment("{% set a = [1] %}{% set s %}{{ a }}{% endset %}{% macro m(x) %}{{ x }}"
                        "{% endmacro %}{% set t = m(a) ~ a %}{% do a.append(2) %}{{ s }}{{ t }}")),
      "<[1]><[1]><[1]>");
}

TEST(Changes, AViewIsPrintedAsItIsThen) {
  EXPECT_EQ(Rendering().outcome("{% set m = {'a': 1} %}{% set k = m.keys() %}{{ k }}"
                                "{% do m.update(b=2) %}{{ k }}{{ [m.values()] }}{% do m.pop('a') %}"
                                "{{ m.items() }}"),
            "['a']['a', 'b'][[1, 2]][('b', 2)]");
  EXPECT_EQ(Rendering().error("{% set m = {} %}{{ m.keys() == m.keys() }}{% do m.clear() %}"),
            "runtime: two views of maps are not compared");
}

TEST(Changes, AFragmentHoldsNothingThatMayChange) {
  const Rendering r(sql_like());
  const Fragment fragment = r.fragment(
      "{% set a = [1] %}{% do a.append({'k': (a | list, 2)}) %}{{ a }}{{ (a, 1) }}{{ a[1].items() "
      "}}"
      "{{ [{'g': 1, 'a': a}] | groupby('g') | first }}{{ (a | list) | map('list') | list if 0 else "
      "a }}");
  EXPECT_EQ(fragment.pieces().size(), 5U);
  for (const Piece& piece : fragment.pieces()) EXPECT_FALSE(piece.value.may_change());
  EXPECT_EQ(pieces(fragment),
            "<[1, {'k': ([1], 2)}]><([1, {'k': ([1], 2)}], 1)><[('k', ([1], 2))]>"
            "<(1, [{'g': 1, 'a': [1, {'k': ([1], 2)}]}])><[1, {'k': ([1], 2)}]>");
}

TEST(Changes, TheApplicationSeesWhatStays) {
  Rendering r;
  std::vector<Value> kept;
  r.environment.add_filter("keep", [&](const Value& value, const Args& args) {
    kept.push_back(value);
    for (const Value& each : args.positional()) kept.push_back(each);
    return value;
  });
  r.environment.add_test("kept", [&](const Value& value, const Args& args) {
    kept.push_back(value);
    kept.push_back(args.positional()[0]);
    return true;
  });
  r.environment.add_function("keeping", [&](const Args& args) {
    kept.push_back(args.positional()[0]);
    kept.push_back(args.named()[0].second);
    return kept.back();
  });
  EXPECT_EQ(r.outcome("{% set a = [1] %}{% set b = a | keep(a) %}{% set c = keeping(a, x=[a]) %}"
                      "{% set d = [a] | map('keep', a) | list %}{{ a is kept(a) }}"
                      "{% set e = [a] | select('kept', a) | list %}"
                      "{% do a.append(2) %}{{ a }}{{ b }}{{ c }}{{ d }}{{ e }}"),
            "True[1, 2][1][[1]][[1]][[1, 2]]");
  ASSERT_EQ(kept.size(), 10U);
  for (const Value& each : kept) EXPECT_FALSE(each.may_change());
  EXPECT_EQ(r.error("{% set b = [1] | keep %}{% do b.append(1) %}"),
            "runtime: the template cannot change this list, which was made outside of it");
}

TEST(Changes, WhatTheApplicationMakesMayChangeIfItKeepsNoHoldOfIt) {
  Rendering r;
  const Value shared = Value::list({1});
  r.environment.add_function("fresh", [](const Args&) { return Value::list({Value::list({1})}); });
  r.environment.add_function("shared", [&](const Args&) { return Value::list({shared}); });
  EXPECT_EQ(r.outcome("{% set a = fresh() %}{% do a[0].append(2) %}{% do a.append(3) %}{{ a }}"),
            "[[1, 2], 3]");
  EXPECT_EQ(r.outcome("{% set a = shared() %}{% do a.append(3) %}{{ a }}"), "[[1], 3]");
  EXPECT_EQ(r.error("{% set a = shared() %}{% do a[0].append(3) %}"),
            "runtime: the template cannot change this list, which was made outside of it");
  EXPECT_EQ(shared, Value::list({1}));
}

TEST(Changes, WhatTheCallerPassedToATemplateThatOnlyImportsIsRefused) {
  const Rendering r({}, {{"lib", "{% macro push(l) %}{% do l.append(1) %}{{ l }}{% endmacro %}"}});
  const Context context{{"xs", Value::list({0})}, {"m", Value(Map{})}};
  const std::string import = "{% from 'lib' import push %}";
  EXPECT_EQ(r.outcome(import + "{{ push([]) }}{{ push(xs | list) }}{{ push(xs[:]) }}", context),
            "[1][0, 1][0, 1]");
  EXPECT_EQ(r.error(import + "{{ push(xs) }}", context),
            "runtime: the template cannot change this list, which was made outside of it");
  EXPECT_EQ(r.outcome(import + "{{ push(xs) }}{% do m.clear() %}", context), "[0, 1]");
}

TEST(Changes, ErrorsSayWhatIsWrong) {
  struct Row {
    std::string text;
    std::string error;
  };
  for (const Row& row : {
           Row{"[].pop()", "runtime: pop from an empty list"},
           {"[1].pop(1)", "runtime: the list has no item 1 to pop: its length is 1"},
           {"[1].pop('a')", "runtime: expected an integer, found text"},
           {"[1].remove(2)", "runtime: the list has no such item to remove"},
           {"[1].append()", "runtime: list.append() takes 1 argument, not 0"},
           {"[1].extend(1)", "runtime: int cannot be iterated"},
           {"{}.update(nope)", "undefined: 'nope' is undefined"},
           {"[1, 'a'].sort()", "runtime: text and int have no order"},
           {"[1].sort(key=1)", "runtime: list.sort() takes no key here"},
           {"[1].sort(reverse='a')", "runtime: expected an integer, found text"},
           {"{}.pop('k')", "runtime: the map has no key 'k' to pop"},
           {"{}.popitem()", "runtime: popitem from an empty map"},
           {"{}.update([1])", "runtime: int cannot be iterated"},
           {"{}.update([(1, 2, 3)])", "runtime: update takes pairs of a key and a value"},
           {"{}.setdefault([], 1)", "runtime: unhashable type: list"},
           {"(1,).append(1)", "undefined: list has no method 'append'"},
       }) {
    EXPECT_EQ(Rendering().error("{% do " + row.text + " %}"), row.error);
  }
  EXPECT_EQ(Rendering().error(
                "{% set m = {1: 2} %}{% for k in m %}{% do m.update({2: 3}) %}{% endfor %}"),
            "runtime: the keys of a map have changed while a loop goes through it");
}

TEST(Changes, NothingComesToHoldItself) {
  const Rendering r;
  for (const char* text : {
           "{% set a = [] %}{% do a.append(a) %}",
           "{% set a = [] %}{% do a.extend([a]) %}",
           "{% set a = [] %}{% do a.insert(0, {'k': (1, a)}) %}",
           "{% set a = [] %}{% set b = [[[a]]] %}{% do a.append(b) %}",
           "{% set a = [[]] %}{% do a[0].append(a) %}",
       }) {
    EXPECT_EQ(r.error(text), "runtime: a list cannot hold itself") << text;
  }
  for (const char* text : {
           "{% set a = {} %}{% do a.update(k=a) %}",
           "{% set a = {'k': {}} %}{% do a.k.setdefault('a', a) %}",
           "{% set a = {} %}{% set b = [a] %}{% do a.update(b=b) %}",
       }) {
    EXPECT_EQ(r.error(text), "runtime: a map cannot hold itself") << text;
  }
  for (const char* text : {
           "{% set a = [] %}{% do a.append(a.append) %}",
           "{% set a = {} %}{% do a.update(k=a.items()) %}",
           "{% set a = [] %}{% for x in [1] %}{% for y in a %}{% endfor %}{% do a.append(loop) %}"
           "{% do a.append(cycler(a)) %}{% endfor %}",
       }) {
    EXPECT_TRUE(r.error(text).starts_with("limit: a value would be nested deeper")) << text;
  }
  EXPECT_EQ(r.outcome("{% set ns = namespace() %}{% set a = [ns] %}{% set ns.a = a %}"
                      "{% do a.append(ns) %}{{ a }}"),
            "[<namespace>, <namespace>]");
}

/// The address sanitizer finds what would stay for ever.
TEST(Changes, ALoopThatIsAskedAboutItselfIsGivenBack) {
  EXPECT_EQ(Rendering().outcome("{% for x in [1] %}{{ loop.changed([loop]) }}{% endfor %}"),
            "True");
  EXPECT_EQ(Rendering().outcome("{% set a = [] %}{% macro f() %}{{ a | length }}{% endmacro %}"
                                "{% do a.append(f) %}{{ f() }}"),
            "1");
}

TEST(Changes, TreesGrowFromTheTopAndFromTheBottom) {
  const Rendering r;
  const std::string down =
      "{% set top = [] %}{% set ns = namespace(at=top) %}"
      "{% for i in range(N) %}{% set new = [] %}{% do ns.at.append(new) %}"
      "{% set ns.at = new %}{% endfor %}{{ (top ~ '') | length }}";
  const std::string up =
      "{% set ns = namespace(at=[]) %}{% for i in range(N) %}{% set new = [] %}"
      "{% do new.append(ns.at) %}{% set ns.at = new %}{% endfor %}"
      "{{ (ns.at ~ '') | length }}";
  const auto of = [&](std::string text, const std::string& n) {
    return r.outcome(text.replace(text.find('N'), 1, n));
  };
  EXPECT_EQ(of(down, "400"), "802");
  EXPECT_EQ(of(up, "400"), "802");
  EXPECT_TRUE(of(down, "2000").starts_with("limit: a value would be nested deeper than 1000"));
  EXPECT_TRUE(of(up, "2000").starts_with("limit: a value would be nested deeper than 1000"));
}

/// Towers in which each level holds the one below twice, whose foot then grows.
TEST(Changes, GrowthThatIsSharedStaysBounded) {
  const Rendering r;
  const std::string tower =
      "{% set foot = [] %}{% set ns = namespace(t=[foot, foot]) %}"
      "{% for i in range(20) %}{% set ns.t = [ns.t, ns.t] %}{% endfor %}"
      "{% for i in range(1000) %}{% do foot.append(i) %}{% endfor %}";
  for (const char* use : {
           "{{ ns.t }}",
           "{{ ns.t ~ '' }}",
           "{{ ns.t | string }}",
           "{{ 'a'.join(ns.t) }}",
           "{{ '%s' % (ns.t,) }}",
           "{{ ns.t | tojson }}",
           "{{ ns.t | pprint }}",
           "{{ ns.t == [ns.t, ns.t][1:] }}",
           "{{ [1] | map('default', ns.t) | list }}",
           "{{ 1 is in ns.t }}",
           "{{ [ns.t].count(ns.t) }}",
           "{{ [ns.t] | unique | list }}",
           "{% set u = [ns.t] %}{% do u.remove([ns.t]) %}",
           "{% set u = [ns.t, ns.t] %}{% do u.sort() %}",
           "{{ [[ns.t, 1]] | groupby(0) | first | string }}",
           "{{ ns.t is eq([ns.t]) }}",
           "{{ dict(a=ns.t) | length }}",
           "{{ '{}'.format(ns.t) }}",
       }) {
    EXPECT_TRUE(r.error(tower + use).starts_with("limit: ")) << use;
  }
  EXPECT_EQ(r.outcome(tower + "{{ foot | length }}{{ (ns.t[0] | string)[:1] if 0 }}"), "1000");
}

TEST(Changes, AnEndlessLoopEnds) {
  Options options;
  options.limits.instructions = 100'000;
  const Rendering r(options);
  EXPECT_TRUE(r.error("{% set a = [1] %}{% for x in a %}{% do a.append(x) %}{% endfor %}")
                  .starts_with("limit: the template ran for more than"));
  EXPECT_TRUE(
      r.error("{% set a = range(900) | list %}{% for i in range(1000) %}{% do a.insert(0, i) %}"
              "{% do a.pop(0) %}{% do a.reverse() %}{% endfor %}")
          .starts_with("limit: the template ran for more than"));
  EXPECT_TRUE(
      r.error("{% set a = range(900) | list %}{% for i in range(1000) %}{% do a.append(i) %}"
              "{{ a }}{% endfor %}")
          .starts_with("limit: "));
}

TEST(Changes, AppendingCostsNoMoreForALongList) {
  Options options;
  options.limits.instructions = 1'000'000;
  const Rendering r(options);
  EXPECT_EQ(r.outcome("{% set a = [] %}{% set g = {'k': []} %}{% for i in range(20000) %}"
                      "{% do a.append(i) %}{% do g.k.append(i) %}{{ '' if 'k' in g }}{% endfor %}"
                      "{{ a | length }}{{ g.k | length }}"),
            "2000020000");
}

TEST(Changes, ADictionaryOfManyKeysShrinks) {
  EXPECT_EQ(
      Rendering().outcome("{% set d = {} %}{% for i in range(100) %}{% do d.update({i: i}) %}"
                          "{% endfor %}{% for i in range(97) %}{% do d.pop(i) %}{% endfor %}"
                          "{{ d }}{{ 98 in d }}{{ 5 in d }}{% do d.update({5: 1}) %}{{ d[5] }}"),
      "{97: 97, 98: 98, 99: 99}TrueFalse1");
}

}  // namespace
}  // namespace pgjinja::jinja
