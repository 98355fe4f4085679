#pragma once

#include <cstdint>

namespace pgjinja::pg {

/// A type's OID in the server's catalogue; the built-in ones never change (pg_type.dat).
using Oid = std::uint32_t;

namespace oid {
inline constexpr Oid kUnknown = 0;  ///< not told by the server yet
inline constexpr Oid kBool = 16, kBytea = 17, kChar = 18, kName = 19, kInt8 = 20, kInt2 = 21,
                     kInt4 = 23, kText = 25, kOid = 26, kJson = 114, kXml = 142, kFloat4 = 700,
                     kFloat8 = 701, kUnknownText = 705, kBpchar = 1042, kVarchar = 1043,
                     kDate = 1082, kTime = 1083, kTimestamp = 1114, kTimestampTz = 1184,
                     kInterval = 1186, kTimeTz = 1266, kNumeric = 1700, kUuid = 2950, kJsonb = 3802;
inline constexpr Oid kBoolArray = 1000, kByteaArray = 1001, kNameArray = 1003, kInt2Array = 1005,
                     kInt4Array = 1007, kTextArray = 1009, kBpcharArray = 1014,
                     kVarcharArray = 1015, kInt8Array = 1016, kFloat4Array = 1021,
                     kFloat8Array = 1022, kTimestampArray = 1115, kDateArray = 1182,
                     kTimeArray = 1183, kTimestampTzArray = 1185, kIntervalArray = 1187,
                     kNumericArray = 1231, kUuidArray = 2951, kJsonArray = 199, kJsonbArray = 3807,
                     kCharArray = 1002, kOidArray = 1028, kXmlArray = 143, kTimeTzArray = 1270;
inline constexpr Oid kInt4Range = 3904, kNumRange = 3906, kTsRange = 3908, kTsTzRange = 3910,
                     kDateRange = 3912, kInt8Range = 3926, kInt4Multirange = 4451,
                     kNumMultirange = 4532, kTsMultirange = 4533, kTsTzMultirange = 4534,
                     kDateMultirange = 4535, kInt8Multirange = 4536;
inline constexpr Oid kInt4RangeArray = 3905, kNumRangeArray = 3907, kTsRangeArray = 3909,
                     kTsTzRangeArray = 3911, kDateRangeArray = 3913, kInt8RangeArray = 3927,
                     kInt4MultirangeArray = 6150, kNumMultirangeArray = 6151,
                     kTsMultirangeArray = 6152, kTsTzMultirangeArray = 6153,
                     kDateMultirangeArray = 6155, kInt8MultirangeArray = 6157;
}  // namespace oid

}  // namespace pgjinja::pg
