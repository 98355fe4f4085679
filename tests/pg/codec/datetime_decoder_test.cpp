#include "core/calendar.hpp"
#include "pg/codec/decoding.hpp"

#include <gtest/gtest.h>

namespace pgjinja::pg {
namespace {

using std::chrono::microseconds;

TEST(DateDecoder, ReadsItsWholeRange) {
  struct Row {
    const char* text;
    CivilDay civil;
  };
  for (const Row& row : {Row{"2000-01-01", {2000, 1, 1}},
                         {"1999-12-31", {1999, 12, 31}},
                         {"2024-03-01", {2024, 3, 1}},
                         {"4713-01-01 BC", {-4712, 1, 1}},
                         {"5874897-12-31", {5874897, 12, 31}}}) {
    SCOPED_TRACE(row.text);
    const Date expected{std::chrono::days(days_from_civil(row.civil))};
    EXPECT_EQ(decode_text<Date>(oid::kDate, row.text), expected);
    EXPECT_EQ(decode_text<Value>(oid::kDate, row.text), Value(row.text));
    const std::int64_t since_2000 = expected.time_since_epoch().count() - 10957;
    std::string hex;
    for (int shift = 24; shift >= 0; shift -= 8) {
      constexpr char kDigits[] = "0123456789abcdef";
      hex += kDigits[since_2000 >> (shift + 4) & 15];
      hex += kDigits[since_2000 >> shift & 15];
    }
    EXPECT_EQ(decode_binary<Date>(oid::kDate, hex), expected);
    EXPECT_EQ(decode_binary<Value>(oid::kDate, hex), Value(row.text));
  }
}

TEST(TimeDecoder, ReadsMidnightTwice) {
  EXPECT_EQ(decode_text<TimeOfDay>(oid::kTime, "00:00:00").since_midnight.count(), 0);
  EXPECT_EQ(decode_text<TimeOfDay>(oid::kTime, "24:00:00").since_midnight.count(), 86'400'000'000);
  EXPECT_EQ(decode_text<TimeOfDay>(oid::kTime, "23:59:59.999999").since_midnight.count(),
            86'399'999'999);
  EXPECT_EQ(decode_text<TimeOfDay>(oid::kTime, "00:00:00.05").since_midnight.count(), 50'000);
  EXPECT_EQ(decode_binary<Value>(oid::kTime, "00 00 00 14 1d d7 60 00"), Value("24:00:00"));
}

TEST(TimestampDecoder, ReadsTheSmallestOfAll) {
  // No server has it: its timestamps begin in 4713 BC.
  EXPECT_EQ(decode_binary<Value>(oid::kTimestamp, "80 00 00 00 00 00 00 01"),
            Value("290279-12-22 19:59:05.224193 BC"));
}

TEST(TimestampDecoder, ReadsTextAndBinaryAlike) {
  struct Row {
    const char* text;
    std::int64_t since_1970;
  };
  for (const Row& row : {Row{"1970-01-01 00:00:00", 0},
                         {"1969-12-31 23:59:59.999999", -1},
                         {"2000-01-01 00:00:00.5", 946'684'800'500'000},
                         {"4713-01-01 00:00:00 BC", -210'863'520'000'000'000},
                         {"294247-01-10 04:00:54.775807", 9'223'372'036'854'775'807}}) {
    EXPECT_EQ(decode_text<Timestamp>(oid::kTimestamp, row.text),
              Timestamp(microseconds(row.since_1970)))
        << row.text;
    EXPECT_EQ(decode_text<Value>(oid::kTimestamp, row.text), Value(row.text));
  }
  EXPECT_EQ(decode_binary<Timestamp>(oid::kTimestamp, "ff ff ff ff ff ff ff ff"),
            Timestamp(microseconds(946'684'799'999'999)));
  // 294276-12-31 23:59:59.999999
  EXPECT_EQ(decode_binary<Value>(oid::kTimestamp, "7f ff ff 5a 8d 87 3f ff").kind(), Kind::Text);
}

TEST(TimestampTzDecoder, IsAnInstantInAnyZone) {
  for (const char* text :
       {"2024-02-29 12:00:00+00", "2024-02-29 17:30:00+05:30", "2024-02-29 08:30:00-03:30",
        "2024-02-29 12:00:00.000000+00", "2024-02-29 11:58:45-00:01:15"}) {
    EXPECT_EQ(decode_text<TimestampTz>(oid::kTimestampTz, text),
              TimestampTz(microseconds(1'709'208'000'000'000)))
        << text;
    EXPECT_EQ(decode_text<Value>(oid::kTimestampTz, text), Value("2024-02-29 12:00:00+00"));
  }
  EXPECT_EQ(decode_text<Value>(oid::kTimestampTz, "0044-03-15 12:00:00+00 BC"),
            Value("0044-03-15 12:00:00+00 BC"));
  EXPECT_EQ(decode_binary<Value>(oid::kTimestampTz, "00 00 00 00 00 00 00 00"),
            Value("2000-01-01 00:00:00+00"));
}

TEST(IntervalDecoder, ReadsEachPartAndSign) {
  struct Row {
    const char* text;
    Interval interval;
  };
  for (const Row& row :
       {Row{"00:00:00", {}},
        {"1 year 2 mons -3 days +04:05:06.789", {14, -3, microseconds(14'706'789'000)}},
        {"-1 years -1 mons", {-13, 0, {}}},
        {"-1 days -00:00:00.5", {0, -1, microseconds(-500'000)}},
        {"178956970 years 7 mons", {2'147'483'647, 0, {}}},
        {"-178956970 years -8 mons", {-2'147'483'647 - 1, 0, {}}},
        {"-2562047788:00:54.775808", {0, 0, microseconds::min()}},
        {"2562047788:00:54.775807", {0, 0, microseconds::max()}}}) {
    EXPECT_EQ(decode_text<Interval>(oid::kInterval, row.text), row.interval) << row.text;
    EXPECT_EQ(to_text(row.interval), row.text);
  }
  const char* hex = "00 00 00 03 6c 96 ca 88 ff ff ff fd 00 00 00 0e";
  EXPECT_EQ(decode_binary<Interval>(oid::kInterval, hex).months, 14);
  EXPECT_EQ(decode_binary<Interval>(oid::kInterval, hex).days, -3);
  EXPECT_EQ(decode_binary<Value>(oid::kInterval, hex).kind(), Kind::Text);
}

template <class T>
void expect_infinite(Oid type, const char* most, const char* least) {
  for (const auto& [hex, text] : {std::pair{most, "infinity"}, {least, "-infinity"}}) {
    EXPECT_EQ(error_kind_of([&] { decode_binary<T>(type, hex); }), ErrorKind::Mapping);
    EXPECT_EQ(error_kind_of([&] { decode_text<T>(type, text); }), ErrorKind::Mapping);
    EXPECT_EQ(decode_binary<Value>(type, hex), Value(text));
    EXPECT_EQ(decode_text<Value>(type, text), Value(text));
  }
}

TEST(DatetimeDecoder, InfinitiesFitOnlyValue) {
  const char* most = "7f ff ff ff ff ff ff ff";
  const char* least = "80 00 00 00 00 00 00 00";
  expect_infinite<Date>(oid::kDate, "7f ff ff ff", "80 00 00 00");
  expect_infinite<Timestamp>(oid::kTimestamp, most, least);
  expect_infinite<TimestampTz>(oid::kTimestampTz, most, least);
  expect_infinite<Interval>(oid::kInterval, "7fffffffffffffff 7fffffff 7fffffff",
                            "8000000000000000 80000000 80000000");
}

TEST(DatetimeDecoder, WhatTheEpochOf1970DoesNotReachFitsOnlyValue) {
  const char* text = "294276-12-31 23:59:59.999999";
  EXPECT_EQ(error_kind_of([&] { decode_text<Timestamp>(oid::kTimestamp, text); }),
            ErrorKind::Mapping);
  EXPECT_EQ(decode_text<Value>(oid::kTimestampTz, std::string(text) + "+00"),
            Value(std::string(text) + "+00"));
}

TEST(DatetimeDecoder, RefusesWhatNoServerSends) {
  for (const char* text : {"", "2024", "2024-13-01", "2024-00-01", "2023-02-29", "2024-01-32",
                           "2024-1-1", "2024-01-01 ", "01/02/2024", "2024-01-01 AD"}) {
    EXPECT_EQ(error_kind_of([&] { decode_text<Date>(oid::kDate, text); }), ErrorKind::Protocol)
        << text;
  }
  for (const char* text : {"", "12", "12:60:00", "12:00:61", "24:00:00.000001", "25:00:00",
                           "12:00:00.", "12:00:00.1234567", "-1:00:00"}) {
    EXPECT_EQ(error_kind_of([&] { decode_text<TimeOfDay>(oid::kTime, text); }), ErrorKind::Protocol)
        << text;
  }
  for (const char* text :
       {"", "2024-01-01", "2024-01-01 12:00:00", "2024-01-01T12:00:00+00", "2024-01-01 12:00:00+",
        "2024-01-01 12:00:00+00x", "2024-01-01 12:00:00 UTC", "9999999-01-01 00:00:00+00"}) {
    EXPECT_EQ(error_kind_of([&] { decode_text<TimestampTz>(oid::kTimestampTz, text); }),
              ErrorKind::Protocol)
        << text;
  }
  for (const char* text : {"", "1", "1 week", "year", "1 year 2", "12:00", "P1Y",
                           "9999999999 years", "99999999999999999999:00:00"}) {
    EXPECT_EQ(error_kind_of([&] { decode_text<Interval>(oid::kInterval, text); }),
              ErrorKind::Protocol)
        << text;
  }
}

}  // namespace
}  // namespace pgjinja::pg
