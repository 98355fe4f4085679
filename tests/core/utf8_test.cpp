#include "core/utf8.hpp"

#include <string>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

TEST(Utf8, FindsTheFirstInvalidByte) {
  constexpr std::size_t kValid = std::string_view::npos;
  struct Row {
    std::string_view text;
    std::size_t at;
  };
  const Row rows[] = {
      {"", kValid},
      {"plain ascii that is longer than a word", kValid},
      {"\x7F", kValid},
      {"\xC2\x80 \xDF\xBF", kValid},
      {"\xE0\xA0\x80 \xED\x9F\xBF \xEE\x80\x80 \xEF\xBF\xBF", kValid},
      {"\xF0\x90\x80\x80 \xF4\x8F\xBF\xBF", kValid},
      {"a\x80", 1},             // a continuation alone
      {"\xC0\x80", 0},          // overlong NUL
      {"\xC1\xBF", 0},          // overlong
      {"\xE0\x9F\xBF", 0},      // overlong
      {"\xED\xA0\x80", 0},      // a surrogate
      {"\xF0\x8F\xBF\xBF", 0},  // overlong
      {"\xF4\x90\x80\x80", 0},  // above U+10FFFF
      {"\xF5\x80\x80\x80", 0},  // no lead byte
      {"12345678\xFF", 8},      // behind a whole word
      {"1234567\xC3", 7},       // cut short, at the end of a word
      {"\xE2\x82", 0},          // cut short
      {"\xF0\x9F\x90", 0},      // cut short
      {"\xC3(", 0},
      {"\xE2\x82(", 0},
      {"\xF0\x9F\x90(", 0},
  };
  for (const Row& row : rows) EXPECT_EQ(find_invalid_utf8(row.text), row.at) << row.text;
}

}  // namespace
}  // namespace pgjinja
