#include "cli/table.hpp"

#include "cli/display_width.hpp"

#include <gtest/gtest.h>

namespace pgjinja::cli {
namespace {

TEST(Table, AlignsTextsLeftAndNumbersRight) {
  Table table(false);
  table.add_column("name");
  table.add_column("population", true);
  table.add_row({"Paris", "2138551"});
  table.add_row({"東京", std::nullopt});
  table.add_row({"", "7"});
  EXPECT_EQ(table.to_string(),
            " name  | population\n"
            "-------+------------\n"
            " Paris |    2138551\n"
            " 東京  |       NULL\n"
            "       |          7\n");
}

TEST(Table, ContinuesAFieldWithLineBreaks) {
  Table table(false);
  table.add_column("a");
  table.add_column("b", true);
  table.add_row({"one\ntwo\n", "1"});
  EXPECT_EQ(table.to_string(),
            " a   | b\n"
            "-----+---\n"
            " one+| 1\n"
            " two+|\n"
            "     |\n");
}

TEST(Table, DimsNullWhenColouredOnly) {
  Table table(true);
  table.add_column("a");
  table.add_row({std::nullopt});
  table.add_row({"NULL"});
  EXPECT_EQ(table.to_string(), " a\n------\n \x1b[2mNULL\x1b[0m\n NULL\n");
}

TEST(Table, KeepsDataFromTheTerminal) {
  Table table(false);
  table.add_column("a\tb");
  table.add_row(
      {"\x1b[31m\x7f\xC2\x9B"
       "1m é\r"});
  EXPECT_EQ(table.to_string(), " a\\tb\n------------------------\n \\x1b[31m\\x7f\\x9b1m é\\r\n");
}

TEST(Table, CutsNothingOff) {
  Table table(false);
  table.add_column("a");
  table.add_row({std::string(10'000, 'x')});
  EXPECT_NE(table.to_string().find(std::string(10'000, 'x')), std::string::npos);
}

TEST(Table, MayHaveNoRowsAndNoColumns) {
  Table none(false);
  none.add_row({});
  EXPECT_EQ(none.to_string(), "\n\n\n");
  Table empty(false);
  empty.add_column("a");
  EXPECT_EQ(empty.to_string(), " a\n---\n");
}

TEST(DisplayWidth, CountsColumnsOfTheTerminal) {
  EXPECT_EQ(display_width(""), 0U);
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("é"), 1U);
  EXPECT_EQ(display_width("e\xCC\x81"), 1U);  // a combining accent
  EXPECT_EQ(display_width("日本"), 4U);
  EXPECT_EQ(display_width("🙂"), 2U);
  EXPECT_EQ(display_width("→"), 1U);
  EXPECT_EQ(display_width("\xF0\x9F"), 1U);  // cut off
}

}  // namespace
}  // namespace pgjinja::cli
