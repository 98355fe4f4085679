#include "client/natural_type.hpp"

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

TEST(NaturalType, PairsSqlAndCppTypes) {
  const struct {
    pg::Oid oid;
    std::string cpp, sql;
  } cases[] = {
      {pg::oid::kInt8, "std::int64_t", "bigint"},
      {pg::oid::kNumeric, "pgjinja::Decimal", "numeric"},
      {pg::oid::kText, "std::string", "text"},
      {pg::oid::kBytea, "std::vector<std::byte>", "bytea"},
      {pg::oid::kTimestampTz, "pgjinja::TimestampTz", "timestamp with time zone"},
      {pg::oid::kJsonb, "pgjinja::Json", "jsonb"},
      {pg::oid::kInt4Array, "std::vector<std::int32_t>", "integer[]"},
      {pg::oid::kInt4Range, "pgjinja::Range<std::int32_t>", "int4range"},
      {pg::oid::kTsTzMultirange, "pgjinja::Multirange<pgjinja::TimestampTz>", "tstzmultirange"},
      {pg::oid::kDateRangeArray, "std::vector<pgjinja::Range<pgjinja::Date>>", "daterange[]"},
      {pg::oid::kByteaArray, "std::vector<std::vector<std::byte>>", "bytea[]"},
  };
  for (const auto& [oid, cpp, sql] : cases) {
    EXPECT_EQ(natural_cpp_type(oid), cpp);
    EXPECT_EQ(natural_sql_type(cpp), sql);
    EXPECT_EQ(natural_sql_type("std::optional<" + cpp + ">"), sql);
  }
}

TEST(NaturalType, KnowsWhatItDoesNotKnow) {
  EXPECT_EQ(natural_cpp_type(pg::oid::kUnknown), "");
  EXPECT_EQ(natural_cpp_type(123456), "");
  EXPECT_EQ(natural_cpp_type(pg::oid::kVarcharArray), "std::vector<std::string>");
  EXPECT_EQ(natural_sql_type("pgjinja::Value"), "");
  EXPECT_EQ(natural_sql_type("std::vector<std::optional<bool>>"), "boolean[]");
  EXPECT_EQ(natural_sql_type("City"), "");
  EXPECT_EQ(natural_sql_type("std::vector<City>"), "");
  EXPECT_EQ(natural_sql_type(""), "");
  EXPECT_EQ(natural_sql_type("std::vector<std::vector<std::optional<std::int32_t>>>"), "integer[]");
  EXPECT_EQ(natural_sql_type("std::optional<std::chrono::microseconds>"), "interval");
  EXPECT_EQ(natural_sql_type("std::vector<std::chrono::microseconds>"), "interval[]");
}

}  // namespace
}  // namespace pgjinja
