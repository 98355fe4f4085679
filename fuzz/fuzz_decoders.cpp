// Hostile field bytes into every decoder: two bytes choose the type and the format, the rest is the
// field. A decoder may refuse as Protocol or Mapping error; it may not crash, overread or throw
// anything else.

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/codec.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <vector>

namespace {

using namespace pgjinja;
using pg::Field;
using pg::Format;
using pg::Oid;
namespace oid = pg::oid;

constexpr Oid kTypes[] = {
    oid::kBool,      oid::kBytea,       oid::kChar,      oid::kName,         oid::kInt8,
    oid::kInt2,      oid::kInt4,        oid::kText,      oid::kOid,          oid::kJson,
    oid::kXml,       oid::kFloat4,      oid::kFloat8,    oid::kUnknownText,  oid::kBpchar,
    oid::kVarchar,   oid::kDate,        oid::kTime,      oid::kTimestamp,    oid::kTimestampTz,
    oid::kInterval,  oid::kTimeTz,      oid::kNumeric,   oid::kUuid,         oid::kJsonb,
    oid::kBoolArray, oid::kByteaArray,  oid::kNameArray, oid::kInt2Array,    oid::kInt4Array,
    oid::kTextArray, oid::kFloat8Array, oid::kDateArray, oid::kTimeArray,    oid::kTimestampArray,
    oid::kUuidArray, oid::kJsonbArray,  oid::kInt8Array, oid::kNumericArray, oid::kIntervalArray,
    Oid{16999}};

template <class T>
void decode_as(Oid type, Format format, Field field) {
  const pg::Decoder decoder = pg::find_decoder<T>(type, format);
  if (decoder == nullptr) return;
  T value{};
  try {
    decoder(field, &value);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::Protocol && error.kind() != ErrorKind::Mapping) std::abort();
  }
}

template <class... T>
void decode_as_each(Oid type, Format format, Field field) {
  ((decode_as<T>(type, format, field), decode_as<std::vector<T>>(type, format, field),
    decode_as<std::vector<std::optional<T>>>(type, format, field)),
   ...);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const Oid type = kTypes[data[0] % std::size(kTypes)];
  const auto format = data[1] % 2 == 0 ? Format::Text : Format::Binary;
  // A copy of its own, so that a read behind the field is seen.
  const std::vector<char> bytes(data + 2, data + size);
  const Field field{bytes.empty() ? "" : bytes.data(), bytes.size()};
  decode_as<Value>(type, format, field);
  decode_as_each<bool, std::int16_t, std::int32_t, std::int64_t, float, double, std::string,
                 std::vector<std::byte>, Date, Timestamp, TimestampTz, TimeOfDay, Interval, Uuid,
                 Decimal, Json>(type, format, field);
  return 0;
}
