#pragma once

#include <pgjinja/core/scalars.hpp>
#include <pgjinja/core/value.hpp>
#include <pgjinja/pg/codec.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace pgjinja {

/// How a member of a row type goes out to the server.
struct MemberOutput {
  /// The address of what an optional holds, or nullptr when it holds nothing; nullptr for a plain
  /// type.
  const void* (*held)(const void* member) = nullptr;
  /// pg::find_encoder for what is held; nullptr for a type that always goes as text.
  pg::Encoder (*find_encoder)(pg::Oid type) = nullptr;
  /// The member as a Value, null for an empty optional; nullptr for a type that becomes none.
  Value (*to_value)(const void* member) = nullptr;
  /// It is a Value already, and so may be of any kind: a mark, an undefined one.
  bool any = false;
};

namespace detail {

template <class T>
struct Held {
  static constexpr bool optional = false;
  using Type = T;
};
template <class T>
struct Held<std::optional<T>> {
  static constexpr bool optional = true;
  using Type = typename Held<T>::Type;
};

template <class T, class... Types>
inline constexpr bool kIsOneOf = (std::is_same_v<T, Types> || ...);
template <class T>
inline constexpr bool kHasEncoder =
    kIsOneOf<T, bool, std::int16_t, std::int32_t, std::int64_t, float, double, std::string,
             std::vector<std::byte>, Date, Timestamp, TimestampTz, TimeOfDay, Interval, Uuid, Json>;

template <class T>
const void* held_in(const void* member) {
  const auto& optional = *static_cast<const T*>(member);
  if (!optional) return nullptr;
  if constexpr (Held<typename T::value_type>::optional) {
    return held_in<typename T::value_type>(&*optional);
  } else {
    return &*optional;
  }
}

template <class T>
Value as_value(const void* member) {
  return Value(*static_cast<const T*>(member));
}

template <class T>
MemberOutput member_output() {
  MemberOutput output;
  if constexpr (Held<T>::optional) output.held = &held_in<T>;
  if constexpr (kHasEncoder<typename Held<T>::Type>) {
    output.find_encoder = &pg::find_encoder<typename Held<T>::Type>;
  }
  if constexpr (std::constructible_from<Value, const T&>) output.to_value = &as_value<T>;
  output.any = std::is_same_v<typename Held<T>::Type, Value>;
  return output;
}

}  // namespace detail
}  // namespace pgjinja
