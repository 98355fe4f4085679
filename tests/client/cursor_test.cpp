#include "client/cursor.hpp"

#include "client/columns.hpp"

#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

using test::report_of;

const std::string kSecret = "0123456789abcdef";
const std::string kOther = "fedcba9876543210";
constexpr std::string_view kRefused =
    "error[cursor]: this is no cursor of this page\n"
    "  = hint: a cursor is good for the template and the sort order that it comes from, unchanged "
    "and with one of the secrets in ClientSettings::cursor_secrets";

std::vector<Value> everything() {
  return {nullptr,
          true,
          false,
          std::numeric_limits<std::int64_t>::min(),
          -0.0,
          1e308,
          "",
          std::string("a\0\xF0\x9F\x98\x80", 6),
          Value::bytes(std::string_view("\0\xFF", 2)),
          Value::list({1, nullptr, Value::list({"x"})})};
}

bool same(const Value& a, const Value& b) { return cursor_payload({{a}}) == cursor_payload({{b}}); }

TEST(Cursor, GoesBothWays) {
  const std::vector<std::string> secrets = {kSecret};
  const CursorCodec codec(secrets, "users\n\"id\"");
  const std::string cursor = codec.write({everything(), true});
  EXPECT_EQ(cursor.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                     "0123456789-_"),
            std::string::npos);
  const CursorPlace place = codec.read(cursor);
  EXPECT_TRUE(place.inclusive);
  ASSERT_EQ(place.keys.size(), everything().size());
  for (std::size_t i = 0; i < place.keys.size(); ++i) {
    EXPECT_TRUE(same(place.keys[i], everything()[i])) << i;
  }
  EXPECT_EQ(place.keys[3].as_int(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(place.keys[7].as_text(), std::string_view("a\0\xF0\x9F\x98\x80", 6));
  EXPECT_FALSE(codec.read(codec.write({{1}, false})).inclusive);
}

TEST(Cursor, ChangedAtAnyPlaceItIsRefused) {
  const std::vector<std::string> secrets = {kSecret};
  const CursorCodec codec(secrets, "users");
  const std::string cursor = codec.write({{7, "seven"}, false});
  for (std::size_t i = 0; i + 1 < cursor.size(); ++i) {
    std::string changed = cursor;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_EQ(report_of([&] { (void)codec.read(changed); }), kRefused) << i;
  }
  for (const std::string& text : {cursor.substr(0, cursor.size() - 4), cursor + "AAAA",
                                  std::string("?"), std::string("AAAA"), std::string()}) {
    EXPECT_EQ(report_of([&] { (void)codec.read(text); }), kRefused) << text;
  }
}

TEST(Cursor, IsGoodForItsPageAndItsSecretAlone) {
  const std::vector<std::string> secrets = {kSecret};
  const std::vector<std::string> others = {kOther};
  const std::string cursor = CursorCodec(secrets, "users").write({{7}, false});
  EXPECT_EQ(report_of([&] { (void)CursorCodec(secrets, "orders").read(cursor); }), kRefused);
  EXPECT_EQ(report_of([&] { (void)CursorCodec(others, "users").read(cursor); }), kRefused);
}

TEST(Cursor, ASecretIsReplacedWithoutLosingCursors) {
  const std::vector<std::string> old = {kSecret};
  const std::vector<std::string> replaced = {kOther, kSecret};
  const CursorCodec after(replaced, "users");
  EXPECT_EQ(after.read(CursorCodec(old, "users").write({{7}, false})).keys[0].as_int(), 7);
  const std::string fresh = after.write({{8}, false});
  EXPECT_EQ(report_of([&] { (void)CursorCodec(old, "users").read(fresh); }), kRefused)
      << "the first one signs";
}

TEST(Cursor, SecretsAreDemanded) {
  EXPECT_EQ(
      report_of([] { const CursorCodec none({}, "users"); }),
      "error[config]: pages need a secret to sign their cursors with\n"
      "  = hint: give ClientSettings::cursor_secrets, the same to all programs that serve the "
      "page");
  const std::vector<std::string> weak = {kSecret, "secret"};
  EXPECT_EQ(report_of([&] { const CursorCodec codec(weak, "users"); }),
            "error[config]: a secret in ClientSettings::cursor_secrets is too short\n"
            "  = hint: take at least 16 bytes, better 32, that nobody can guess: openssl rand -hex "
            "32");
}

TEST(Cursor, SignedRubbishIsRefusedToo) {
  for (const std::string_view payload :
       {std::string_view(""), std::string_view("\0", 1), std::string_view("\3", 1),
        std::string_view("\1\11", 2), std::string_view("\1\3\0", 3),
        std::string_view("\1\5\xFF\xFF\xFF\xFFx", 7), std::string_view("\1\7\0\0\0\1", 6)}) {
    EXPECT_EQ(report_of([&] { (void)read_cursor_payload(payload); }), kRefused);
  }
  std::string deep(1, '\1');
  for (int i = 0; i < 9; ++i) deep += std::string("\7\0\0\0\1", 5);
  EXPECT_EQ(report_of([&] { (void)read_cursor_payload(deep + '\0'); }), kRefused);
}

}  // namespace
}  // namespace pgjinja
