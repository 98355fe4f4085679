#pragma once

#include "pg/codec/array_reader.hpp"
#include "pg/codec/field_bytes.hpp"
#include "pg/codec/sources.hpp"
#include "pg/codec/type_table.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace pgjinja::pg {

[[noreturn]] inline void throw_dimensions(std::size_t dimensions) {
  throw does_not_fit(fmt::format("an array of {} dimensions", dimensions), "a vector")
      .hint("take it as a Value, or unnest it in the query");
}

/// A vector of T, or of std::optional<T> where NULL elements are to be taken; its elements are of
/// the type kSources<T>[kIndex].
template <class T, bool kNullable, std::size_t kIndex>
struct VectorOf {
  using Element = std::conditional_t<kNullable, std::optional<T>, T>;
  static constexpr Source kSource = kSources<T>[kIndex];

  static void append(std::vector<Element>& out, Field field, Decoder decoder) {
    if (field.is_null()) {
      if constexpr (kNullable) {
        out.emplace_back(std::nullopt);
        return;
      } else {
        throw does_not_fit("a NULL in an array", "the vector's element")
            .hint("make it a vector of std::optional");
      }
    }
    T value{};
    decoder(field, &value);
    out.push_back(std::move(value));
  }

  static void binary(Field field, void* target) {
    BinaryArray array(field, kSource.type);
    if (array.dimensions() > 1) throw_dimensions(array.dimensions());
    std::vector<Element> out;
    const std::size_t size = array.dimensions() == 0 ? 0 : array.length(0);
    out.reserve(size);
    for (std::size_t i = 0; i < size; ++i) append(out, array.next(), kSource.binary);
    array.expect_end();
    *static_cast<std::vector<Element>*>(target) = std::move(out);
  }

  static void text(Field field, void* target) {
    TextArray array(field);
    std::vector<Element> out;
    array.next();  // the opening brace
    for (;;) {
      const TextArray::Token token = array.next();
      if (token == TextArray::Token::Close) break;
      if (token == TextArray::Token::Open) throw_dimensions(dimensions_of(field));
      append(out, array.element(), kSource.text);
    }
    *static_cast<std::vector<Element>*>(target) = std::move(out);
  }

  static std::size_t dimensions_of(Field field) {
    TextArray array(field);
    std::size_t depth = 0;
    while (array.next() == TextArray::Token::Open) ++depth;
    return depth;
  }
};

/// An array of any depth as Value: lists in lists.
template <std::size_t kIndex>
struct ListOf {
  static constexpr Source kSource = kSources<Value>[kIndex];

  static Value element(Field field, Decoder decoder) {
    Value value;
    if (!field.is_null()) decoder(field, &value);
    return value;
  }

  static Value read_dimension(BinaryArray& array, std::size_t dimension) {
    const std::size_t size = array.length(dimension);
    const bool last = dimension + 1 == array.dimensions();
    std::vector<Value> items;
    items.reserve(size);
    for (std::size_t i = 0; i < size; ++i) {
      items.push_back(last ? element(array.next(), kSource.binary)
                           : read_dimension(array, dimension + 1));
    }
    return Value::list(std::move(items));
  }
  static void binary(Field field, void* target) {
    BinaryArray array(field, kSource.type);
    Value list = array.dimensions() == 0 ? Value::list({}) : read_dimension(array, 0);
    array.expect_end();
    *static_cast<Value*>(target) = std::move(list);
  }

  // TextArray bounds the depth of this recursion.
  static Value read_braces(TextArray& array) {
    std::vector<Value> items;
    for (;;) {
      const TextArray::Token token = array.next();
      if (token == TextArray::Token::Close) return Value::list(std::move(items));
      items.push_back(token == TextArray::Token::Open ? read_braces(array)
                                                      : element(array.element(), kSource.text));
    }
  }
  static void text(Field field, void* target) {
    TextArray array(field);
    array.next();  // the opening brace
    *static_cast<Value*>(target) = read_braces(array);
  }
};

/// The decoders from arrays of each source of T, in the order of kSources<T>.
template <class T, template <std::size_t> class Array, std::size_t... kIndex>
constexpr auto array_sources(std::index_sequence<kIndex...>) {
  return std::array<Source, sizeof...(kIndex)>{Source{
      kSources<T>[kIndex].type, kSources<T>[kIndex].in_binary,
      kSources<T>[kIndex].in_binary ? Array<kIndex>::binary : nullptr, Array<kIndex>::text}...};
}

}  // namespace pgjinja::pg
