#include "jinja/run/methods.hpp"

#include "jinja/rendering.hpp"

#include <string>

#include <gtest/gtest.h>

namespace pgjinja::jinja {
namespace {

TEST(Methods, NothingElseLeadsIntoAValue) {
  for (const char* name : {"__class__", "__init__", "mro", "encode", "format_map_", ""}) {
    for (const Value& self : {Value("a"), Value::list({}), Value(Map{}), Value(1), Value()}) {
      EXPECT_FALSE(has_method(self, name)) << name;
    }
  }
}

TEST(Methods, AnItemOfTheSameNameDoesNotHideAMethod) {
  const Rendering r;
  const Context context{{"m", Value(Map{{"items", 3}, {"other", 4}})}};
  EXPECT_EQ(r.outcome("{{ m.items() }}", context), "[('items', 3), ('other', 4)]");
  EXPECT_EQ(r.outcome("{{ m['items'] }}{{ m.other }}", context), "34");
}

TEST(Methods, WrongArgumentsAreNamed) {
  struct Row {
    std::string text;
    std::string error;
  };
  for (const Row& row : {
           Row{"{{ 'a'.upper(1) }}", "runtime: text.upper() takes 0 arguments, not 1"},
           {"{{ {}.get() }}", "runtime: map.get() takes 1 to 2 arguments, not 0"},
           {"{{ {}.get(k=1) }}", "runtime: map.get() takes 1 to 2 arguments, not 1"},
           {"{{ 'a'.startswith(1) }}", "runtime: expected a text, found int"},
           {"{{ 'a'.nope() }}", "undefined: text has no method 'nope'"},
           {"{{ 'a'.split('') }}", "runtime: the separator is empty"},
           {"{{ [].index(1) }}", "runtime: the list has no such item"},
       }) {
    EXPECT_EQ(Rendering().error(row.text), row.error);
  }
}

TEST(Methods, ABoundMethodKeepsItsValue) {
  EXPECT_EQ(Rendering().outcome("{% set f = 'a,b'.split %}{{ f(',') }}"), "['a', 'b']");
}

}  // namespace
}  // namespace pgjinja::jinja
