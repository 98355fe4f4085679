#include "jinja/run/unicode.hpp"

#include "jinja/run/letter_case.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja::jinja {
namespace {

using Points = std::vector<std::string_view>;

TEST(Unicode, CutsCodePointsAndLeavesBadBytesAlone) {
  struct Row {
    std::string_view text;
    Points points;
  };
  for (const Row& row : {Row{"", {}},
                         {"aé世🎉", {"a", "é", "世", "🎉"}},
                         {"\xff"
                          "a",
                          {"\xff", "a"}},
                         {"\xc3", {"\xc3"}},
                         {"\xe4\xb8", {"\xe4", "\xb8"}},
                         {"\xc3(", {"\xc3", "("}},
                         {"\xc0\x80", {"\xc0", "\x80"}},
                         {"\xf5\x80\x80\x80", {"\xf5", "\x80", "\x80", "\x80"}}}) {
    EXPECT_EQ(code_points(row.text), row.points);
    EXPECT_EQ(count_code_points(row.text), row.points.size());
  }
}

TEST(Unicode, MapsCase) {
  struct Row {
    std::string lower;
    std::string upper;
  };
  for (const Row& row : {Row{"", ""},
                         {"azé", "AZÉ"},
                         {"ÿāžź", "ŸĀŽŹ"},
                         {"αωάέό", "ΑΩΆΈΌ"},
                         {"яжёђ", "ЯЖЁЂ"},
                         {"1×÷", "1×÷"},
                         {"\xff\xc3", "\xff\xc3"}}) {
    EXPECT_EQ(to_upper(row.lower), row.upper);
    EXPECT_EQ(to_lower(row.upper), row.lower);
  }
}

TEST(Unicode, StripsWhatPythonCallsSpace) {
  for (const std::string space : {" ", "\t", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x1f", "\u0085",
                                  "\u00a0", "\u1680", "\u2003", "\u2028", "\u202f", "\u3000"}) {
    EXPECT_TRUE(is_space(space));
    EXPECT_EQ(strip(space + "a" + space + "b" + space), "a" + space + "b");
    EXPECT_EQ(strip(space + space), "");
  }
  for (const std::string other : {"a", "\x85", "\xa0", "\u200b", "\u180e", "\ufeff", "\x1b"}) {
    EXPECT_FALSE(is_space(other)) << other;
    EXPECT_EQ(strip(other), other);
  }
}

}  // namespace
}  // namespace pgjinja::jinja
