#include "sql/filters.hpp"

#include "sql/mark.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/sql/marks.hpp>

#include <array>

#include <gtest/gtest.h>

namespace pgjinja::sql {
namespace {

Value filtered(std::string_view name, const Value& value) {
  return find_filter(name)->apply(value, jinja::Args());
}

struct Pattern {
  std::string_view text;
  std::string_view escaped;
};

TEST(Filters, LikePatternsMatchJustTheText) {
  static constexpr Pattern kPatterns[] = {
      {"", ""},           {"paris", "paris"},     {"100%", "100\\%"},   {"a_b", "a\\_b"},
      {"a\\b", "a\\\\b"}, {"\\%_", "\\\\\\%\\_"}, {"%' --", "\\%' --"}, {"é", "é"},
  };
  for (const auto& [text, escaped] : kPatterns) {
    const std::string pattern(escaped);
    EXPECT_EQ(filtered("contains", text), Value("%" + pattern + "%"));
    EXPECT_EQ(filtered("startswith", text), Value(pattern + "%"));
    EXPECT_EQ(filtered("endswith", text), Value("%" + pattern));
  }
  for (const auto name : {"contains", "startswith", "endswith"}) {
    EXPECT_TRUE(filtered(name, nullptr).is_null());
  }
}

TEST(Filters, MakeMarks) {
  const auto quoted = [](const Value& v) {
    return filtered("identifier", v).as<IdentifierMark>()->quoted();
  };
  EXPECT_EQ(quoted("a.b"), R"("a.b")");
  EXPECT_EQ(quoted(Value::list({"a", "b"})), R"("a"."b")");
  EXPECT_EQ(quoted(Value::tuple({"a", "b", "c"})), R"("a"."b"."c")");
  for (const auto name : {"in", "inclause"}) {
    EXPECT_EQ(filtered(name, Value::list({1, 2})).as<ListMark>()->items().size(), 2U);
    EXPECT_EQ(filtered(name, Value::tuple({1})).as<ListMark>()->items().size(), 1U);
  }
  for (const auto name : {"raw", "sqlsafe"}) {
    EXPECT_EQ(filtered(name, "now()").as<RawMark>()->text(), "now()");
  }
  EXPECT_EQ(filtered("bind", 7), Value(7));
  EXPECT_EQ(find_filter("upper"), nullptr);
}

struct Refused {
  std::string_view filter;
  Value value;
  ErrorKind kind;
  std::string_view message;
};

TEST(Filters, RefuseWhatTheyDoNotMean) {
  const Refused rows[] = {
      {"identifier", 7, ErrorKind::Runtime,
       "the filter identifier takes a text or a list of texts, and not int"},
      {"identifier", nullptr, ErrorKind::Runtime,
       "the filter identifier takes a text or a list of texts, and not null"},
      {"identifier", Value::list({"a", 7}), ErrorKind::Runtime,
       "the filter identifier takes a text or a list of texts, and not int"},
      {"identifier", Value::undefined("t"), ErrorKind::Undefined, "t is undefined"},
      {"identifier", "", ErrorKind::Binding, "an identifier is empty"},
      {"identifier", Value::list({}), ErrorKind::Binding, "an identifier has no name"},
      {"in", "abc", ErrorKind::Runtime, "the filter in takes a list, and not text"},
      {"in", Value::list({}), ErrorKind::Binding,
       "the list of an IN is empty, and `IN ()` is no SQL"},
      {"in", Value::undefined(), ErrorKind::Undefined, "the value is undefined"},
      {"in", Value(Map{{"a", 1}}), ErrorKind::Runtime, "the filter in takes a list, and not map"},
      {"contains", 7, ErrorKind::Runtime, "the filter contains takes a text, and not int"},
      {"startswith", Value::bytes("x"), ErrorKind::Runtime,
       "the filter startswith takes a text, and not bytes"},
      {"endswith", identifier({"a"}), ErrorKind::Runtime,
       "the filter endswith takes a text, and not identifier mark"},
      {"raw", nullptr, ErrorKind::Runtime, "the filter raw takes a text, and not null"},
      {"raw", "\xFF", ErrorKind::Binding, "a raw text has a NUL byte or invalid UTF-8"},
  };
  for (const Refused& row : rows) {
    try {
      filtered(row.filter, row.value);
      ADD_FAILURE() << row.filter << ": " << row.message;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), row.kind) << error.what();
      EXPECT_EQ(error.message(), row.message);
    }
  }
}

TEST(Filters, TakeNoArguments) {
  const std::array<Value, 1> extra = {Value(1)};
  for (const auto name : {"identifier", "in", "inclause", "contains", "startswith", "endswith",
                          "raw", "sqlsafe", "bind"}) {
    EXPECT_THROW(find_filter(name)->apply("x", jinja::Args(extra, {})), Error) << name;
  }
}

}  // namespace
}  // namespace pgjinja::sql
