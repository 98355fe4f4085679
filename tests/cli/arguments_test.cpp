#include "cli/arguments.hpp"

#include "cli/usage_error.hpp"
#include "cli/value_json.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja::cli {
namespace {

std::string read(const std::vector<std::string>& params,
                 const std::vector<std::string>& assignments) {
  std::string out;
  append_value_json(out, Value(Map(read_arguments(params, assignments).values())));
  return out;
}

TEST(Arguments, ComeFromJsonAndAssignments) {
  const struct {
    std::vector<std::string> params;
    std::vector<std::string> assignments;
    const char* expected;
  } cases[] = {
      {{}, {}, "{}"},
      {{}, {"a=5"}, "{\"a\":\"5\"}"},
      {{}, {"a:=5"}, "{\"a\":5}"},
      {{}, {"a="}, "{\"a\":\"\"}"},
      {{}, {"a=b=c"}, "{\"a\":\"b=c\"}"},
      {{}, {"a=:=c"}, "{\"a\":\":=c\"}"},
      {{}, {"a:=[1, null]"}, "{\"a\":[1,null]}"},
      {{},
       {"a=true", "b=[1]", "c=null", "d=01"},
       "{\"a\":\"true\",\"b\":\"[1]\",\"c\":\"null\",\"d\":\"01\"}"},
      {{"{\"a\": 1, \"b\": 2}"}, {"a:=3"}, "{\"a\":3,\"b\":2}"},
      {{"{\"a\": 1}", "{\"a\": 2}"}, {}, "{\"a\":2}"},
      {{}, {"a=1", "a=2"}, "{\"a\":\"2\"}"},
  };
  for (const auto& c : cases) EXPECT_EQ(read(c.params, c.assignments), c.expected);
}

TEST(Arguments, NeedAKeyAndASign) {
  for (const char* text : {"", "a", "=1", ":=1"}) {
    EXPECT_THROW(read_arguments({}, {text}), UsageError) << text;
  }
}

TEST(Arguments, ATextThatLooksLikeANumberExplainsARuntimeError) {
  const Error error(ErrorKind::Runtime, "text and int cannot be compared");
  EXPECT_EQ(explain_text_arguments(error, {"name=FR", "limit=5"}).hint(),
            "-p limit=5 gives the text '5': for the number write -p limit:=5");
  EXPECT_EQ(explain_text_arguments(error, {"name=FR", "limit:=5", "x=", "y=a1"}).hint(), "");
  EXPECT_EQ(explain_text_arguments(Error(error).hint("own"), {"limit=5"}).hint(), "own");
  EXPECT_EQ(explain_text_arguments(Error(ErrorKind::Binding, "x"), {"limit=5"}).hint(), "");
}

}  // namespace
}  // namespace pgjinja::cli
