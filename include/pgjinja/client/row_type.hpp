#pragma once

#include <pgjinja/client/detail/type_label.hpp>
#include <pgjinja/client/member_output.hpp>
#include <pgjinja/core/context.hpp>
#include <pgjinja/pg/codec.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace pgjinja {

/// How columns find their place in a row type.
enum class RowShape : std::uint8_t {
  Members,   ///< a struct: by name
  Elements,  ///< a std::tuple or std::pair: by position
  Single     ///< one column, and it is the row
};

/// One place of a row type that a column is decoded into.
struct Member {
  std::string_view name;  ///< empty unless the shape is Members
  std::string type;       ///< as messages spell it: "std::optional<std::string>"
  std::size_t offset;     ///< from the beginning of the row object
  /// pg::find_decoder for this type, an optional taken off.
  pg::Decoder (*find_decoder)(pg::Oid type, pg::Format format);
  /// Makes an optional hold a value and returns its address; nullptr for a plain type.
  void* (*engage)(void* member);
  /// Stores NULL; nullptr when the type has no room for it.
  void (*set_null)(void* member);
  MemberOutput output = {};  ///< how it goes out
};

/// A C++ row type as the plain code sees it. Immutable; one per type, for the program's lifetime.
struct RowType {
  RowType(RowShape shape, std::string name, std::vector<Member> members);

  RowShape shape;
  std::string name;  ///< "City"
  std::vector<Member> members;
  /// What a template is given beside its arguments: `_model_fields_`, the member names as a list
  /// of identifiers, when the shape is Members.
  Context context;
};

namespace detail {

template <class T>
void* engage_optional(void* member) {
  auto& optional = *static_cast<T*>(member);
  optional.emplace();
  if constexpr (OptionalOf<typename T::value_type>::is) {
    return engage_optional<typename T::value_type>(&*optional);
  } else {
    return &*optional;
  }
}

template <class T>
void store_null(void* member) {
  *static_cast<T*>(member) = T();
}

template <class T>
Member describe_member(std::string_view name, std::size_t offset) {
  static_assert(!std::is_const_v<T>, "pgjinja: a member of a mapped struct may not be const");
  static_assert(ColumnType<std::remove_const_t<T>>,
                "pgjinja: no column decodes to this type; take bool, std::int16_t, std::int32_t, "
                "std::int64_t, float, double, std::string, std::vector<std::byte>, "
                "pgjinja::{Date, Timestamp, TimestampTz, TimeOfDay, Interval, Uuid, Decimal, Json, "
                "Value}, or std::vector or std::optional of these");
  Member member{name, type_label<T>(), offset, nullptr, nullptr, nullptr};
  if constexpr (ColumnType<T>) {
    member.output = member_output<T>();
    member.find_decoder = &pg::find_decoder<typename OptionalOf<T>::Inner>;
    if constexpr (OptionalOf<T>::is) member.engage = &engage_optional<T>;
    if constexpr (OptionalOf<T>::is || std::is_same_v<T, Value>) member.set_null = &store_null<T>;
  }
  return member;
}

template <class T, class... Members, std::size_t... I>
RowType describe_struct(TypeList<Members...>, std::index_sequence<I...>) {
  return {RowShape::Members,
          type_label<T>(),
          {describe_member<Members>(member_name<T, I>(), member_offset<T, I>())...}};
}

template <class T, std::size_t... I>
RowType describe_tuple(std::index_sequence<I...>) {
  const T sample{};
  const auto offset = [&sample](const void* element) {
    return static_cast<std::size_t>(static_cast<const char*>(element) -
                                    reinterpret_cast<const char*>(&sample));
  };
  return {RowShape::Elements,
          "the tuple",
          {describe_member<std::tuple_element_t<I, T>>("", offset(&std::get<I>(sample)))...}};
}

template <class T>
inline constexpr bool kIsTuple = false;
template <class... Elements>
inline constexpr bool kIsTuple<std::tuple<Elements...>> = true;
template <class First, class Second>
inline constexpr bool kIsTuple<std::pair<First, Second>> = true;

template <class T>
RowType describe() {
  if constexpr (ColumnType<T>) {
    return {RowShape::Single, type_label<T>(), {describe_member<T>("", 0)}};
  } else if constexpr (kIsTuple<T>) {
    return describe_tuple<T>(std::make_index_sequence<std::tuple_size_v<T>>{});
  } else {
    return describe_struct<T>(MemberTypes<T>{}, std::make_index_sequence<kMemberCount<T>>{});
  }
}

}  // namespace detail

/// The description of T, made at its first use. T is a type that one column decodes to (see
/// pg::find_decoder), a std::tuple or std::pair of such types, or a struct: an aggregate without
/// bases whose members are of such types. Safe to call concurrently.
template <class T>
const RowType& row_type() {
  static const RowType type = detail::describe<T>();
  return type;
}

}  // namespace pgjinja
