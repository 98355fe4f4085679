// Hostile field bytes into every decoder: a byte chooses the SQL type, one the format and for which
// C++ type to try arrays of it (0: every type itself), the rest is the field. A decoder may refuse
// as Protocol or Mapping error; it may not crash, overread or throw anything else.

#include <pgjinja/client/row_type.hpp>
#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/codec.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

namespace fuzzed {

enum class Status { Open, Closed };
struct Money {
  std::int64_t cents = 0;
};
struct Point {
  std::int32_t x;
  std::optional<std::string> label;
};
struct Shape {
  Point centre;
  std::vector<std::optional<Point>> corners;
  std::tuple<double, pgjinja::TimestampTz, pgjinja::Value> rest;
  pgjinja::Range<pgjinja::Decimal> range;
};

}  // namespace fuzzed

template <>
struct pgjinja::EnumLabels<fuzzed::Status> {
  static constexpr std::pair<fuzzed::Status, std::string_view> labels[] = {
      {fuzzed::Status::Open, "open"}, {fuzzed::Status::Closed, "closed"}};
};
template <>
struct pgjinja::ColumnConverter<fuzzed::Money> {
  using From = std::int64_t;
  static fuzzed::Money convert(std::int64_t cents) {
    if (cents < 0) throw std::out_of_range("negative");
    return {cents};
  }
};

namespace {

using namespace pgjinja;
using pg::Field;
using pg::Format;
using pg::Oid;
namespace oid = pg::oid;

// New ones go to the end: seeds choose by number.
constexpr Oid kTypes[] = {oid::kBool,
                          oid::kBytea,
                          oid::kChar,
                          oid::kName,
                          oid::kInt8,
                          oid::kInt2,
                          oid::kInt4,
                          oid::kText,
                          oid::kOid,
                          oid::kJson,
                          oid::kXml,
                          oid::kFloat4,
                          oid::kFloat8,
                          oid::kUnknownText,
                          oid::kBpchar,
                          oid::kVarchar,
                          oid::kDate,
                          oid::kTime,
                          oid::kTimestamp,
                          oid::kTimestampTz,
                          oid::kInterval,
                          oid::kTimeTz,
                          oid::kNumeric,
                          oid::kUuid,
                          oid::kJsonb,
                          oid::kBoolArray,
                          oid::kByteaArray,
                          oid::kNameArray,
                          oid::kInt2Array,
                          oid::kInt4Array,
                          oid::kTextArray,
                          oid::kFloat8Array,
                          oid::kDateArray,
                          oid::kTimeArray,
                          oid::kTimestampArray,
                          oid::kUuidArray,
                          oid::kJsonbArray,
                          oid::kInt8Array,
                          oid::kNumericArray,
                          oid::kIntervalArray,
                          Oid{16999},
                          oid::kUnknown,
                          oid::kInt4Range,
                          oid::kInt8Range,
                          oid::kNumRange,
                          oid::kDateRange,
                          oid::kTsRange,
                          oid::kTsTzRange,
                          oid::kInt4Multirange,
                          oid::kInt8Multirange,
                          oid::kNumMultirange,
                          oid::kDateMultirange,
                          oid::kTsMultirange,
                          oid::kTsTzMultirange,
                          oid::kInt4RangeArray,
                          oid::kTsTzRangeArray,
                          oid::kDateMultirangeArray};

template <class T>
void decode_as(Oid type, Format format, Field field) {
  const auto codec = detail::Column<T>::find(type, format);
  if (!codec) return;
  T value{};
  try {
    detail::Column<T>::read(*codec, field, value);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::Protocol && error.kind() != ErrorKind::Mapping) std::abort();
  }
}

template <class T>
void decode_as_arrays(Oid type, Format format, Field field) {
  decode_as<std::vector<T>>(type, format, field);
  decode_as<std::vector<std::optional<T>>>(type, format, field);
  decode_as<std::vector<std::vector<T>>>(type, format, field);
  decode_as<std::array<T, 2>>(type, format, field);
}

/// Refusals are exceptions, which are slow: so not everything is tried each time.
template <class... T>
void decode_as_chosen(std::size_t choice, Oid type, Format format, Field field) {
  choice %= sizeof...(T) + 1;
  if (choice == 0) return (decode_as<T>(type, format, field), ...);
  std::size_t number = 0;
  ((++number == choice ? decode_as_arrays<T>(type, format, field) : void()), ...);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const Oid type = kTypes[data[0] % std::size(kTypes)];
  const auto format = data[1] % 2 == 0 ? Format::Text : Format::Binary;
  // A copy of its own, so that a read behind the field is seen.
  const std::vector<char> bytes(data + 2, data + size);
  const Field field{bytes.empty() ? "" : bytes.data(), bytes.size()};
  // New ones go to the end here too.
  decode_as_chosen<bool, std::int16_t, std::int32_t, std::int64_t, float, double, std::string,
                   std::vector<std::byte>, std::array<std::byte, 3>, Date, Timestamp, TimestampTz,
                   TimeOfDay, Interval, Uuid, Decimal, Json, Value, std::chrono::microseconds,
                   std::chrono::hours, std::chrono::year_month_day,
                   std::chrono::sys_time<std::chrono::nanoseconds>, std::chrono::local_seconds,
                   fuzzed::Status, fuzzed::Money, fuzzed::Point, fuzzed::Shape,
                   std::tuple<bool, std::int64_t>, Range<std::int32_t>, Range<std::int64_t>,
                   Range<Decimal>, Range<Date>, Range<Timestamp>, Range<TimestampTz>,
                   Multirange<std::int32_t>, Multirange<std::int64_t>, Multirange<Decimal>,
                   Multirange<Date>, Multirange<Timestamp>, Multirange<TimestampTz>>(
      data[1] / 2U, type, format, field);
  return 0;
}
