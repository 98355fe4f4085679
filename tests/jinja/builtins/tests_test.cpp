#include "jinja/rendering.hpp"

#include <string>

#include <gtest/gtest.h>

namespace pgjinja::jinja {
namespace {

// On ordinary values the tests are compared with Jinja2 in differential/.

TEST(Tests, TakeValuesThatOnlyCppHas) {
  const Context context{{"bytes", Value::bytes("x")}, {"bad", "\xff"}};
  struct Row {
    std::string text;
    std::string outcome;
  };
  for (const Row& row : {
           Row{"{{ bytes is string }}", "False"},
           {"{{ bytes is sequence }}", "True"},
           {"{{ bad is lower or bad is upper }}", "False"},
           {"{{ bytes == bytes }}", "True"},
       }) {
    EXPECT_EQ(Rendering().outcome(row.text, context), row.outcome) << row.text;
  }
}

TEST(Tests, SayWhatIsWrongWithTheirArguments) {
  struct Row {
    std::string text;
    std::string error;
  };
  for (const Row& row : {
           Row{"{{ 1 is odd(1) }}", "runtime: odd takes at most 0 arguments, not 1"},
           {"{{ 1 is divisibleby }}", "runtime: the test 'divisibleby' takes one argument"},
           {"{{ 1 is eq(1, 2) }}", "runtime: the test 'eq' takes one argument"},
           {"{{ 1 is gt 'a' }}", "runtime: text and int have no order"},
       }) {
    EXPECT_EQ(Rendering().error(row.text), row.error) << row.text;
  }
}

}  // namespace
}  // namespace pgjinja::jinja
