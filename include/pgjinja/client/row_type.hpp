#pragma once

#include <pgjinja/client/column_naming.hpp>
#include <pgjinja/client/detail/column_type.hpp>
#include <pgjinja/client/member_output.hpp>
#include <pgjinja/core/context.hpp>
#include <pgjinja/pg/codec.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
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
  Single,    ///< one column, and it is the row
  Map        ///< any columns: a Map from their names to Values
};

/// One place of a row type that a column is decoded into.
struct Member {
  std::string_view name;  ///< empty unless the shape is Members
  std::string type;       ///< as messages spell it: "std::optional<Status>"
  std::string source;     ///< the same of what it is converted from: "std::optional<std::string>"
  std::size_t offset;     ///< from the beginning of the row object
  /// With what a column is read; nullopt when the type does not take it.
  std::optional<pg::Codec> (*find)(pg::Oid type, pg::Format format);
  /// Reads a field that is not NULL; nullptr where this is Codec::decode and nothing more.
  void (*read)(const pg::Codec& codec, pg::Field field, void* member);
  /// Stores NULL; nullptr when the type has no room for it.
  void (*set_null)(void* member);
  MemberOutput output = {};  ///< how it goes out
  std::string column =
      {};  ///< its column's name; another than its own where a ColumnNaming says so
};

/// A C++ row type as the plain code sees it. Immutable; one per type and ColumnNaming, for the
/// program's lifetime.
struct RowType {
  RowType(RowShape shape, std::string name, std::vector<Member> members,
          ColumnNaming naming = nullptr);

  /// The same with the columns' names that `other` says, unless the type has a naming of its own.
  /// Safe to call concurrently.
  [[nodiscard]] const RowType& named(ColumnNaming other) const;

  RowShape shape;
  std::string name;  ///< "City"
  std::vector<Member> members;
  ColumnNaming naming;
  /// What a template is given beside its arguments: `_model_fields_`, the columns' names as a list
  /// of identifiers, when the shape is Members.
  Context context;
};

namespace detail {

template <class T>
void read_column(const pg::Codec& codec, pg::Field field, void* member) {
  Column<T>::read(codec, field, *static_cast<T*>(member));
}

template <class T>
void store_null(void* member) {
  *static_cast<T*>(member) = T();
}

template <class T>
Member describe_member(std::string_view name, std::size_t offset) {
  static_assert(!std::is_const_v<T>, "pgjinja: a member of a mapped struct may not be const");
  static_assert(
      ColumnType<std::remove_const_t<T>>,
      "pgjinja: no column decodes to this type; take bool, std::int16_t, std::int32_t, "
      "std::int64_t, float, double, std::string, std::vector<std::byte>, a type of "
      "std::chrono, pgjinja::{Date, Timestamp, TimestampTz, TimeOfDay, Interval, Uuid, "
      "Decimal, Json, Range, Multirange, Value}, std::vector, std::array or std::optional "
      "of these, a struct or std::tuple for a composite, or specialise "
      "pgjinja::EnumLabels or pgjinja::ColumnConverter for it");
  Member member{name, type_label<T>(), {}, offset, nullptr, nullptr, nullptr};
  if constexpr (ColumnType<T>) {
    member.output = member_output<T>();
    member.source = Column<T>::source();
    member.find = &Column<T>::find;
    if constexpr (!kIsScalar<T>) member.read = &read_column<T>;
    if constexpr (kTakesNull<T>) member.set_null = &store_null<T>;
  }
  return member;
}

template <class T, class... Members, std::size_t... I>
RowType describe_struct(TypeList<Members...>, std::index_sequence<I...>) {
  return {RowShape::Members,
          type_label<T>(),
          {describe_member<Members>(member_name<T, I>(), member_offset<T, I>())...},
          column_naming<T>};
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
RowType describe_single() {
  return {RowShape::Single, type_label<T>(), {describe_member<T>("", 0)}};
}

/// Its one member is what each column becomes.
inline RowType describe_map() {
  return {RowShape::Map, "pgjinja::Map", {describe_member<Value>("", 0)}};
}

template <class T>
RowType describe() {
  if constexpr (std::is_same_v<T, Map>) {
    return describe_map();
  } else if constexpr (kIsTuple<T>) {
    return describe_tuple<T>(std::make_index_sequence<std::tuple_size_v<T>>{});
  } else if constexpr (ColumnType<T> && !Struct<T>) {
    return describe_single<T>();
  } else {
    return describe_struct<T>(MemberTypes<T>{}, std::make_index_sequence<kMemberCount<T>>{});
  }
}

/// The description of one column as T, also of a composite's as a struct or tuple.
template <ColumnType T>
const RowType& column_row_type() {
  static const RowType type = describe_single<T>();
  return type;
}

}  // namespace detail

/// The description of T, made at its first use. T is a struct, an aggregate without bases whose
/// members are of types that one column decodes to (see docs/types.md); a std::tuple or std::pair
/// of such types; a Map, for any columns; or any other one of them, for a single column. Safe to
/// call concurrently.
template <class T>
const RowType& row_type() {
  static const RowType type = detail::describe<T>();
  return type;
}

}  // namespace pgjinja
