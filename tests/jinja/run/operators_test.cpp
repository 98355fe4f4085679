#include "jinja/run/operators.hpp"

#include <pgjinja/core/error.hpp>

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja::jinja {
namespace {

using ast::BinaryOp;
using ast::CompareOp;

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();

TEST(Operators, IntegersAreExactOrAnError) {
  struct Row {
    std::int64_t a;
    BinaryOp op;
    std::int64_t b;
    Value result;  // null: an error
  };
  for (const Row& row : {
           Row{kMax, BinaryOp::Add, 0, kMax},  {kMax, BinaryOp::Add, 1, {}},
           {kMin, BinaryOp::Subtract, 1, {}},  {kMax, BinaryOp::Multiply, 2, {}},
           {kMin, BinaryOp::Multiply, -1, {}}, {kMin, BinaryOp::FloorDivide, -1, {}},
           {kMin, BinaryOp::Modulo, -1, 0},    {-7, BinaryOp::FloorDivide, 2, -4},
           {7, BinaryOp::FloorDivide, -2, -4}, {-7, BinaryOp::Modulo, 3, 2},
           {7, BinaryOp::Modulo, -3, -2},      {7, BinaryOp::Divide, 2, 3.5},
           {1, BinaryOp::Divide, 0, {}},       {1, BinaryOp::FloorDivide, 0, {}},
           {1, BinaryOp::Modulo, 0, {}},       {2, BinaryOp::Power, 62, std::int64_t{1} << 62},
           {2, BinaryOp::Power, 63, {}},       {-2, BinaryOp::Power, 63, kMin},
           {2, BinaryOp::Power, kMax, {}},     {1, BinaryOp::Power, kMax, 1},
           {-1, BinaryOp::Power, kMax, -1},    {0, BinaryOp::Power, 0, 1},
           {0, BinaryOp::Power, -1, {}},       {2, BinaryOp::Power, -1, 0.5},
       }) {
    if (row.result.is_null()) {
      EXPECT_THROW(binary(row.op, Value(row.a), Value(row.b)), Error) << row.a << " " << row.b;
      continue;
    }
    const Value got = binary(row.op, Value(row.a), Value(row.b));
    EXPECT_EQ(got.kind(), row.result.kind()) << row.a << " " << row.b;
    EXPECT_EQ(got, row.result) << row.a << " " << row.b;
  }
  EXPECT_THROW(negate(Value(kMin)), Error);
}

TEST(Operators, IntegersAndFloatsCompareExactly) {
  const double two53 = 9007199254740992.0;
  const double two63 = 9223372036854775808.0;
  const double inf = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  struct Row {
    Value a;
    Value b;
    bool less;
  };
  for (const Row& row : {
           Row{std::int64_t{9007199254740993}, two53, false},
           {two53, std::int64_t{9007199254740993}, true},
           {kMax, two63, true},
           {two63, kMax, false},
           {kMin, -two63, false},
           {-two63, kMin, false},
           {-two63 * 2, kMin, true},
           {1, inf, true},
           {-inf, kMin, true},
           {1, nan, false},
           {nan, 1, false},
           {1, 1.5, true},
           {1.5, 1, false},
           {-1, -0.5, true},
           {-1.5, -1, true},
           {true, 1.5, true},
       }) {
    EXPECT_EQ(less(row.a, row.b), row.less);
  }
}

TEST(Operators, RefuseToBuildWithoutBound) {
  EXPECT_THROW(binary(BinaryOp::Multiply, Value("ab"), Value(kMax)), Error);
  EXPECT_THROW(binary(BinaryOp::Multiply, Value::list({1, 2}), Value(kMax)), Error);
  EXPECT_EQ(binary(BinaryOp::Multiply, Value(""), Value(kMax)), Value(""));
  EXPECT_EQ(binary(BinaryOp::Multiply, Value::list({}), Value(kMax)), Value::list({}));
  EXPECT_EQ(binary(BinaryOp::Multiply, Value("ab"), Value(kMin)), Value(""));
}

TEST(Operators, SlicesTakeAnyBounds) {
  const Value digits("0123456789");
  struct Row {
    Value start;
    Value stop;
    Value step;
    const char* result;
  };
  for (const Row& row : {
           Row{{}, {}, {}, "0123456789"},
           {2, 5, {}, "234"},
           {-3, {}, {}, "789"},
           {kMin, kMax, {}, "0123456789"},
           {kMax, kMin, -1, "9876543210"},
           {{}, {}, kMax, "0"},
           {{}, {}, kMin, "9"},
           {{}, {}, -3, "9630"},
           {5, 2, -1, "543"},
           {5, 2, {}, ""},
           {0, 0, {}, ""},
       }) {
    EXPECT_EQ(slice(digits, row.start, row.stop, row.step), Value(row.result));
  }
  EXPECT_THROW(slice(digits, {}, {}, Value(0)), Error);
}

TEST(Operators, ItemsMayBeAnyIndex) {
  const Value list = Value::list({"a", "b"});
  EXPECT_EQ(item(list, Value(-1)), Value("b"));
  for (const std::int64_t index : {std::int64_t{2}, std::int64_t{-3}, kMin, kMax}) {
    EXPECT_TRUE(item(list, Value(index)).is_undefined()) << index;
  }
}

TEST(Operators, TruthIsPythons) {
  for (const Value& v : {Value(), Value::undefined(), Value(false), Value(0), Value(0.0),
                         Value(-0.0), Value(""), Value::bytes(""), Value::list({}), Value(Map{})}) {
    EXPECT_FALSE(truthy(v));
  }
  for (const Value& v : {Value(true), Value(-1), Value(std::nan("")), Value(" "), Value::bytes("x"),
                         Value::list({Value()}), Value(Map{{"a", 1}})}) {
    EXPECT_TRUE(truthy(v));
  }
}

}  // namespace
}  // namespace pgjinja::jinja
