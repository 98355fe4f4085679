#include "jinja/run/text_form.hpp"

#include <cmath>
#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace pgjinja::jinja {
namespace {

TEST(TextForm, FloatsAreWrittenAsPythonDoes) {
  struct Row {
    double value;
    std::string text;
  };
  for (const Row& row : {Row{0.0, "0.0"},
                         {-0.0, "-0.0"},
                         {1.0, "1.0"},
                         {0.1, "0.1"},
                         {0.1 + 0.2, "0.30000000000000004"},
                         {1e15, "1000000000000000.0"},
                         {1e16, "1e+16"},
                         {123456789012345680.0, "1.2345678901234568e+17"},
                         {0.0001, "0.0001"},
                         {0.00001, "1e-05"},
                         {1.5e-7, "1.5e-07"},
                         {1e100, "1e+100"},
                         {5e-324, "5e-324"},
                         {std::numeric_limits<double>::max(), "1.7976931348623157e+308"},
                         {std::nan(""), "nan"},
                         {-INFINITY, "-inf"}}) {
    EXPECT_EQ(float_text(row.value), row.text);
  }
}

TEST(TextForm, ShowsTaggedTextsAsPythonsClasses) {
  struct Row {
    const char* text;
    TextTag tag;
    const char* str;
    const char* repr;
  };
  for (const Row& row : {Row{"1.50", TextTag::Decimal, "1.50", "Decimal('1.50')"},
                         {"0b7f", TextTag::Uuid, "0b7f", "UUID('0b7f')"},
                         {"2024-02-29", TextTag::Date, "2024-02-29", "datetime.date(2024, 2, 29)"},
                         {"soon", TextTag::Date, "soon", "'soon'"},
                         {"2024-02-29T12:00:00", TextTag::Timestamp, "2024-02-29 12:00:00",
                          "datetime.datetime(2024, 2, 29, 12, 0)"},
                         {"2024-02-29 12:00:07", TextTag::Timestamp, "2024-02-29 12:00:07",
                          "datetime.datetime(2024, 2, 29, 12, 0, 7)"},
                         {"2024-02-29 12:00:00.25", TextTag::Timestamp, "2024-02-29 12:00:00.25",
                          "datetime.datetime(2024, 2, 29, 12, 0, 0, 250000)"},
                         {"2024-02-29 12:00:00+01", TextTag::Timestamp, "2024-02-29 12:00:00+01",
                          "'2024-02-29 12:00:00+01'"},
                         {"2024-02-29", TextTag::Timestamp, "2024-02-29", "'2024-02-29'"}}) {
    EXPECT_EQ(str(Value::text(row.text, row.tag)), row.str);
    EXPECT_EQ(repr(Value::text(row.text, row.tag)), row.repr);
  }
}

TEST(TextForm, ShowsWhatPythonShows) {
  struct Row {
    Value value;
    std::string str;
    std::string repr;
  };
  for (const Row& row : {
           Row{Value(), "None", "None"},
           {Value::undefined("x"), "", "Undefined"},
           {true, "True", "True"},
           {-5, "-5", "-5"},
           {"a", "a", "'a'"},
           {"it's", "it's", "\"it's\""},
           {"'\"", "'\"", "'\\'\"'"},
           {"\n\t\r\\\x01\x7f", "\n\t\r\\\x01\x7f", "'\\n\\t\\r\\\\\\x01\\x7f'"},
           {"é世🎉", "é世🎉", "'é世🎉'"},
           {"\xc2\x85\xc2\xa0\xc2\xad", "\xc2\x85\xc2\xa0\xc2\xad", "'\\x85\\xa0\\xad'"},
           {"\u200b\u2028\ufeff", "\u200b\u2028\ufeff", "'\\u200b\\u2028\\ufeff'"},
           {Value::bytes("a'\xff\n"), "b\"a'\\xff\\n\"", "b\"a'\\xff\\n\""},
           {Value::bytes("a\t\r"), "b'a\\t\\r'", "b'a\\t\\r'"},
           {Value::list({1, "a", Value()}), "[1, 'a', None]", "[1, 'a', None]"},
           {Value::tuple({1}), "(1,)", "(1,)"},
           {Value::tuple({}), "()", "()"},
           {Value(Map{{"a", Value::list({})}}), "{'a': []}", "{'a': []}"},
       }) {
    EXPECT_EQ(str(row.value), row.str);
    EXPECT_EQ(repr(row.value), row.repr);
  }
}

}  // namespace
}  // namespace pgjinja::jinja
