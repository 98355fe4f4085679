#include "client/columns.hpp"
#include "client/detail/column_decoding.hpp"

#include <pgjinja/client/row_sinks.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja::detail {
namespace {

using test::decode_text;
using test::error_kind_of;
using test::message_of;

constexpr pg::Oid kForeign = 16'999;
constexpr pg::Oid kRecord = 2249;

struct Point {
  std::int32_t x;
  std::optional<double> y;
  friend bool operator==(const Point&, const Point&) = default;
};
struct Named {
  std::string name;
  Point at;
  std::vector<std::int64_t> sizes;
  friend bool operator==(const Named&, const Named&) = default;
};

TEST(CompositeColumn, GoesIntoMembersByPosition) {
  EXPECT_EQ(decode_text<Point>(kForeign, "(1,2.5)"), (Point{1, 2.5}));
  EXPECT_EQ(decode_text<Point>(kRecord, "(-7,)"), (Point{-7, std::nullopt}));
  EXPECT_EQ(decode_text<std::optional<Point>>(kRecord, "(1,)"), (Point{1, std::nullopt}));
  using Pair = std::tuple<bool, std::string>;
  EXPECT_EQ(decode_text<Pair>(kRecord, "(t,a)"), (Pair{true, "a"}));
}

TEST(CompositeColumn, ReadsQuotesAndBackslashes) {
  using Texts = std::tuple<std::optional<std::string>, std::string>;
  const struct {
    const char* text;
    Texts fields;
  } cases[] = {
      {R"x(("a b",c))x", {"a b", "c"}},       {R"x((,""))x", {std::nullopt, ""}},
      {R"x(("""","\\"))x", {"\"", "\\"}},     {R"x(("a,b","(c)"))x", {"a,b", "(c)"}},
      {R"x(("\"",x"y z"))x", {"\"", "xy z"}}, {"(\"a\nb\",\U0001F418)", {"a\nb", "\U0001F418"}}};
  for (const auto& [text, fields] : cases) {
    EXPECT_EQ(decode_text<Texts>(kForeign, text), fields) << text;
  }
}

TEST(CompositeColumn, Nests) {
  const Named expected{"Bo's \"place\"", {1, std::nullopt}, {4, 5}};
  EXPECT_EQ(decode_text<Named>(kForeign, R"x(("Bo's ""place""","(1,)","{4,5}"))x"), expected);
  EXPECT_EQ(decode_text<std::vector<Named>>(kForeign,
                                            R"x({"(\"Bo's \"\"place\"\"\",\"(1,)\",\"{4,5}\")"})x"),
            std::vector<Named>{expected});
  EXPECT_EQ(decode_text<std::vector<std::optional<Point>>>(kForeign, R"x({NULL,"(1,2)"})x"),
            (std::vector<std::optional<Point>>{std::nullopt, Point{1, 2}}));
  EXPECT_EQ(decode_text<std::vector<std::vector<Point>>>(kForeign, R"x({{"(1,)"},{"(2,)"}})x"),
            (std::vector<std::vector<Point>>{{{1, std::nullopt}}, {{2, std::nullopt}}}));
}

TEST(CompositeColumn, SaysWhatDoesNotFit) {
  EXPECT_EQ(message_of([] { decode_text<Point>(kForeign, "(1,2,3)"); }),
            "a composite value of 3 fields does not fit Point, which has 2");
  EXPECT_EQ(message_of([] { decode_text<Point>(kForeign, "(1)"); }),
            "a composite value of 1 field does not fit Point, which has 2");
  EXPECT_EQ(message_of([] { decode_text<Point>(kForeign, "(,1)"); }),
            "field 1 of the composite value, for Point: a NULL in a composite value does not fit "
            "std::int32_t");
  EXPECT_EQ(message_of([] { decode_text<Named>(kForeign, R"x((a,"(b,)",{}))x"); }),
            "field 2 of the composite value, for Named: field 1 of the composite value, for Point: "
            "the server sent 1 bytes that are no integer: 'b'");
  EXPECT_EQ(error_kind_of([] { decode_text<Point>(kForeign, "(b,)"); }), ErrorKind::Mapping);
}

TEST(CompositeColumn, RefusesWhatIsNoComposite) {
  for (const char* text : {"", "(", "1,2", "(1,2", "(1,2)x", "(1,2))", "(\"1,2)", "(1,2\\"}) {
    EXPECT_EQ(error_kind_of([&] { decode_text<Point>(kForeign, text); }), ErrorKind::Protocol)
        << text;
  }
}

TEST(CompositeColumn, TakesForeignTypesInTextOnly) {
  EXPECT_TRUE(Column<Point>::find(kForeign, pg::Format::Text));
  EXPECT_TRUE(Column<Point>::find(kRecord, pg::Format::Text));
  EXPECT_FALSE(Column<Point>::find(kRecord, pg::Format::Binary));
  EXPECT_FALSE(Column<Point>::find(pg::oid::kText, pg::Format::Text));
  EXPECT_FALSE(Column<Point>::find(pg::oid::kInt4Array, pg::Format::Text));
}

struct Place {
  std::int64_t id;
  Point at;
  std::vector<Named> names;
};

TEST(CompositeColumn, IsAMemberOfARow) {
  const test::Columns columns{test::text_column("id", pg::oid::kInt8),
                              test::text_column("at", kForeign),
                              test::text_column("names", kForeign + 1)};
  const auto rows = test::rows_of<Place>(columns, {{"7", "(1,2)", "{}"}});
  EXPECT_EQ(rows.at(0).at, (Point{1, 2}));
  EXPECT_EQ(test::report_of(
                [&] { static_cast<void>(test::rows_of<Place>(columns, {{"7", "(x,2)", "{}"}})); }),
            "error[mapping]: column \"at\" of row 1 does not fit member Place::at (Point): field 1 "
            "of the composite value, for Point: the server sent 1 bytes that are no integer: 'x'\n"
            "  = hint: fields go into members by position, and by their text");
  EXPECT_EQ(
      test::report_of(
          [&] { static_cast<void>(test::rows_of<Place>(columns, {{"7", "open", "{}"}})); }),
      "error[mapping]: column \"at\" of row 1 does not fit member Place::at (Point): the "
      "server sent 4 bytes that are no composite value: 'open'\n"
      "  = hint: its type (type with OID 16999) is none that pgjinja knows; cast it in SQL to "
      "one that it knows");
  EXPECT_EQ(test::report_of([&] {
              auto wrong = columns;
              wrong[1].type = pg::oid::kInt4;
              static_cast<void>(test::rows_of<Place>(wrong, {}));
            }),
            "error[mapping]: column \"at\" is integer, and member Place::at is Point\n"
            "  = hint: cast it in SQL, or make the member std::int32_t");
}

}  // namespace
}  // namespace pgjinja::detail
