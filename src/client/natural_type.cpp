#include "client/natural_type.hpp"

#include <algorithm>
#include <iterator>

namespace pgjinja {

namespace {

struct Pair {
  pg::Oid scalar;
  pg::Oid array;
  std::string_view cpp;
};

/// The first row of a C++ type names its SQL type.
constexpr Pair kPairs[] = {
    {pg::oid::kBool, pg::oid::kBoolArray, "bool"},
    {pg::oid::kInt2, pg::oid::kInt2Array, "std::int16_t"},
    {pg::oid::kInt4, pg::oid::kInt4Array, "std::int32_t"},
    {pg::oid::kInt8, pg::oid::kInt8Array, "std::int64_t"},
    {pg::oid::kFloat4, pg::oid::kFloat4Array, "float"},
    {pg::oid::kFloat8, pg::oid::kFloat8Array, "double"},
    {pg::oid::kNumeric, pg::oid::kNumericArray, "pgjinja::Decimal"},
    {pg::oid::kText, pg::oid::kTextArray, "std::string"},
    {pg::oid::kVarchar, pg::oid::kVarcharArray, "std::string"},
    {pg::oid::kBpchar, pg::oid::kBpcharArray, "std::string"},
    {pg::oid::kName, pg::oid::kNameArray, "std::string"},
    {pg::oid::kBytea, pg::oid::kByteaArray, "std::vector<std::byte>"},
    {pg::oid::kDate, pg::oid::kDateArray, "pgjinja::Date"},
    {pg::oid::kTime, pg::oid::kTimeArray, "pgjinja::TimeOfDay"},
    {pg::oid::kTimestamp, pg::oid::kTimestampArray, "pgjinja::Timestamp"},
    {pg::oid::kTimestampTz, pg::oid::kTimestampTzArray, "pgjinja::TimestampTz"},
    {pg::oid::kInterval, pg::oid::kIntervalArray, "pgjinja::Interval"},
    {pg::oid::kUuid, pg::oid::kUuidArray, "pgjinja::Uuid"},
    {pg::oid::kJsonb, pg::oid::kJsonbArray, "pgjinja::Json"},
    {pg::oid::kJson, pg::oid::kJsonArray, "pgjinja::Json"},
    {pg::oid::kInt4Range, pg::oid::kInt4RangeArray, "pgjinja::Range<std::int32_t>"},
    {pg::oid::kInt8Range, pg::oid::kInt8RangeArray, "pgjinja::Range<std::int64_t>"},
    {pg::oid::kNumRange, pg::oid::kNumRangeArray, "pgjinja::Range<pgjinja::Decimal>"},
    {pg::oid::kDateRange, pg::oid::kDateRangeArray, "pgjinja::Range<pgjinja::Date>"},
    {pg::oid::kTsRange, pg::oid::kTsRangeArray, "pgjinja::Range<pgjinja::Timestamp>"},
    {pg::oid::kTsTzRange, pg::oid::kTsTzRangeArray, "pgjinja::Range<pgjinja::TimestampTz>"},
    {pg::oid::kInt4Multirange, pg::oid::kInt4MultirangeArray, "pgjinja::Multirange<std::int32_t>"},
    {pg::oid::kInt8Multirange, pg::oid::kInt8MultirangeArray, "pgjinja::Multirange<std::int64_t>"},
    {pg::oid::kNumMultirange, pg::oid::kNumMultirangeArray,
     "pgjinja::Multirange<pgjinja::Decimal>"},
    {pg::oid::kDateMultirange, pg::oid::kDateMultirangeArray, "pgjinja::Multirange<pgjinja::Date>"},
    {pg::oid::kTsMultirange, pg::oid::kTsMultirangeArray,
     "pgjinja::Multirange<pgjinja::Timestamp>"},
    {pg::oid::kTsTzMultirange, pg::oid::kTsTzMultirangeArray,
     "pgjinja::Multirange<pgjinja::TimestampTz>"},
};

/// "std::optional<std::string>" without its "std::optional<" and ">".
std::string_view unwrapped(std::string_view type, std::string_view wrapper) noexcept {
  if (!type.starts_with(wrapper) || !type.ends_with('>')) return type;
  return type.substr(wrapper.size(), type.size() - wrapper.size() - 1);
}

const Pair* find_cpp(std::string_view cpp) noexcept {
  const auto* at = std::ranges::find(kPairs, cpp, &Pair::cpp);
  return at == std::end(kPairs) ? nullptr : at;
}

}  // namespace

std::string natural_cpp_type(pg::Oid type) {
  if (type == pg::oid::kUnknown) return {};
  for (const Pair& pair : kPairs) {
    if (pair.scalar == type) return std::string(pair.cpp);
    if (pair.array == type) return "std::vector<" + std::string(pair.cpp) + ">";
  }
  return {};
}

std::string natural_sql_type(std::string_view cpp_type) {
  // Vectors of vectors are one array type: SQL does not tell dimensions apart.
  bool array = false;
  for (std::string_view type = cpp_type;;) {
    type = unwrapped(type, "std::optional<");
    if (type == "std::chrono::microseconds") return array ? "interval[]" : "interval";
    if (const Pair* pair = find_cpp(type)) {
      return pg::type_name(array ? pair->array : pair->scalar);
    }
    const std::string_view element = unwrapped(type, "std::vector<");
    if (element.size() == type.size()) return {};
    array = true;
    type = element;
  }
}

}  // namespace pgjinja
