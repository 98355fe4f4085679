// A note has to say of a text what the scanner says that reads it alone, however it was found out.

#include "sql/note.hpp"

#include <pgjinja/sql/annotate.hpp>

#include <array>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace pgjinja::sql {
namespace {

Touch scanned_end(std::string_view text) {
  ScanState state;
  state.advance(text);
  return state.touch();
}

std::string random_text(std::mt19937& random) {
  static constexpr auto kPieces = std::to_array<std::string_view>(
      {"a",  "e",  "U&", "n",    "1",     "1.",     ".5",  "1e", "$",  "$1", "$$", "'",  "\"", "-",
       "--", "/",  "*",  "/*",   "*/",    "+",      ":",   "::", ".",  ",",  "(",  ")",  " ",  " ",
       "\n", "\t", "\v", "\xc3", "order", "ORDER ", " by", "[",  "\\", "_",  "@",  "1e-"});
  std::string text;
  for (auto n = random() % 7; n > 0; --n) text += kPieces.at(random() % kPieces.size());
  return text;
}

TEST(Note, TellsTheEndOfAnyText) {
  std::mt19937 random(7);
  for (int i = 0; i < 50'000; ++i) {
    const std::string text = random_text(random);
    if (text.empty()) continue;
    const Note note(annotate(text));
    ASSERT_EQ(note.end(), scanned_end(text)) << '[' << text << ']';
    ASSERT_EQ(note.gate_at_end(), gate_behind(note.end())) << '[' << text << ']';
    ASSERT_TRUE(note.passes(gate(beginning_of(byte_class(text[0]))))) << '[' << text << ']';
    ASSERT_EQ(note.blank(), text.find_first_not_of(" \t\n\r\f\v") == std::string::npos);
  }
}

TEST(Note, ThereIsNoneOfAnEmptyText) { EXPECT_EQ(annotate(""), 0U); }

struct Row {
  std::string_view text;
  bool says_order = false;
  bool opens_item = false;
  bool has_parameter = false;
};

class Notes : public testing::TestWithParam<Row> {};

TEST_P(Notes, TellWhatDecidesOnASortKey) {
  const Row row = GetParam();
  const Note note(annotate(row.text));
  EXPECT_EQ(note.says_order(), row.says_order);
  EXPECT_EQ(note.opens_item(), row.opens_item);
  EXPECT_EQ(note.has_parameter(), row.has_parameter);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, Notes,
    testing::Values(Row{"ORDER BY ", true, true}, Row{"order", true}, Row{"x order by a", true},
                    Row{"1order by\n", true, true}, Row{"(OrDeR", true}, Row{"orders"},
                    Row{"border"}, Row{"order_id"}, Row{"order1"}, Row{"orde"}, Row{"ororder"},
                    Row{"o order", true},
                    // As they may say yes too often, what stands in quotes and comments counts too.
                    Row{"'order' ", true}, Row{"a - order", true}, Row{"a / orders"},
                    Row{"\"order\"", true}, Row{"-- by", false, true},
                    Row{"a, -- x\n", false, true}, Row{"a, /* x */", false, true}, Row{"a - b"},
                    Row{"a / b"}, Row{"f(", false, true}, Row{"a, ", false, true},
                    Row{"a,\n", false, true}, Row{"BY", false, true}, Row{" bY\v", false, true},
                    Row{"b"}, Row{"= $1", false, false, true}, Row{"$1$", false, false, true},
                    Row{"$a"}, Row{"$"}, Row{"$ 1"}, Row{" \n"}));

}  // namespace
}  // namespace pgjinja::sql
