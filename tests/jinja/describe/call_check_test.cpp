#include "jinja/rendering.hpp"

#include <pgjinja/core/scalars.hpp>

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja::jinja {
namespace {

const Options kOn = [] {
  Options options;
  options.front_matter = true;
  return options;
}();

/// "" when a parameter of `type` takes `value`, otherwise what is said behind "but".
std::string refusal(const std::string& type, Value value) {
  const Rendering r(kOn);
  try {
    static_cast<void>(r.fragment("{#--- @param p: " + type + " #}", {{"p", std::move(value)}}));
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Config);
    const std::string begin = "the parameter 'p' is to be " + type + ", but ";
    EXPECT_TRUE(error.message().starts_with(begin)) << error.message();
    return error.message().substr(begin.size());
  }
}

TEST(CallCheck, EachKindHasItsTypes) {
  struct Row {
    Value value;
    std::string kind;
    std::vector<std::string> types;  // that take it
  };
  const std::vector<std::string> all = {"text",     "int",  "float", "decimal", "bool",
                                        "interval", "json", "bytes", "map",     "int[]"};
  for (const Row& row : {Row{"1", "text", {"text", "decimal", "interval", "json"}},
                         {1, "int", {"int", "float", "decimal", "json"}},
                         {1.0, "float", {"float", "decimal", "json"}},
                         {true, "bool", {"bool", "json"}},
                         {Value::bytes("1"), "bytes", {"bytes"}},
                         {Value(Map{{"a", 1}}), "map", {"map", "json"}},
                         {Value::list({1}), "list", {"json", "int[]"}},
                         {Value::undefined("u"), "undefined", {}},
                         {Value(), "null", {}}}) {
    for (const std::string& type : all) {
      const bool takes = std::find(row.types.begin(), row.types.end(), type) != row.types.end();
      EXPECT_EQ(refusal(type, row.value), takes ? "" : "it is " + row.kind) << type;
    }
  }
}

TEST(CallCheck, AnyTakesWhateverHasAValue) {
  EXPECT_EQ(refusal("any", Value()), "");
  EXPECT_EQ(refusal("any", Value::object<FragmentObject>(Fragment())), "");
  EXPECT_EQ(refusal("text", Value::object<FragmentObject>(Fragment())), "it is fragment");
  EXPECT_EQ(refusal("json", Value::object<FragmentObject>(Fragment())), "it is fragment");
  EXPECT_EQ(refusal("any", Value::undefined("u")), "it is undefined");
  EXPECT_EQ(refusal("any[]", Value()), "it is null");
  EXPECT_EQ(refusal("any[]", Value::list({Value(), 1, "a"})), "");
}

TEST(CallCheck, NullIsForThoseThatMayBeNull) {
  EXPECT_EQ(refusal("int?", Value()), "");
  EXPECT_EQ(refusal("int?", "a"), "it is text");
  EXPECT_EQ(refusal("int[]?", Value()), "");
  EXPECT_EQ(refusal("int[]?", Value::list({Value()})), "item 1 is null");
  EXPECT_EQ(refusal("int?[]", Value::list({1, Value()})), "");
  EXPECT_EQ(refusal("int?[]", Value()), "it is null");
}

TEST(CallCheck, ItemsAreCountedFromOne) {
  EXPECT_EQ(refusal("int[]", Value::list({})), "");
  EXPECT_EQ(refusal("int[]", Value::list({1, "a"})), "item 2 is text");
  EXPECT_EQ(refusal("int[]", Value::list({Value::list({1})})), "item 1 is list");
  EXPECT_EQ(refusal("date[]", Value::list({"2024-01-01", "x"})),
            "item 2 is a text that is no date such as 2024-02-29");
}

TEST(CallCheck, IntegersHaveTheirRange) {
  EXPECT_EQ(refusal("int2", 32767), "");
  EXPECT_EQ(refusal("int2", -32768), "");
  EXPECT_EQ(refusal("int2", 32768), "it is an int beyond int2's range");
  EXPECT_EQ(refusal("int2", -32769), "it is an int beyond int2's range");
  EXPECT_EQ(refusal("int4", INT32_MAX), "");
  EXPECT_EQ(refusal("int4", INT32_MIN), "");
  EXPECT_EQ(refusal("int4", std::int64_t{INT32_MAX} + 1), "it is an int beyond int4's range");
  EXPECT_EQ(refusal("int4", std::int64_t{INT32_MIN} - 1), "it is an int beyond int4's range");
  EXPECT_EQ(refusal("int", INT64_MAX), "");
}

TEST(CallCheck, TextsAreReadInTheirType) {
  struct Row {
    std::string type;
    std::vector<std::string> good;
    std::vector<std::string> bad;
  };
  for (const Row& row : {
           Row{"date",
               {"2024-02-29", "2000-02-29", "2023-12-31", "0044-03-15 BC", "0001-02-29 BC",
                "5874897-12-31", "infinity", "-infinity", "2024-02-29"},
               {"", "2023-02-29", "1900-02-29", "0002-02-29 BC", "0000-01-01", "2024-00-10",
                "2024-13-01", "2024-04-31", "2024-01-00", "2024-1-1", "24-01-01", "2024-01-01 ",
                "2024-01-01 AD", "tomorrow", "2024-01-01 10:00", "12345678-01-01", "2024/01-01"}},
           {"time",
            {"00:00", "12:30", "23:59:59", "12:30:00.5", "12:30:00.123456", "24:00:00", "24:00",
             "12:30:00"},
            {"", "24:00:01", "24:01", "24:00:00.1", "25:00", "12:60", "12:00:60", "12", "1:30",
             "12:30:00.", "12:30:00.1234567", "12:30+01", "now"}},
           {"timestamp",
            {"2024-02-29 12:30", "2024-02-29T12:30:59.5", "0044-03-15 12:00:00 BC", "infinity",
             "2024-02-29 12:30:00"},
            {"2024-02-29", "2024-02-30 12:30", "2024-02-29 12:30+01", "2024-02-29 12:30Z",
             "2024-02-29_12:30", "2024-02-29 25:00", "now"}},
           {"timestamptz",
            {"2024-02-29 12:30+00", "2024-02-29T12:30:59Z", "2024-02-29 12:30 -03:30",
             "2024-02-29 12:30:00+15:59:59", "0044-03-15 12:00:00+00 BC", "-infinity",
             "2024-02-29 12:30:00+01"},
            {"2024-02-29 12:30", "2024-02-29 12:30+1", "2024-02-29 12:30+16",
             "2024-02-29 12:30+01:60", "2024-02-29 12:30+01:00:00:00", "2024-02-29 12:30 UTC"}},
           {"decimal",
            {"0", "-12.50", "+1.", ".5", "1e10", "1.5E-3", "NaN", "Infinity", "-Infinity",
             "123456789012345678901234567890", "12.50"},
            {"", "-", ".", "1.2.3", "1e", "e1", "0x1", "1 ", " 1", "-NaN", "inf", "1e5x", "--1"}},
           {"uuid",
            {"{A0EEBC999C0B4EF8BB6D6BB9BD380A11}", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
            {"", "a0eebc99", "g0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"}},
       }) {
    for (const std::string& good : row.good) EXPECT_EQ(refusal(row.type, good), "") << good;
    for (const std::string& bad : row.bad) {
      EXPECT_EQ(refusal(row.type, bad),
                "it is a text that is no " + row.type + " such as " + row.good.back())
          << bad;
    }
  }
}

TEST(CallCheck, WhatTheLibraryWritesFits) {
  using namespace std::chrono;
  const auto day = sys_days(1970y / 1 / 1) - days(800'000);  // before Christ
  EXPECT_EQ(refusal("date", day), "");
  EXPECT_EQ(refusal("timestamptz", TimestampTz(microseconds(-1))), "");
  EXPECT_EQ(refusal("timestamptz", TimestampTz(day)), "");
  EXPECT_EQ(refusal("timestamp", Timestamp(microseconds(1))), "");
  EXPECT_EQ(refusal("time", TimeOfDay{hours(24)}), "");
  EXPECT_EQ(refusal("uuid", Uuid{}), "");
  EXPECT_EQ(refusal("interval", Interval{1, -2, hours(3)}), "");
  EXPECT_EQ(refusal("decimal", Decimal{"-12.50"}), "");
  EXPECT_EQ(refusal("json", Json{"{}"}), "");
}

/// The whole report of a refused call.
std::string report(const std::string& text, const Context& context) {
  const Rendering r(kOn);
  try {
    return "no error: " + r.text(text, context);
  } catch (const Error& error) {
    return error.what();
  }
}

const char* const kSearch =
    "{#---\n@param limit: int = 10\n@param name: text?\n@param since: date\n---#}\n"
    "{{ limit }} {{ name }} {{ since }}";

TEST(CallCheck, DefaultsStandInForWhatIsNotGiven) {
  EXPECT_EQ(report(kSearch, {{"name", nullptr}, {"since", "2024-01-01"}}),
            "no error: 10 None 2024-01-01");
  EXPECT_EQ(report(kSearch, {{"limit", 3}, {"name", "a"}, {"since", "2024-01-01"}}),
            "no error: 3 a 2024-01-01");
}

TEST(CallCheck, AMissingParameterIsNamed) {
  EXPECT_EQ(report(kSearch, {{"name", "a"}}),
            "error[config]: the parameter 'since' (date) is missing\n"
            " --> main:4:8\n  |\n4 | @param since: date\n  |        ^^^^^\n"
            "  = hint: give it, or declare a default: @param since: date = …");
  EXPECT_EQ(report(kSearch, {{"since", "2024-01-01"}}),
            "error[config]: the parameter 'name' (text?) is missing\n"
            " --> main:3:8\n  |\n3 | @param name: text?\n  |        ^^^^\n"
            "  = hint: give it, or declare a default: @param name: text? = none");
}

TEST(CallCheck, AnUnknownParameterIsNamedFirst) {
  EXPECT_EQ(report(kSearch, {{"lmit", 3}}),
            "error[config]: there is no parameter 'lmit'\n"
            " --> main:2:8\n  |\n2 | @param limit: int = 10\n  |        ^^^^^\n"
            "  = hint: did you mean 'limit'?");
  EXPECT_EQ(report(kSearch, {{"offset", 3}}),
            "error[config]: there is no parameter 'offset'\n"
            " --> main:2:8\n  |\n2 | @param limit: int = 10\n  |        ^^^^^\n"
            "  = hint: declared are limit, name, since");
}

TEST(CallCheck, AWrongTypeIsNamed) {
  EXPECT_EQ(report(kSearch, {{"limit", nullptr}, {"name", "a"}, {"since", "2024-01-01"}}),
            "error[config]: the parameter 'limit' is to be int, but it is null\n"
            " --> main:2:8\n  |\n2 | @param limit: int = 10\n  |        ^^^^^\n"
            "  = hint: where null makes sense, declare it so: @param limit: int?");
}

TEST(CallCheck, TheHostsNamesPass) {
  const Context host{{"_model_fields_", "a, b"}};
  const Context arguments{{"a", 1}};
  EXPECT_EQ(report("{#--- @param a: int #}{{ a }} {{ _model_fields_ }}",
                   Context::layered(arguments, host)),
            "no error: 1 a, b");
}

TEST(CallCheck, NothingIsCheckedWithoutDeclarations) {
  EXPECT_EQ(report("{#--- D #}{{ a }}", {{"a", 1}, {"b", 2}}), "no error: 1");
}

TEST(CallCheck, OnlyTheTemplateThatIsCalledDeclares) {
  const Rendering r(kOn, {{"part", "{#--- @param x: int = 7 ---#}{{ x }}"}});
  EXPECT_EQ(r.outcome("{#--- @param x: text ---#}{% include 'part' %}", {{"x", "a"}}), "a");
  EXPECT_EQ(r.outcome("<{% include 'part' %}>", {{"y", 1}}), "<>");
  EXPECT_EQ(r.environment.get_template("part").render({}).to_text(), "7");
}

}  // namespace
}  // namespace pgjinja::jinja
