#include <pgjinja/core/error.hpp>

#include <string>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

TEST(Locate, CountsLinesAndCodePoints) {
  struct Row {
    std::string source;
    std::size_t offset;
    std::size_t length;
    std::uint32_t line;
    std::uint32_t column;
    std::uint32_t carets;
    std::string text;
  };
  for (const Row& row : {Row{"", 0, 1, 1, 1, 1, ""},
                         {"abc", 1, 1, 1, 2, 1, "abc"},
                         {"abc", 3, 1, 1, 4, 1, "abc"},
                         {"abc", 99, 5, 1, 4, 1, "abc"},
                         {"a\nbc\nd", 3, 1, 2, 2, 1, "bc"},
                         {"a\nbc\nd", 2, 9, 2, 1, 2, "bc"},
                         {"a\nbc\nd", 1, 1, 1, 2, 1, "a"},
                         {"é世🎉x", 9, 1, 1, 4, 1, "é世🎉x"},
                         {"é世🎉x", 0, 9, 1, 1, 3, "é世🎉x"},
                         {"a\r\nb", 0, 9, 1, 1, 2, "a"},
                         {"\n\n", 1, 1, 2, 1, 1, ""}}) {
    const SourcePlace place = locate("t", row.source, row.offset, row.length);
    EXPECT_EQ(place.line, row.line) << row.source;
    EXPECT_EQ(place.column, row.column) << row.source;
    EXPECT_EQ(place.length, row.carets) << row.source;
    EXPECT_EQ(place.text, row.text) << row.source;
  }
}

TEST(Error, ReportsPlaceCaretChainDetailAndHint) {
  const std::string source = "SELECT {{ nope }}";
  SourcePlace from = locate("main.sql", "x\n{% include 'a' %}", 2);
  from.role = "included from";
  const Error error = Error(ErrorKind::Undefined, "'nope' is undefined")
                          .at(locate("a.sql", source, 7, 10))
                          .at(std::move(from))
                          .detail("more")
                          .hint("pass it");
  EXPECT_STREQ(error.what(),
               "error[undefined]: 'nope' is undefined\n"
               " --> a.sql:1:8\n"
               "  |\n"
               "1 | SELECT {{ nope }}\n"
               "  |        ^^^^^^^^^^\n"
               "  = included from main.sql:2:1\n"
               "  = detail: more\n"
               "  = hint: pass it");
}

TEST(Error, ATabKeepsTheCaretInItsColumn) {
  const Error error = Error(ErrorKind::Syntax, "m").at(locate("t", "\ta b", 3));
  EXPECT_NE(std::string(error.what()).find("1 | \ta b\n  | \t  ^"), std::string::npos)
      << error.what();
}

TEST(Error, ALongLineIsShownAsAWindow) {
  const std::string line = std::string(5000, 'a') + "X" + std::string(5000, 'b');
  const std::string report = Error(ErrorKind::Syntax, "m").at(locate("t", line, 5000)).what();
  EXPECT_LT(report.size(), 600U);
  EXPECT_NE(report.find("aX"), std::string::npos);
  EXPECT_NE(report.find("…"), std::string::npos);
}

TEST(Error, ControlCharactersDoNotReachTheReport) {
  const std::string report =
      Error(ErrorKind::Syntax, "m").at(locate("t", "a\x1b[31m\x07", 0)).what();
  EXPECT_EQ(report.find('\x1b'), std::string::npos);
  EXPECT_EQ(report.find('\x07'), std::string::npos);
}

TEST(Error, ACopyIsNotChangedByTheOriginal) {
  Error error(ErrorKind::Server, "m");
  const Error copy(error);
  error.hint("h").sqlstate("23505").safe_to_retry(true).parameter(2).sql_position(7);
  EXPECT_EQ(copy.hint(), "");
  EXPECT_EQ(copy.sqlstate(), "");
  EXPECT_FALSE(copy.safe_to_retry());
  EXPECT_EQ(error.sqlstate(), "23505");
  EXPECT_EQ(error.parameter(), 2U);
  EXPECT_EQ(error.sql_position(), 7U);
  EXPECT_STREQ(copy.what(), "error[server]: m");
}

}  // namespace
}  // namespace pgjinja
