#include "core/base64.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using namespace std::string_view_literals;

// The vectors of RFC 4648, section 10, and bytes that use the last digits.
TEST(Base64, GoesBothWays) {
  const struct {
    std::string_view bytes;
    std::string_view text;
  } cases[] = {{"", ""},
               {"f", "Zg=="},
               {"fo", "Zm8="},
               {"foo", "Zm9v"},
               {"foob", "Zm9vYg=="},
               {"fooba", "Zm9vYmE="},
               {"foobar", "Zm9vYmFy"},
               {"\0\xFF\xFE"sv, "AP/+"}};
  for (const auto& c : cases) {
    EXPECT_EQ(to_base64(c.bytes), c.text);
    EXPECT_EQ(from_base64(c.text), std::string(c.bytes));
  }
}

TEST(Base64, RefusesWhatIsNone) {
  for (const char* text : {"Z", "Zg", "Zg=", "Z===", "Zm9v\n", "Zm9?", "Zg==Zg==", "===="}) {
    EXPECT_FALSE(from_base64(text)) << text;
  }
}

TEST(Base64, ForUrlsItHasOtherLettersAndNoPadding) {
  EXPECT_EQ(to_base64url("\0\xFF\xFE"sv), "AP_-");
  EXPECT_EQ(to_base64url("f"), "Zg");
  for (const std::string_view bytes : {""sv, "f"sv, "fo"sv, "foo"sv, "\xFF\xFE\xFD\xFC"sv}) {
    EXPECT_EQ(from_base64url(to_base64url(bytes)), std::string(bytes));
  }
  for (const char* text : {"Z", "Zg==", "AP/+", "Zm9v\n", "Zm9vZ"}) {
    EXPECT_FALSE(from_base64url(text)) << text;
  }
}

}  // namespace
}  // namespace pgjinja
