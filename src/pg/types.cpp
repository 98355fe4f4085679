#include <pgjinja/pg/types.hpp>

#include <fmt/format.h>

namespace pgjinja::pg {

namespace {

/// A built-in type that the codecs know.
struct TypeInfo {
  Oid type;
  Oid array;  ///< the type of arrays of it; kUnknown for none
  std::string_view name;
};

constexpr TypeInfo kTypes[] = {
    {oid::kBool, oid::kBoolArray, "boolean"},
    {oid::kBytea, oid::kByteaArray, "bytea"},
    {oid::kChar, oid::kCharArray, "\"char\""},
    {oid::kName, oid::kNameArray, "name"},
    {oid::kInt8, oid::kInt8Array, "bigint"},
    {oid::kInt2, oid::kInt2Array, "smallint"},
    {oid::kInt4, oid::kInt4Array, "integer"},
    {oid::kText, oid::kTextArray, "text"},
    {oid::kOid, oid::kOidArray, "oid"},
    {oid::kJson, oid::kJsonArray, "json"},
    {oid::kXml, oid::kXmlArray, "xml"},
    {oid::kFloat4, oid::kFloat4Array, "real"},
    {oid::kFloat8, oid::kFloat8Array, "double precision"},
    {oid::kUnknownText, oid::kUnknown, "unknown"},
    {oid::kBpchar, oid::kBpcharArray, "character"},
    {oid::kVarchar, oid::kVarcharArray, "character varying"},
    {oid::kDate, oid::kDateArray, "date"},
    {oid::kTime, oid::kTimeArray, "time without time zone"},
    {oid::kTimestamp, oid::kTimestampArray, "timestamp without time zone"},
    {oid::kTimestampTz, oid::kTimestampTzArray, "timestamp with time zone"},
    {oid::kInterval, oid::kIntervalArray, "interval"},
    {oid::kTimeTz, oid::kTimeTzArray, "time with time zone"},
    {oid::kNumeric, oid::kNumericArray, "numeric"},
    {oid::kUuid, oid::kUuidArray, "uuid"},
    {oid::kJsonb, oid::kJsonbArray, "jsonb"},
    {oid::kInt4Range, oid::kInt4RangeArray, "int4range"},
    {oid::kInt8Range, oid::kInt8RangeArray, "int8range"},
    {oid::kNumRange, oid::kNumRangeArray, "numrange"},
    {oid::kTsRange, oid::kTsRangeArray, "tsrange"},
    {oid::kTsTzRange, oid::kTsTzRangeArray, "tstzrange"},
    {oid::kDateRange, oid::kDateRangeArray, "daterange"},
    {oid::kInt4Multirange, oid::kInt4MultirangeArray, "int4multirange"},
    {oid::kInt8Multirange, oid::kInt8MultirangeArray, "int8multirange"},
    {oid::kNumMultirange, oid::kNumMultirangeArray, "nummultirange"},
    {oid::kTsMultirange, oid::kTsMultirangeArray, "tsmultirange"},
    {oid::kTsTzMultirange, oid::kTsTzMultirangeArray, "tstzmultirange"},
    {oid::kDateMultirange, oid::kDateMultirangeArray, "datemultirange"},
};

/// nullptr for types that the codecs do not know, among them arrays.
const TypeInfo* find_type(Oid type) noexcept {
  for (const TypeInfo& info : kTypes) {
    if (info.type == type) return &info;
  }
  return nullptr;
}

}  // namespace

Oid element_type(Oid array) noexcept {
  if (array == oid::kUnknown) return oid::kUnknown;
  for (const TypeInfo& info : kTypes) {
    if (info.array == array) return info.type;
  }
  return oid::kUnknown;
}

bool has_array_type(Oid type) noexcept {
  const TypeInfo* info = find_type(type);
  return info != nullptr && info->array != oid::kUnknown;
}

bool is_foreign(Oid type) noexcept {
  return find_type(type) == nullptr && element_type(type) == oid::kUnknown;
}

std::string type_name(Oid type) {
  if (const TypeInfo* info = find_type(type)) return std::string(info->name);
  if (const Oid element = element_type(type); element != oid::kUnknown) {
    return type_name(element) + "[]";
  }
  return fmt::format("type with OID {}", type);
}

}  // namespace pgjinja::pg
