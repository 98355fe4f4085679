#include "jinja/rendering.hpp"

#include <string>

#include <gtest/gtest.h>

// Jinja2 itself is asked for all of this in differential/undefined.jsonl.

namespace pgjinja::jinja {
namespace {

Rendering with(UndefinedPolicy policy, Captures captures = Captures::Text) {
  Options options;
  options.undefined = policy;
  options.captures = captures;
  return Rendering(options);
}

TEST(Undefined, ChainableLeadsToItself) {
  const Rendering r = with(UndefinedPolicy::Chainable);
  EXPECT_EQ(r.outcome("[{{ a.b['c'][0][1:].d }}]{{ a.b is defined }}"), "[]False");
  EXPECT_EQ(r.outcome("{{ [{}] | map(attribute='a.b') | map('default', 'd') | join }}"), "d");
  EXPECT_EQ(r.outcome("{{ a.b + 1 }}"), "undefined: 'a' is undefined");
  EXPECT_EQ(r.outcome("{{ a.b() }}"), "undefined: 'a' is undefined");
}

TEST(Undefined, DebugShowsWhatItIs) {
  const Rendering r = with(UndefinedPolicy::Debug);
  EXPECT_EQ(r.outcome("{{ a }}|{{ a ~ 1 }}|{{ [a] | join }}"), "{{ a }}|{{ a }}1|{{ a }}");
  EXPECT_EQ(r.outcome("{{ {}.k }}"), "{{ no such element: dict object['k'] }}");
  EXPECT_EQ(r.outcome("{{ [] | first }}"),
            "{{ undefined value printed: No first item, sequence was empty. }}");
  EXPECT_EQ(r.outcome("{% macro m(x) %}{{ x }}{% endmacro %}{{ m() }}"),
            "{{ undefined value printed: parameter 'x' was not provided }}");
  EXPECT_EQ(r.outcome("{{ a.b }}"), "undefined: 'a' is undefined");
}

TEST(Undefined, AnInlineIfWithoutElseIsLenientEverywhereButInSql) {
  EXPECT_EQ(with(UndefinedPolicy::Strict).outcome("[{{ 1 if false }}]"), "[]");
  EXPECT_EQ(with(UndefinedPolicy::Debug).outcome("[{{ 1 if false }}]"), "[]");
  EXPECT_EQ(with(UndefinedPolicy::Unprintable).outcome("[{{ 1 if false }}]"),
            "undefined: an inline if without else has no value here");
}

// A binder has to see it, since nothing would stand where a parameter has to.
TEST(Undefined, ChainableIsAPieceOfWhatIsBound) {
  const Rendering r = with(UndefinedPolicy::Chainable, Captures::Fragment);
  ASSERT_EQ(r.fragment("{{ a.b }}").pieces().size(), 1U);
  EXPECT_TRUE(r.fragment("{{ a.b }}").pieces()[0].value.is_undefined());
}

TEST(Undefined, AnUnknownFilterRightInsideAnIfIsAnErrorWhereItIsUsed) {
  const Rendering r;
  EXPECT_EQ(r.outcome("{% if x %}{{ x | nope }}{% endif %}ok"), "ok");
  EXPECT_EQ(r.outcome("{{ x | nope if x else 'ok' }}"), "ok");
  EXPECT_EQ(r.outcome("{% if x %}{{ x is nope }}{% endif %}", {{"x", 1}}),
            "runtime: no test named 'nope'");
  EXPECT_EQ(r.outcome("{% if x %}{% for i in [] %}{{ i | nope }}{% endfor %}{% endif %}"),
            "syntax: no filter named 'nope'");
}

TEST(Undefined, AllErrorsOfATemplateHaveSuchFiltersAmongThem) {
  const Rendering r({}, {{"t", "{% if x %}{{ x | nope }}{% endif %}"}});
  ASSERT_EQ(r.environment.diagnose("t").size(), 1U);
  EXPECT_EQ(r.environment.diagnose("t")[0].message(), "no filter named 'nope'");
}

}  // namespace
}  // namespace pgjinja::jinja
