#include "pg/codec/decoding.hpp"

#include <gtest/gtest.h>

namespace pgjinja::pg {
namespace {

using Ints = Range<std::int32_t>;
using Days = Range<Date>;

TEST(RangeDecoder, ReadsBothFormats) {
  const struct {
    const char* text;
    const char* hex;
    Ints range;
  } cases[] = {
      {"[1,5)", "02 00000004 00000001 00000004 00000005", {.lower = 1, .upper = 5}},
      {"(,5)", "08 00000004 00000005", {.upper = 5}},
      {"[1,)", "12 00000004 00000001", {.lower = 1}},
      {"(,)", "18", {}},
      {"empty", "01", {.empty = true}},
  };
  for (const auto& [text, hex, range] : cases) {
    EXPECT_EQ(decode_text<Ints>(oid::kInt4Range, text), range) << text;
    EXPECT_EQ(decode_binary<Ints>(oid::kInt4Range, hex), range) << text;
    EXPECT_EQ(decode_binary<Value>(oid::kInt4Range, hex), Value(text));
    EXPECT_EQ(decode_text<Value>(oid::kInt4Range, text), Value(text));
    EXPECT_EQ(to_text(range), text);
  }
  EXPECT_EQ(decode_text<Range<Decimal>>(oid::kNumRange, "(1.50,2.5]"),
            (Range<Decimal>{{{"1.50"}}, {{"2.5"}}, false, true}));
}

TEST(RangeDecoder, ReadsQuotedBounds) {
  const std::string text = "[\"2024-02-29 12:00:00\",\"2024-02-29 12:00:00.5\")";
  const auto range = decode_text<Range<Timestamp>>(oid::kTsRange, text);
  EXPECT_EQ(to_text(range), text);
  EXPECT_EQ(decode_text<Days>(oid::kDateRange, "[\"0044-03-15 BC\",2024-02-29)").lower,
            Date(std::chrono::year{-43} / 3 / 15));
  EXPECT_EQ(to_text(Days{.upper = Date(std::chrono::year{-43} / 3 / 15)}), "(,\"0044-03-15 BC\")");
}

TEST(RangeDecoder, OfTimestampTzIsInUtcAsValue) {
  EXPECT_EQ(decode_text<Value>(oid::kTsTzRange, "[\"2024-02-29 17:30:00+05:30\",infinity]"),
            Value("[\"2024-02-29 12:00:00+00\",infinity]"));
  EXPECT_EQ(decode_text<Value>(oid::kTsTzMultirange, "{(,\"2024-02-29 17:30:00+05:30\")}"),
            Value("{(,\"2024-02-29 12:00:00+00\")}"));
}

TEST(RangeDecoder, AnInfiniteBoundFitsOnlyValue) {
  EXPECT_EQ(error_kind_of([] { decode_text<Days>(oid::kDateRange, "[2024-02-29,infinity)"); }),
            ErrorKind::Mapping);
}

TEST(MultirangeDecoder, ReadsBothFormats) {
  const Multirange<std::int32_t> expected{{{.lower = 1, .upper = 5}, {.lower = 7}}};
  const char* text = "{[1,5),[7,)}";
  const char* hex =
      "00000002 00000011 02 00000004 00000001 00000004 00000005 00000009 12 00000004 00000007";
  EXPECT_EQ(decode_text<Multirange<std::int32_t>>(oid::kInt4Multirange, text), expected);
  EXPECT_EQ(decode_binary<Multirange<std::int32_t>>(oid::kInt4Multirange, hex), expected);
  EXPECT_EQ(decode_binary<Value>(oid::kInt4Multirange, hex), Value(text));
  EXPECT_EQ(to_text(expected), text);
  EXPECT_EQ(decode_text<Multirange<std::int32_t>>(oid::kInt4Multirange, "{}").ranges.size(), 0U);
  EXPECT_EQ(decode_binary<Multirange<std::int32_t>>(oid::kInt4Multirange, "00000000").ranges.size(),
            0U);
}

TEST(RangeDecoder, RefusesWhatNoServerSends) {
  for (const char* text : {"", "1", "[", "[1", "[1,", "[1,5", "[1,5}", "1,5)", "[1,5)x", "[1;5)",
                           "empty ", "[\"1,5)", "[a,5)", "[1,\\"}) {
    EXPECT_EQ(error_kind_of([&] { decode_text<Ints>(oid::kInt4Range, text); }), ErrorKind::Protocol)
        << text;
  }
  for (const char* hex : {"", "02", "02 0000", "02 00000004 00000001", "18 00",
                          "02 00000005 00000001 00000004 00000005", "01 00000004 00000001",
                          "02 ffffffff 00000004 00000005"}) {
    EXPECT_EQ(error_kind_of([&] { decode_binary<Ints>(oid::kInt4Range, hex); }),
              ErrorKind::Protocol)
        << hex;
  }
  using Many = Multirange<std::int32_t>;
  for (const char* text :
       {"", "[1,5)", "{", "{[1,5)", "{[1,5),", "{[1,5),}", "{,}", "{[1,5)}x", "{[1,5)[7,)}"}) {
    EXPECT_EQ(error_kind_of([&] { decode_text<Many>(oid::kInt4Multirange, text); }),
              ErrorKind::Protocol)
        << text;
  }
  for (const char* hex : {"", "000000", "00000001", "ffffffff", "00000000 00", "00000001 00000000",
                          "00000001 00000002 18", "00000001 00000001 18 00"}) {
    EXPECT_EQ(error_kind_of([&] { decode_binary<Many>(oid::kInt4Multirange, hex); }),
              ErrorKind::Protocol)
        << hex;
  }
}

TEST(Range, ComparesWhatMeansSomething) {
  EXPECT_EQ((Ints{.upper = 5, .lower_inclusive = false}), (Ints{.upper = 5}));
  EXPECT_NE((Ints{.lower = 1, .lower_inclusive = false}), (Ints{.lower = 1}));
  EXPECT_NE((Ints{.upper = 1, .upper_inclusive = true}), (Ints{.upper = 1}));
  EXPECT_EQ((Ints{.lower = 1, .empty = true}), (Ints{.empty = true}));
  EXPECT_NE((Ints{.empty = true}), Ints{});
  EXPECT_EQ(Value(Ints{.lower = 1, .upper = 2}), Value("[1,2)"));
  EXPECT_EQ(to_text(Range<Decimal>{{{"1,\"2\\"}}, {}}), "[\"1,\\\"2\\\\\",)");
}

}  // namespace
}  // namespace pgjinja::pg
