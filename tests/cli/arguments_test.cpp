#include "cli/arguments.hpp"

#include "cli/usage_error.hpp"
#include "cli/value_json.hpp"

#include <string>
#include <tuple>
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

TEST(Arguments, AreReadAsTheTemplateDeclaresThem) {
  using jinja::BaseType;
  jinja::FrontMatter front;
  for (const auto& [name, base, array] :
       {std::tuple("i", BaseType::Int, false), std::tuple("s", BaseType::Int2, false),
        std::tuple("m", BaseType::Int4, false), std::tuple("f", BaseType::Float, false),
        std::tuple("b", BaseType::Bool, false), std::tuple("o", BaseType::Map, false),
        std::tuple("t", BaseType::Text, false), std::tuple("d", BaseType::Decimal, false),
        std::tuple("j", BaseType::Json, false), std::tuple("a", BaseType::Any, false),
        std::tuple("ts", BaseType::Text, true)}) {
    front.parameters.push_back({.name = name, .type = {.base = base, .array = array}});
  }
  const auto declared = [&front](const std::vector<std::string>& assignments) {
    Context context = read_arguments({"{\"i\": 1}"}, assignments);
    read_as_declared(context, assignments, front);
    std::string out;
    append_value_json(out, Value(Map(context.values())));
    return out;
  };
  EXPECT_EQ(declared({"i=5", "s=1", "m=-2", "f=1.5", "b=true", "o={\"k\": 1}"}),
            R"({"i":5,"s":1,"m":-2,"f":1.5,"b":true,"o":{"k":1}})");
  EXPECT_EQ(declared({"t=5", "d=1.10", "j=[1]", "a=5", "ts=[\"x\"]", "other=5"}),
            R"({"i":1,"t":"5","d":"1.10","j":"[1]","a":"5","ts":["x"],"other":"5"})");
  EXPECT_EQ(declared({"i=five", "ts=x"}), R"({"i":"five","ts":"x"})");
  EXPECT_EQ(declared({"t:=5", "i=null"}), R"({"i":null,"t":5})");
  EXPECT_EQ(declared({"i=2", "i:=3"}), R"({"i":3})");
  EXPECT_EQ(declared({"i:=2", "i=3"}), R"({"i":3})");
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
