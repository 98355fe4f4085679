#include "client/columns.hpp"
#include "client/detail/column_decoding.hpp"

#include <pgjinja/client/column_converter.hpp>
#include <pgjinja/client/row_sinks.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace shop {
enum class Status { Open, Closed, Unnamed };
struct Money {
  std::int64_t cents = 0;
  friend bool operator==(const Money&, const Money&) = default;
};
/// Throws what its text says.
struct Thrower {};
}  // namespace shop

template <>
struct pgjinja::EnumLabels<shop::Status> {
  static constexpr std::pair<shop::Status, std::string_view> labels[] = {
      {shop::Status::Open, "open"}, {shop::Status::Closed, "all done"}};
};
template <>
struct pgjinja::ColumnConverter<shop::Money> {
  using From = std::int64_t;
  static shop::Money convert(std::int64_t cents) {
    if (cents < 0) {
      throw Error(ErrorKind::Runtime, "money cannot be negative").detail("d").hint("h");
    }
    return {cents};
  }
};
template <>
struct pgjinja::ColumnConverter<shop::Thrower> {
  using From = std::string;
  static std::string label() { return "the thrower"; }
  static shop::Thrower convert(const std::string& what) {
    if (what == "memory") throw std::bad_alloc();
    if (what == "int") throw 7;
    throw std::invalid_argument(what);
  }
};

namespace pgjinja {
namespace {

using shop::Money;
using shop::Status;
using std::chrono::microseconds;
using test::Columns;
using test::decode_binary;
using test::decode_text;
using test::error_kind_of;
using test::message_of;
using test::report_of;
using test::rows_of;
using test::text_column;
namespace oid = pg::oid;

constexpr pg::Oid kForeign = 16'999;

TEST(EnumColumn, ComesFromItsLabel) {
  for (const pg::Oid type : {oid::kText, oid::kVarchar, kForeign}) {
    EXPECT_EQ(decode_text<Status>(type, "open"), Status::Open);
    EXPECT_EQ(decode_text<Status>(type, "all done"), Status::Closed);
  }
  EXPECT_EQ(decode_binary<Status>(oid::kText, "6f 70 65 6e"), Status::Open);
  EXPECT_EQ(decode_text<std::vector<Status>>(kForeign, "{open,\"all done\"}"),
            (std::vector{Status::Open, Status::Closed}));
  EXPECT_EQ(decode_text<std::vector<std::optional<Status>>>(oid::kTextArray, "{NULL,open}"),
            (std::vector<std::optional<Status>>{std::nullopt, Status::Open}));
  EXPECT_FALSE(detail::Column<Status>::find(oid::kInt4, pg::Format::Text));
}

struct Order {
  std::optional<Status> status;
};

TEST(EnumColumn, AnUnknownLabelListsTheKnownOnes) {
  EXPECT_EQ(report_of([] {
              static_cast<void>(rows_of<Order>({text_column("status", kForeign)}, {{"Open"}}));
            }),
            "error[mapping]: column \"status\" of row 1 does not fit member Order::status "
            "(std::optional<Status>): \"Open\" is none of its labels\n"
            "  = detail: labels: open, all done\n"
            "  = hint: add the label to EnumLabels");
}

TEST(EnumColumn, IsItsLabelAsAnArgument) {
  EXPECT_EQ(Value(Status::Closed), Value("all done"));
  EXPECT_EQ(Value(std::optional<Status>(Status::Open)), Value("open"));
  EXPECT_EQ(Value(std::vector{Status::Open}), Value::list({"open"}));
  EXPECT_EQ(report_of([] { Value(Status::Unnamed); }),
            "error[encode]: the enumerator of value 2 has no label\n"
            "  = detail: labels: open, all done");
}

struct Prices {
  Money price;
  std::vector<std::optional<Money>> past;
};

TEST(ColumnConverter, ConvertsWhereverItStands) {
  const Columns columns{text_column("price", oid::kInt4), text_column("past", oid::kInt8Array)};
  const auto rows = rows_of<Prices>(columns, {{"5", "{1,NULL}"}});
  EXPECT_EQ(rows.at(0).price, Money{5});
  EXPECT_EQ(rows.at(0).past, (std::vector<std::optional<Money>>{Money{1}, std::nullopt}));
  EXPECT_EQ(rows_of<std::optional<Money>>({text_column("m", oid::kInt8)}, {{{}}, {"3"}}),
            (std::vector<std::optional<Money>>{std::nullopt, Money{3}}));
}

TEST(ColumnConverter, SaysFromWhatItConverts) {
  const auto report = [](pg::Oid price, pg::Oid past) {
    return report_of([&] {
      static_cast<void>(
          rows_of<Prices>({text_column("price", price), text_column("past", past)}, {}));
    });
  };
  EXPECT_EQ(report(oid::kNumeric, oid::kInt8Array),
            "error[mapping]: column \"price\" is numeric, and member Prices::price is Money\n"
            "  = hint: cast it in SQL (\"price\"::bigint), or make the member pgjinja::Decimal");
  EXPECT_EQ(report(oid::kInt8, oid::kNumericArray),
            "error[mapping]: column \"past\" is numeric[], and member Prices::past is "
            "std::vector<std::optional<Money>>\n"
            "  = hint: cast it in SQL (\"past\"::bigint[]), or make the member "
            "std::vector<pgjinja::Decimal>");
}

TEST(ColumnConverter, WhatItThrowsNamesColumnMemberAndRow) {
  const Columns columns{text_column("price", oid::kInt8), text_column("past", oid::kInt8Array)};
  EXPECT_EQ(
      report_of([&] { static_cast<void>(rows_of<Prices>(columns, {{"5", "{}"}, {"-5", "{}"}})); }),
      "error[mapping]: column \"price\" of row 2 does not fit member Prices::price (Money): "
      "money cannot be negative\n"
      "  = detail: d\n"
      "  = hint: h");
  const auto thrown = [](const char* what) {
    static_cast<void>(rows_of<shop::Thrower>({text_column("t", oid::kText)}, {{what}}));
  };
  EXPECT_EQ(report_of([&] { thrown("not so"); }),
            "error[mapping]: column \"t\" of row 1 does not fit the value asked for (the thrower): "
            "not so");
  EXPECT_THROW(thrown("memory"), std::bad_alloc);
  EXPECT_THROW(thrown("int"), int);
}

TEST(ChronoColumn, ConvertsUnitsThatLoseNothing) {
  using namespace std::chrono;
  EXPECT_EQ(decode_text<sys_seconds>(oid::kTimestampTz, "1970-01-01 00:00:07+00"), sys_seconds(7s));
  EXPECT_EQ(decode_text<sys_time<milliseconds>>(oid::kTimestampTz, "1969-12-31 23:59:59.5+00"),
            sys_time<milliseconds>(-500ms));
  EXPECT_EQ(decode_binary<sys_time<nanoseconds>>(oid::kTimestampTz, "00 00 00 00 00 00 00 01"),
            sys_time<nanoseconds>(946'684'800s + 1us));
  EXPECT_EQ(decode_text<local_seconds>(oid::kTimestamp, "1970-01-01 00:01:00"), local_seconds(60s));
  EXPECT_EQ(decode_text<local_days>(oid::kTimestamp, "1970-01-03 00:00:00"), local_days(days(2)));
  EXPECT_EQ(decode_text<hours>(oid::kInterval, "2 days 03:00:00"), hours(51));
  EXPECT_EQ(decode_text<microseconds>(oid::kInterval, "-00:00:00.000001"), microseconds(-1));
  EXPECT_EQ(decode_text<minutes>(oid::kTime, "24:00:00"), hours(24));
  EXPECT_EQ(decode_binary<minutes>(oid::kTime, "00 00 00 14 1d d7 60 00"), hours(24));
  EXPECT_EQ(decode_text<std::vector<seconds>>(oid::kIntervalArray, "{00:00:01,00:00:02}"),
            (std::vector<seconds>{1s, 2s}));
  EXPECT_EQ(decode_text<year_month_day>(oid::kDate, "0044-03-15 BC"), year{-43} / 3 / 15);
  using Odd = duration<std::int64_t, std::ratio<7, 3>>;
  EXPECT_EQ(decode_text<Odd>(oid::kInterval, "00:00:07"), Odd(3));
}

TEST(ChronoColumn, RefusesLoss) {
  using namespace std::chrono;
  EXPECT_EQ(
      message_of([] { decode_text<sys_seconds>(oid::kTimestampTz, "1970-01-01 00:00:00.5+00"); }),
      "500000 microseconds cannot be counted in its unit without loss");
  const auto refused = [](auto call) { return error_kind_of(call) == ErrorKind::Mapping; };
  EXPECT_TRUE(refused(
      [] { decode_text<sys_time<nanoseconds>>(oid::kTimestampTz, "2263-01-01 00:00:00+00"); }));
  EXPECT_TRUE(refused([] { decode_text<hours>(oid::kInterval, "00:59:00"); }));
  EXPECT_TRUE(refused([] { decode_text<duration<std::int8_t>>(oid::kInterval, "00:02:08"); }));
  EXPECT_EQ(decode_text<duration<std::int8_t>>(oid::kInterval, "00:02:07"), 127s);
  EXPECT_TRUE(refused([] { decode_text<microseconds>(oid::kInterval, "infinity"); }));
  EXPECT_TRUE(refused([] { decode_text<microseconds>(oid::kInterval, "106751992 days"); }));
  EXPECT_EQ(message_of([] { decode_text<seconds>(oid::kInterval, "1 mon"); }),
            "the interval 1 mon does not fit a duration");
  EXPECT_EQ(message_of([] { decode_text<year_month_day>(oid::kDate, "32768-01-01"); }),
            "the year of 32768-01-01 is beyond std::chrono::year");
  EXPECT_EQ(decode_text<year_month_day>(oid::kDate, "32767-12-31"), year::max() / 12 / 31);
}

TEST(ChronoColumn, IsSpeltAsProgramsDo) {
  using namespace std::chrono;
  EXPECT_EQ(row_type<sys_seconds>().name, "std::chrono::sys_time<std::chrono::seconds>");
  EXPECT_EQ(row_type<local_time<nanoseconds>>().name,
            "std::chrono::local_time<std::chrono::nanoseconds>");
  EXPECT_EQ(row_type<std::optional<minutes>>().name, "std::optional<std::chrono::minutes>");
  EXPECT_EQ(row_type<year_month_day>().name, "std::chrono::year_month_day");
  EXPECT_EQ((row_type<std::array<std::byte, 4>>().name), "std::array<std::byte, 4>");
  EXPECT_EQ((row_type<std::array<std::optional<Status>, 4>>().name),
            "std::array<std::optional<Status>, 4>");
  EXPECT_EQ(report_of([] {
              static_cast<void>(rows_of<std::vector<minutes>>({text_column("d", oid::kInt4)}, {}));
            }),
            "error[mapping]: column \"d\" is integer, and the value asked for is "
            "std::vector<std::chrono::minutes>\n"
            "  = hint: cast it in SQL (\"d\"::interval[]), or ask for std::int32_t");
}

}  // namespace
}  // namespace pgjinja
