#include <pgjinja/core/error.hpp>
#include <pgjinja/core/scalars.hpp>
#include <pgjinja/pg/codec.hpp>

#include <cstring>
#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace pgjinja::pg {
namespace {

/// The bytes of the field, behind their length.
template <class T>
std::string field_of(const T& value, Oid type) {
  const Encoder encode = find_encoder<T>(type);
  if (encode == nullptr) return "no encoder";
  ByteBuffer buffer;
  buffer.append("before");
  encode(&value, buffer);
  const std::string out(buffer.bytes());
  EXPECT_EQ(out.substr(0, 6), "before");
  const std::string head = out.substr(6, 4);
  const auto* size = reinterpret_cast<const unsigned char*>(head.data());
  EXPECT_EQ(size[0] << 24 | size[1] << 16 | size[2] << 8 | size[3], int(out.size()) - 10);
  return out.substr(10);
}

/// What is encoded is decoded to the same, by the codec that is tested against servers.
template <class T>
void expect_there_and_back(const T& value, Oid type) {
  const std::string bytes = field_of(value, type);
  T back{};
  const Decoder decode = find_decoder<T>(type, Format::Binary);
  ASSERT_NE(decode, nullptr) << type_name(type);
  decode({bytes.data(), bytes.size()}, &back);
  EXPECT_EQ(back, value) << type_name(type);
}

TEST(Encoder, EachNaturalPairComesBack) {
  using namespace std::chrono;
  expect_there_and_back(true, oid::kBool);
  expect_there_and_back(false, oid::kBool);
  expect_there_and_back(std::int16_t{-2}, oid::kInt2);
  expect_there_and_back(std::int32_t{-3}, oid::kInt2);
  expect_there_and_back(std::int32_t{-70'000}, oid::kInt4);
  expect_there_and_back(std::int64_t{-4}, oid::kInt2);
  expect_there_and_back(std::int64_t{2'000'000'000}, oid::kInt4);
  expect_there_and_back(std::numeric_limits<std::int64_t>::min(), oid::kInt8);
  expect_there_and_back(-1.5F, oid::kFloat4);
  expect_there_and_back(1e300, oid::kFloat8);
  expect_there_and_back(std::string("Åbo\n"), oid::kText);
  expect_there_and_back(std::string(), oid::kVarchar);
  expect_there_and_back(std::string("x "), oid::kBpchar);
  expect_there_and_back(std::string("[1]"), oid::kJson);
  expect_there_and_back(std::string("[1]"), oid::kJsonb);
  expect_there_and_back(Json{"{}"}, oid::kJson);
  expect_there_and_back(Json{"{}"}, oid::kJsonb);
  expect_there_and_back(std::vector<std::byte>{std::byte{0}, std::byte{255}}, oid::kBytea);
  expect_there_and_back(Date(2024y / 2 / 29), oid::kDate);
  expect_there_and_back(Date(1999y / 12 / 31), oid::kDate);
  expect_there_and_back(TimeOfDay{hours(24)}, oid::kTime);
  expect_there_and_back(Timestamp(microseconds(-1)), oid::kTimestamp);
  expect_there_and_back(TimestampTz(microseconds(1'700'000'000'123'456)), oid::kTimestampTz);
  expect_there_and_back(Interval{-1, 2, microseconds(-3)}, oid::kInterval);
  expect_there_and_back(Uuid::parse("01234567-89ab-cdef-0123-456789abcdef"), oid::kUuid);
}

TEST(Encoder, AWiderTypeTakesASmallerOne) {
  EXPECT_EQ(field_of(std::int16_t{-2}, oid::kInt8), "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFE");
  EXPECT_EQ(field_of(std::int32_t{1}, oid::kInt8), std::string("\0\0\0\0\0\0\0\1", 8));
  EXPECT_EQ(field_of(1.0F, oid::kFloat8), std::string("\x3F\xF0\0\0\0\0\0\0", 8));
}

TEST(Encoder, OtherPairsGoAsText) {
  EXPECT_EQ(find_encoder<std::int64_t>(oid::kText), nullptr);
  EXPECT_EQ(find_encoder<std::int64_t>(oid::kNumeric), nullptr);
  EXPECT_EQ(find_encoder<double>(oid::kFloat4), nullptr);
  EXPECT_EQ(find_encoder<std::string>(oid::kName), nullptr);
  EXPECT_EQ(find_encoder<std::string>(99'999), nullptr);
  EXPECT_EQ(find_encoder<Date>(oid::kTimestamp), nullptr);
  EXPECT_EQ(find_encoder<Timestamp>(oid::kTimestampTz), nullptr);
  EXPECT_EQ(find_encoder<Decimal>(oid::kNumeric), nullptr);
  EXPECT_EQ(find_encoder<Value>(oid::kInt4), nullptr);
  EXPECT_EQ(find_encoder<std::vector<bool>>(oid::kBoolArray), nullptr);
}

template <class T>
std::string refusal_of(const T& value, Oid type) {
  try {
    static_cast<void>(field_of(value, type));
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Encode);
    return error.message();
  }
  return "none";
}

TEST(Encoder, RefusesWhatTheTypeHasNoRoomFor) {
  EXPECT_EQ(refusal_of(std::int32_t{32'768}, oid::kInt2),
            "32768 is out of range for type smallint");
  EXPECT_EQ(refusal_of(std::int64_t{-32'769}, oid::kInt2),
            "-32769 is out of range for type smallint");
  EXPECT_EQ(refusal_of(std::int64_t{1} << 31, oid::kInt4),
            "2147483648 is out of range for type integer");
  EXPECT_EQ(refusal_of(std::string("a\0", 2), oid::kText),
            "text with a NUL byte (at offset 1) cannot be a parameter");
  EXPECT_EQ(refusal_of(Json{"\xFF"}, oid::kJsonb),
            "text that is not valid UTF-8 (at offset 0) cannot be a parameter");
}

TEST(Encoder, APointInTimeDoesNotBecomeAnInfinity) {
  using namespace std::chrono;
  constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kEpoch = 946'684'800'000'000;
  EXPECT_EQ(refusal_of(Timestamp(microseconds(kLeast)), oid::kTimestamp),
            "a point in time is out of range for type timestamp without time zone");
  EXPECT_EQ(refusal_of(TimestampTz(microseconds(kLeast + kEpoch)), oid::kTimestampTz),
            "a point in time is out of range for type timestamp with time zone");
  EXPECT_EQ(refusal_of(TimestampTz(microseconds(kLeast + kEpoch + 1)), oid::kTimestampTz), "none");
  EXPECT_EQ(refusal_of(Date(days(std::int64_t{1} << 31) + days(10'957)), oid::kDate),
            "a point in time is out of range for type date");
}

}  // namespace
}  // namespace pgjinja::pg
