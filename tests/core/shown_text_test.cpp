#include "core/shown_text.hpp"

#include <pgjinja/core/error.hpp>

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using namespace std::string_view_literals;

struct Row {
  std::string_view text;
  std::string_view shown;
};

constexpr Row kRows[] = {
    {"", ""},
    {"größe “x” 日本 😀 it's C:\\dir", "größe “x” 日本 😀 it's C:\\dir"},
    {"שלום", "שלום"},
    {"a\nb\r\tc", "a\\nb\\r\\tc"},
    {"\0"sv, "\\x00"},
    {"\x1B[2J\a\x7F ~", "\\x1b[2J\\x07\\x7f ~"},
    {"\xC2\x80\xC2\x9B\xC2\x9F|\xC2\xA0", "\\xc2\\x80\\xc2\\x9b\\xc2\\x9f|\xC2\xA0"},
    {"\xC2\xAD\xC2\xAE", "\\xc2\\xad\xC2\xAE"},           // soft hyphen
    {"\xD8\x9C\xD8\x9B", "\\xd8\\x9c\xD8\x9B"},           // letter mark
    {"\xE1\xA0\x8E", "\\xe1\\xa0\\x8e"},                  // U+180E
    {"\xE2\x80\x8A\xE2\x80\x8B\xE2\x80\x8F\xE2\x80\x90",  // U+200B, 200F
     "\xE2\x80\x8A\\xe2\\x80\\x8b\\xe2\\x80\\x8f\xE2\x80\x90"},
    {"\xE2\x80\xA7\xE2\x80\xA8\xE2\x80\xAE\xE2\x80\xAF",  // U+2028, 202E
     "\xE2\x80\xA7\\xe2\\x80\\xa8\\xe2\\x80\\xae\xE2\x80\xAF"},
    {"\xE2\x81\x9F\xE2\x81\xA0\xE2\x81\xA6\xE2\x81\xAF\xE2\x81\xB0",  // U+2060, 206F
     "\xE2\x81\x9F\\xe2\\x81\\xa0\\xe2\\x81\\xa6\\xe2\\x81\\xaf\xE2\x81\xB0"},
    {"\xEF\xBB\xBF\xEF\xBB\xBE", "\\xef\\xbb\\xbf\xEF\xBB\xBE"},  // U+FEFF
    {"\xEF\xBF\xB9\xEF\xBF\xBB\xEF\xBF\xBC", "\\xef\\xbf\\xb9\\xef\\xbf\\xbb\xEF\xBF\xBC"},
    {"\xF3\xA0\x80\x81\xF3\xA0\x81\xBF\xF3\xA0\x82\x80",  // tags
     "\\xf3\\xa0\\x80\\x81\\xf3\\xa0\\x81\\xbf\xF3\xA0\x82\x80"},
    {"é\xFF", "é\\xff"},
    {"a\xE2\x80", "a\\xe2\\x80"},                           // cut short
    {"\xC0\xAE\xED\xA0\x80", "\\xc0\\xae\\xed\\xa0\\x80"},  // overlong, surrogate
};

TEST(Printable, KeepsWhatIsSeenAndEscapesTheRest) {
  for (const Row& row : kRows) {
    EXPECT_EQ(printable(row.text), row.shown);
    EXPECT_EQ(printable(printable(row.text)), row.shown);
  }
}

TEST(ShownText, IsQuotedAndNotTooLong) {
  EXPECT_EQ(shown_text("a'b\\\n"), "'a\\'b\\\\\\n'");
  EXPECT_EQ(shown_text(std::string(40, 'x')), "'" + std::string(40, 'x') + "'");
  EXPECT_EQ(shown_text(std::string(39, 'x') + "éy"), "'" + std::string(39, 'x') + "é…'");
}

constexpr std::string_view kHostile = "a\x1B[2J\nerror[x]: \xE2\x80\xAE\xFF";
constexpr std::string_view kHarmless = "a\\x1b[2J\\nerror[x]: \\xe2\\x80\\xae\\xff";

TEST(Error, ShowsForeignTextHarmlessly) {
  const std::string hostile(kHostile);
  const Error error = Error(ErrorKind::Runtime, "no " + hostile)
                          .at({"", hostile, 1, 1, 1, "x"})
                          .at({"called from", hostile, 2, 3, 1, "x"})
                          .hint("say " + hostile)
                          .detail("one\x1B\ntwo" + hostile)
                          .sqlstate("\x1B[");
  const std::string harmless(kHarmless);
  EXPECT_EQ(error.message(), "no " + harmless);
  EXPECT_EQ(error.hint(), "say " + harmless);
  EXPECT_EQ(error.detail(), "one\x1B\ntwo" + hostile);
  EXPECT_EQ(error.places()[0].name, hostile);
  EXPECT_EQ(error.what(), "error[runtime \\x1b[]: no " + harmless + "\n --> " + harmless +
                              ":1:1\n  |\n1 | x\n  | ^\n  = called from " + harmless +
                              ":2:3\n  = detail: one\\x1b\n            twoa\\x1b[2J\n            "
                              "error[x]: \\xe2\\x80\\xae\\xff\n  = hint: say " +
                              harmless);
}

TEST(Error, ShowsAHostileSourceLineInItsColumns) {
  const std::string line = "\té\x1B\x7F\xC2\x9B\xE2\x80\xAE\xFF x";
  const Error error = Error(ErrorKind::Runtime, "m").at(locate("t", line, line.size() - 1));
  EXPECT_STREQ(error.what(), "error[runtime]: m\n --> t:1:9\n  |\n1 | \té ���� x\n  | \t       ^");
}

}  // namespace
}  // namespace pgjinja
