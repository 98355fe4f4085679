#include "jinja/rendering.hpp"

#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace pgjinja::jinja {
namespace {

// What the filters make of ordinary values is compared with Jinja2 in differential/; here is what a
// context from C++ can hold beyond that, and what Python has no answer to.

TEST(Filters, TakeValuesThatOnlyCppHas) {
  const double inf = std::numeric_limits<double>::infinity();
  const Context context{{"inf", inf},
                        {"nan", std::numeric_limits<double>::quiet_NaN()},
                        {"min", std::numeric_limits<std::int64_t>::min()},
                        {"bytes", Value::bytes("\xff")},
                        {"bad", "\xff\xc3"}};
  struct Row {
    std::string text;
    std::string outcome;
  };
  for (const Row& row : {
           Row{"{{ bytes|length }}", "1"},
           {"{{ bad|length }}", "2"},
           {"{{ bad|upper == bad }}", "True"},
           {"{{ bad|reverse|reverse == bad }}", "True"},
           {"{{ [nan, 1, nan]|sort|length }}", "3"},
           {"{{ min|abs }}",
            "runtime: the result of 0 - -9223372036854775808 does not fit into 64 bits"},
           {"{{ min|int }}", "-9223372036854775808"},
           {"{{ '-9223372036854775808'|int }}", "-9223372036854775808"},
       }) {
    EXPECT_EQ(Rendering().outcome(row.text, context), row.outcome) << row.text;
  }
}

TEST(Filters, SayWhatIsWrongWithTheirArguments) {
  struct Row {
    std::string text;
    std::string error;
  };
  for (const Row& row : {
           Row{"{{ 1|default(1, 2, 3) }}", "runtime: default takes at most 2 arguments, not 3"},
           {"{{ 1|default(nope=1) }}", "runtime: default has no argument 'nope'"},
           {"{{ []|join('a', d='b') }}", "runtime: the argument 'd' was given twice"},
           {"{{ 'a'|replace('a') }}", "runtime: replace takes what to replace, and by what"},
           {"{{ [1]|map('nope') }}", "runtime: no filter named 'nope'"},
           {"{{ [1]|map }}", "runtime: map takes the name of a filter, or attribute="},
           {"{{ [1]|select('nope') }}", "runtime: no test named 'nope'"},
           {"{{ 1.5|round(1, 'up') }}",
            "runtime: the method of round is 'common', 'ceil' or 'floor'"},
           {"{{ [1, 'a']|sort }}", "runtime: text and int have no order"},
           {"{{ 5|list }}", "runtime: int cannot be iterated"},
       }) {
    EXPECT_EQ(Rendering().error(row.text), row.error) << row.text;
  }
}

TEST(Filters, ResultsHaveABound) {
  const Rendering r;
  for (const std::string text : {"{{ ('a' * 60000000)|replace('a', 'bb')|length }}",
                                 "{% set x = 'a' * 9000 %}{{ x|replace('', x)|length }}",
                                 "{% set x = 'a' * 9000 %}{{ x|join(x)|length }}"}) {
    EXPECT_TRUE(r.error(text).starts_with("limit: ")) << r.error(text);
  }
}

}  // namespace
}  // namespace pgjinja::jinja
