#pragma once

#include <pgjinja/client/column_converter.hpp>
#include <pgjinja/client/detail/reflection.hpp>
#include <pgjinja/client/detail/scalar_label.hpp>
#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/array_reader.hpp>
#include <pgjinja/pg/codec.hpp>
#include <pgjinja/pg/record.hpp>

#include <array>
#include <cstddef>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

// What one column can become: a scalar; a type that is converted from another one; a struct or
// tuple, from a composite; std::vector and std::array of these, from an array; std::optional.

namespace pgjinja::detail {

/// How fields of a column become a T. Defined for column types only, each with
/// - `label()`, as messages spell it, and `source()`, the same of what it is converted from;
/// - `find(type, format)`: with what a column of that type is read, nullopt when T does not take
/// it;
/// - `read(codec, field, out)` of a field that is not NULL.
template <class T>
struct Column;

template <class T>
concept ColumnType = requires { Column<T>::label(); };

template <class T>
concept ConvertibleFromColumn = requires { typename ColumnConverter<T>::From; };

template <class T>
inline constexpr bool kIsTuple = false;
template <class... Elements>
inline constexpr bool kIsTuple<std::tuple<Elements...>> = true;
template <class First, class Second>
inline constexpr bool kIsTuple<std::pair<First, Second>> = true;

template <class T>
inline constexpr bool kIsStdArray = false;
template <class T, std::size_t N>
inline constexpr bool kIsStdArray<std::array<T, N>> = true;

/// A struct of yours.
template <class T>
concept Struct = std::is_class_v<T> && std::is_aggregate_v<T> && !kIsScalar<T> && !kIsStdArray<T> &&
                 !kIsTuple<T> && !ConvertibleFromColumn<T>;

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

/// Has the type room for NULL?
template <class T>
inline constexpr bool kTakesNull = kIsOptional<T> || std::is_same_v<T, Value>;

/// "std::optional<std::string>", or for a type of yours its name without namespaces: "City".
template <class T>
std::string type_label() {
  if constexpr (ColumnType<T>) {
    return Column<T>::label();
  } else {
    return std::string(type_name_in(spelled_type<T>()));
  }
}

/// @throws Error{Mapping}
[[noreturn]] void throw_null_inside(std::string_view place, const std::string& label);

/// Reads a field inside of another one: an array's element, or a field of a composite.
template <class T>
void read_inside(const pg::Codec& codec, pg::Field field, T& out, std::string_view place) {
  if (!field.is_null()) {
    Column<T>::read(codec, field, out);
  } else if constexpr (kTakesNull<T>) {
    out = T();
  } else {
    throw_null_inside(place, type_label<T>());
  }
}

template <class T>
  requires kIsScalar<T>
struct Column<T> {
  static std::string label() { return std::string(kScalarLabel<T>); }
  static std::string source() { return label(); }
  static std::optional<pg::Codec> find(pg::Oid type, pg::Format format) {
    const pg::Decoder decode = pg::find_decoder<T>(type, format);
    return decode == nullptr ? std::nullopt : std::optional(pg::Codec{decode, type, format});
  }
  static void read(const pg::Codec& codec, pg::Field field, T& out) { codec.decode(field, &out); }
};

template <ColumnType T>
struct Column<std::optional<T>> {
  static std::string label() { return "std::optional<" + Column<T>::label() + ">"; }
  static std::string source() { return "std::optional<" + Column<T>::source() + ">"; }
  static std::optional<pg::Codec> find(pg::Oid type, pg::Format format) {
    return Column<T>::find(type, format);
  }
  static void read(const pg::Codec& codec, pg::Field field, std::optional<T>& out) {
    Column<T>::read(codec, field, out.emplace());
  }
};

/// The innermost elements of nested vectors and arrays, which SQL does not tell from one array.
template <class T>
struct ElementOf {
  static constexpr std::size_t dimensions = 0;
  using Type = T;
};
template <class T>
  requires(!kIsScalar<std::vector<T>>)
struct ElementOf<std::vector<T>> {
  static constexpr std::size_t dimensions = 1 + ElementOf<T>::dimensions;
  using Type = typename ElementOf<T>::Type;
};
template <class T, std::size_t N>
  requires(!std::is_same_v<T, std::byte>)
struct ElementOf<std::array<T, N>> {
  static constexpr std::size_t dimensions = 1 + ElementOf<T>::dimensions;
  using Type = typename ElementOf<T>::Type;
};

/// The type of an array column's elements; nullopt for a type that is no array. Of a foreign type
/// only its text can tell whether it is one, and nobody tells what its elements are.
std::optional<pg::Oid> element_of(pg::Oid type, pg::Format format) noexcept;
/// @throws Error{Mapping} unless it has so many dimensions, or is empty.
void expect_dimensions(const pg::ArrayReader& array, std::size_t dimensions);
/// @throws Error{Mapping}
[[noreturn]] void throw_length(std::string_view what, std::size_t length, std::size_t wanted);
/// For brackets where none should be. @throws Error{Protocol}
[[noreturn]] void throw_ragged();

template <class T>
void read_items(pg::ArrayReader& array, const pg::Codec& codec, std::vector<T>& out);
template <class T, std::size_t N>
void read_items(pg::ArrayReader& array, const pg::Codec& codec, std::array<T, N>& out);

/// Reads what stands between an Open and its Close.
template <class T>
void read_items(pg::ArrayReader& array, const pg::Codec& codec, std::vector<T>& out) {
  using Token = pg::ArrayReader::Token;
  constexpr bool nested = ElementOf<T>::dimensions > 0;
  for (Token token = array.next(); token != Token::Close; token = array.next()) {
    if ((token == Token::Open) != nested) throw_ragged();
    T item{};
    if constexpr (nested) {
      read_items(array, codec, item);
    } else {
      read_inside(codec, array.element(), item, "an array");
    }
    out.push_back(std::move(item));
  }
}
template <class T, std::size_t N>
void read_items(pg::ArrayReader& array, const pg::Codec& codec, std::array<T, N>& out) {
  std::vector<T> items;
  items.reserve(N);
  read_items(array, codec, items);
  if (items.size() != N) throw_length("an array", items.size(), N);
  for (std::size_t i = 0; i < N; ++i) out[i] = std::move(items[i]);
}

/// An SQL array of as many dimensions as T has.
template <class T>
struct ArrayColumn {
  using Element = typename ElementOf<T>::Type;

  static std::optional<pg::Codec> find(pg::Oid type, pg::Format format) {
    const std::optional<pg::Oid> element = element_of(type, format);
    return element ? Column<Element>::find(*element, format) : std::nullopt;
  }
  static void read(const pg::Codec& codec, pg::Field field, T& out) {
    pg::ArrayReader array(field, codec.type, codec.format);
    expect_dimensions(array, ElementOf<T>::dimensions);
    array.next();  // the first Open
    T items{};
    read_items(array, codec, items);
    out = std::move(items);
  }
};

template <ColumnType T>
  requires(!kIsScalar<std::vector<T>>)
struct Column<std::vector<T>> : ArrayColumn<std::vector<T>> {
  static std::string label() { return "std::vector<" + Column<T>::label() + ">"; }
  static std::string source() { return "std::vector<" + Column<T>::source() + ">"; }
};
template <ColumnType T, std::size_t N>
struct Column<std::array<T, N>> : ArrayColumn<std::array<T, N>> {
  static std::string label() {
    return "std::array<" + Column<T>::label() + ", " + std::to_string(N) + ">";
  }
  static std::string source() { return "std::vector<" + Column<T>::source() + ">"; }
};

/// bytea of exactly this length.
template <std::size_t N>
struct Column<std::array<std::byte, N>> {
  using Bytes = Column<std::vector<std::byte>>;

  static std::string label() { return "std::array<std::byte, " + std::to_string(N) + ">"; }
  static std::string source() { return Bytes::label(); }
  static std::optional<pg::Codec> find(pg::Oid type, pg::Format format) {
    return Bytes::find(type, format);
  }
  static void read(const pg::Codec& codec, pg::Field field, std::array<std::byte, N>& out) {
    std::vector<std::byte> bytes;
    Bytes::read(codec, field, bytes);
    if (bytes.size() != N) throw_length("a bytea", bytes.size(), N);
    std::copy(bytes.begin(), bytes.end(), out.begin());
  }
};

template <class T>
std::string converted_label() {
  if constexpr (requires { ColumnConverter<T>::label(); }) {
    return ColumnConverter<T>::label();
  } else {
    return std::string(type_name_in(spelled_type<T>()));
  }
}

/// @throws Error{Mapping} with the message, detail and hint of what a conversion has thrown.
[[noreturn]] void throw_conversion(const Error& error);
[[noreturn]] void throw_conversion(const std::exception& error);

template <ConvertibleFromColumn T>
struct Column<T> {
  using Converter = ColumnConverter<T>;
  using From = typename Converter::From;
  static_assert(ColumnType<From>,
                "pgjinja: ColumnConverter::From must be a type that a column "
                "decodes to");

  static std::string label() { return converted_label<T>(); }
  static std::string source() { return Column<From>::source(); }
  static std::optional<pg::Codec> find(pg::Oid type, pg::Format format) {
    return Column<From>::find(type, format);
  }
  static void read(const pg::Codec& codec, pg::Field field, T& out) {
    From from{};
    Column<From>::read(codec, field, from);
    try {
      out = Converter::convert(std::move(from));
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const Error& error) {
      throw_conversion(error);
    } catch (const std::exception& error) {
      throw_conversion(error);
    }
  }
};

/// With what a type is read whose text is all that there is of it.
template <class T>
const pg::Codec& text_codec() {
  static const pg::Codec codec = *Column<T>::find(pg::oid::kUnknown, pg::Format::Text);
  return codec;
}

/// Can this be a composite type, in text?
bool may_be_composite(pg::Oid type, pg::Format format) noexcept;
using RecordFields = std::vector<std::optional<std::string>>;
/// @throws Error{Mapping} when there is another number of fields than `wanted`, of `label`.
void expect_fields(const RecordFields& fields, const std::string& label, std::size_t wanted);
/// What a field of a composite value was not: `cause`, told of its place, counted from 0.
/// @throws Error{Mapping}
[[noreturn]] void throw_in_record(const Error& cause, const std::string& label, std::size_t index);

/// The text of a composite value, whose fields go into the members of T in their order (manual
/// 8.16.6): it does not name them, nor tell their types.
template <class T>
struct CompositeColumn {
  static std::string source() { return {}; }
  static std::optional<pg::Codec> find(pg::Oid type, pg::Format format) {
    if (!may_be_composite(type, format)) return std::nullopt;
    return pg::Codec{nullptr, type, format};
  }

  template <class M>
  static void read_field(const std::optional<std::string>& field, M& member, std::size_t index) {
    static_assert(ColumnType<M>, "pgjinja: no column decodes to the type of a composite's member");
    try {
      read_inside(text_codec<M>(), field ? pg::Field{field->data(), field->size()} : pg::Field{},
                  member, "a composite value");
    } catch (const Error& error) {
      throw_in_record(error, Column<T>::label(), index);
    }
  }
  template <class... M>
  static void read_fields(const RecordFields& fields, M&... members) {
    expect_fields(fields, Column<T>::label(), sizeof...(M));
    std::size_t i = 0;
    ((read_field(fields[i], members, i), ++i), ...);
  }
};

template <Struct T>
struct Column<T> : CompositeColumn<T> {
  static std::string label() { return std::string(type_name_in(spelled_type<T>())); }
  static void read(const pg::Codec&, pg::Field field, T& out) {
    const RecordFields fields = pg::split_record(field);
    visit_members<kMemberCount<T>>(
        out, [&](auto&... members) { CompositeColumn<T>::read_fields(fields, members...); });
  }
};

template <class T>
  requires kIsTuple<T>
struct Column<T> : CompositeColumn<T> {
  static std::string label() { return "the tuple"; }
  static void read(const pg::Codec&, pg::Field field, T& out) {
    const RecordFields fields = pg::split_record(field);
    std::apply([&](auto&... members) { CompositeColumn<T>::read_fields(fields, members...); }, out);
  }
};

}  // namespace pgjinja::detail
