#pragma once

#include <pgjinja/core/range.hpp>
#include <pgjinja/core/scalars.hpp>
#include <pgjinja/core/value.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::detail {

/// How messages spell a type that a column decodes to; empty for all others. One table on purpose:
/// __PRETTY_FUNCTION__ says "long int" and "std::__cxx11::basic_string<char>".
template <class T>
inline constexpr std::string_view kScalarLabel = {};
template <>
inline constexpr std::string_view kScalarLabel<bool> = "bool";
template <>
inline constexpr std::string_view kScalarLabel<std::int16_t> = "std::int16_t";
template <>
inline constexpr std::string_view kScalarLabel<std::int32_t> = "std::int32_t";
template <>
inline constexpr std::string_view kScalarLabel<std::int64_t> = "std::int64_t";
template <>
inline constexpr std::string_view kScalarLabel<float> = "float";
template <>
inline constexpr std::string_view kScalarLabel<double> = "double";
template <>
inline constexpr std::string_view kScalarLabel<std::string> = "std::string";
template <>
inline constexpr std::string_view kScalarLabel<std::vector<std::byte>> = "std::vector<std::byte>";
template <>
inline constexpr std::string_view kScalarLabel<Date> = "pgjinja::Date";
template <>
inline constexpr std::string_view kScalarLabel<Timestamp> = "pgjinja::Timestamp";
template <>
inline constexpr std::string_view kScalarLabel<TimestampTz> = "pgjinja::TimestampTz";
template <>
inline constexpr std::string_view kScalarLabel<TimeOfDay> = "pgjinja::TimeOfDay";
template <>
inline constexpr std::string_view kScalarLabel<Interval> = "pgjinja::Interval";
template <>
inline constexpr std::string_view kScalarLabel<std::chrono::microseconds> =
    "std::chrono::microseconds";
template <>
inline constexpr std::string_view kScalarLabel<Uuid> = "pgjinja::Uuid";
template <>
inline constexpr std::string_view kScalarLabel<Decimal> = "pgjinja::Decimal";
template <>
inline constexpr std::string_view kScalarLabel<Json> = "pgjinja::Json";
template <>
inline constexpr std::string_view kScalarLabel<Value> = "pgjinja::Value";
template <>
inline constexpr std::string_view kScalarLabel<Range<std::int32_t>> =
    "pgjinja::Range<std::int32_t>";
template <>
inline constexpr std::string_view kScalarLabel<Range<std::int64_t>> =
    "pgjinja::Range<std::int64_t>";
template <>
inline constexpr std::string_view kScalarLabel<Range<Decimal>> = "pgjinja::Range<pgjinja::Decimal>";
template <>
inline constexpr std::string_view kScalarLabel<Range<Date>> = "pgjinja::Range<pgjinja::Date>";
template <>
inline constexpr std::string_view kScalarLabel<Range<Timestamp>> =
    "pgjinja::Range<pgjinja::Timestamp>";
template <>
inline constexpr std::string_view kScalarLabel<Range<TimestampTz>> =
    "pgjinja::Range<pgjinja::TimestampTz>";
template <>
inline constexpr std::string_view kScalarLabel<Multirange<std::int32_t>> =
    "pgjinja::Multirange<std::int32_t>";
template <>
inline constexpr std::string_view kScalarLabel<Multirange<std::int64_t>> =
    "pgjinja::Multirange<std::int64_t>";
template <>
inline constexpr std::string_view kScalarLabel<Multirange<Decimal>> =
    "pgjinja::Multirange<pgjinja::Decimal>";
template <>
inline constexpr std::string_view kScalarLabel<Multirange<Date>> =
    "pgjinja::Multirange<pgjinja::Date>";
template <>
inline constexpr std::string_view kScalarLabel<Multirange<Timestamp>> =
    "pgjinja::Multirange<pgjinja::Timestamp>";
template <>
inline constexpr std::string_view kScalarLabel<Multirange<TimestampTz>> =
    "pgjinja::Multirange<pgjinja::TimestampTz>";

template <class T>
inline constexpr bool kIsScalar = !kScalarLabel<T>.empty();

}  // namespace pgjinja::detail
