#include "sql/mark.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/sql/marks.hpp>

#include <functional>

#include <gtest/gtest.h>

namespace pgjinja::sql {
namespace {

using namespace std::string_view_literals;

std::string quoted(const std::vector<std::string>& parts) {
  return identifier(parts).as<IdentifierMark>()->quoted();
}

std::string message_of(const std::function<void()>& act, ErrorKind kind) {
  try {
    act();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    EXPECT_FALSE(error.hint().empty() && kind == ErrorKind::Binding) << error.what();
    return error.message();
  }
  return "no error";
}

TEST(Identifier, IsAlwaysQuoted) {
  EXPECT_EQ(quoted({"city"}), R"("city")");
  EXPECT_EQ(quoted({"public", "city"}), R"("public"."city")");
  EXPECT_EQ(quoted({"select"}), R"("select")");
  EXPECT_EQ(quoted({"a.b"}), R"("a.b")");
  EXPECT_EQ(quoted({R"(a"; DROP TABLE x; --)"}), R"("a""; DROP TABLE x; --")");
  EXPECT_EQ(quoted({R"(")"}), R"("""")");
  EXPECT_EQ(quoted({"größe"}), R"("größe")");
  EXPECT_EQ(quoted({std::string(63, 'x')}), '"' + std::string(63, 'x') + '"');
}

TEST(Identifier, RefusesWhatIsNoName) {
  struct Row {
    std::vector<std::string> parts;
    std::string_view message;
  };
  const Row rows[] = {
      {{}, "an identifier has no name"},
      {{""}, "an identifier is empty"},
      {{"a", ""}, "an identifier is empty"},
      {{std::string("a\0b", 3)}, "an identifier has a NUL byte or invalid UTF-8"},
      {{"a\xFF"}, "an identifier has a NUL byte or invalid UTF-8"},
      {{std::string(64, 'x')}, "the identifier \"xxxxxxxxxxxxxxxxxxxx…\" has 64 bytes"},
      {{"x" + std::string(19, 'x') + std::string(60, 'x')},
       "the identifier \"xxxxxxxxxxxxxxxxxxxx…\" has 80 bytes"},
      {{std::string(19, 'x') + "é" + std::string(60, 'x')},
       "the identifier \"xxxxxxxxxxxxxxxxxxx…\" has 81 bytes"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(message_of([&] { identifier(row.parts); }, ErrorKind::Binding), row.message);
  }
}

TEST(IdentifierList, HasCommas) {
  EXPECT_EQ(identifier_list({"id", "na\"me"}).as<IdentifierMark>()->quoted(), R"("id", "na""me")");
  EXPECT_EQ(message_of([] { identifier_list({}); }, ErrorKind::Binding),
            "an identifier has no name");
}

TEST(InList, TakesScalarsOnly) {
  EXPECT_EQ(in_list({1, "a", nullptr}).as<ListMark>()->items().size(), 3U);
  EXPECT_EQ(message_of([] { in_list({}); }, ErrorKind::Binding),
            "the list of an IN is empty, and `IN ()` is no SQL");
  EXPECT_EQ(message_of([] { in_list({Value::undefined("x")}); }, ErrorKind::Undefined),
            "an item of an IN list is undefined: x");
  EXPECT_EQ(message_of([] { in_list({1, Value::list({2})}); }, ErrorKind::Runtime),
            "an item of an IN list is list, and no single value");
  EXPECT_EQ(message_of([] { in_list({identifier({"a"})}); }, ErrorKind::Runtime),
            "an item of an IN list is identifier mark, and no single value");
}

TEST(Marks, AreSealed) {
  for (const Value& mark : {identifier({"a"}), identifier_list({"a"}), in_list({1}), raw("x")}) {
    EXPECT_TRUE(mark.as_object().sealed());
    EXPECT_FALSE(mark.as_object().iterate().has_value());
  }
  EXPECT_EQ(message_of([] { raw("a\0b"sv); }, ErrorKind::Binding),
            "a raw text has a NUL byte or invalid UTF-8");
}

TEST(ServerText, IsUtf8WithoutNul) {
  struct Row {
    std::string_view text;
    bool valid;
  };
  static constexpr Row kRows[] = {
      {"", true},
      {"plain text of more than eight bytes", true},
      {"\x7F", true},
      {"é", true},
      {"12345678é", true},
      {"\xE0\xA0\x80", true},
      {"\xED\x9F\xBF", true},
      {"\xF0\x9F\x98\x80", true},
      {"\xF4\x8F\xBF\xBF", true},
      {"\0"sv, false},
      {"1234567\0"sv, false},
      {"12345678\0"sv, false},
      {"\x80", false},
      {"\xC0\x80", false},          // overlong NUL
      {"\xC1\xBF", false},          // overlong
      {"\xE0\x9F\xBF", false},      // overlong
      {"\xED\xA0\x80", false},      // surrogate
      {"\xF0\x8F\xBF\xBF", false},  // overlong
      {"\xF4\x90\x80\x80", false},  // beyond U+10FFFF
      {"\xF5\x80\x80\x80", false},
      {"\xC3", false},
      {"\xC3(", false},
      {"\xE2\x80", false},
      {"\xE2\x80(", false},
      {"\xF0\x9F\x98", false},
      {"\xFF", false},
  };
  for (const Row& row : kRows) EXPECT_EQ(is_server_text(row.text), row.valid) << row.text;
}

}  // namespace
}  // namespace pgjinja::sql
