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
  const std::string_view type = unwrapped(cpp_type, "std::optional<");
  if (const Pair* pair = find_cpp(type)) return pg::type_name(pair->scalar);
  const std::string_view element = unwrapped(unwrapped(type, "std::vector<"), "std::optional<");
  const Pair* pair = element.size() == type.size() ? nullptr : find_cpp(element);
  return pair == nullptr ? std::string() : pg::type_name(pair->array);
}

}  // namespace pgjinja
