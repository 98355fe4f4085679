#pragma once

#include <pgjinja/client/detail/reflection.hpp>
#include <pgjinja/core/scalars.hpp>
#include <pgjinja/core/value.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
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
inline constexpr std::string_view kScalarLabel<Uuid> = "pgjinja::Uuid";
template <>
inline constexpr std::string_view kScalarLabel<Decimal> = "pgjinja::Decimal";
template <>
inline constexpr std::string_view kScalarLabel<Json> = "pgjinja::Json";
template <>
inline constexpr std::string_view kScalarLabel<Value> = "pgjinja::Value";

template <class T>
inline constexpr bool kIsScalar = !kScalarLabel<T>.empty();

template <class T>
struct OptionalOf {
  static constexpr bool is = false;
  using Inner = T;
};
template <class T>
struct OptionalOf<std::optional<T>> {
  static constexpr bool is = true;
  using Inner = typename OptionalOf<T>::Inner;
};

template <class T>
inline constexpr bool kIsArray = false;
template <class T>
inline constexpr bool kIsArray<std::vector<T>> = kIsScalar<T> && !std::is_same_v<T, Value>;
template <class T>
inline constexpr bool kIsArray<std::vector<std::optional<T>>> =
    kIsScalar<T> && !std::is_same_v<T, Value>;

/// What one column can become: a scalar, a vector of scalars (of optional ones too), or an
/// optional of these.
template <class T>
concept ColumnType =
    kIsScalar<typename OptionalOf<T>::Inner> || kIsArray<typename OptionalOf<T>::Inner>;

/// "std::optional<std::string>", or for a type of yours its name without namespaces: "City".
template <class T>
std::string type_label() {
  if constexpr (kIsScalar<T>) {
    return std::string(kScalarLabel<T>);
  } else if constexpr (OptionalOf<T>::is) {
    return "std::optional<" + type_label<typename T::value_type>() + ">";
  } else if constexpr (kIsArray<T>) {
    return "std::vector<" + type_label<typename T::value_type>() + ">";
  } else {
    return std::string(type_name_in(spelled_type<T>()));
  }
}

}  // namespace pgjinja::detail
