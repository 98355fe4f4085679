#pragma once

#include "pg/codec/sources.hpp"

#include <pgjinja/pg/array_reader.hpp>

#include <array>
#include <cstddef>
#include <utility>
#include <vector>

namespace pgjinja::pg {

/// An array of any depth as Value, lists in lists; its elements are of the type
/// kSources<Value>[kIndex].
template <std::size_t kIndex>
struct ListOf {
  static constexpr Source kSource = kSources<Value>[kIndex];

  /// What stands between an Open and its Close. ArrayReader bounds the depth of this recursion.
  static Value read_items(ArrayReader& array, Decoder decoder) {
    std::vector<Value> items;
    for (;;) {
      switch (array.next()) {
        case ArrayReader::Token::Close: return Value::list(std::move(items));
        case ArrayReader::Token::Open: items.push_back(read_items(array, decoder)); break;
        case ArrayReader::Token::Element:
          Value& item = items.emplace_back();
          if (!array.element().is_null()) decoder(array.element(), &item);
      }
    }
  }
  static Value read(Field field, Format format, Decoder decoder) {
    ArrayReader array(field, kSource.type, format);
    array.next();  // the first Open
    return read_items(array, decoder);
  }
  static void binary(Field field, void* target) {
    *static_cast<Value*>(target) = read(field, Format::Binary, kSource.binary);
  }
  static void text(Field field, void* target) {
    *static_cast<Value*>(target) = read(field, Format::Text, kSource.text);
  }
};

/// The decoders from arrays of each source of Value, in the order of kSources<Value>.
template <std::size_t... kIndex>
constexpr auto list_sources(std::index_sequence<kIndex...>) {
  return std::array<Source, sizeof...(kIndex)>{
      Source{kSources<Value>[kIndex].type, kSources<Value>[kIndex].in_binary,
             kSources<Value>[kIndex].in_binary ? ListOf<kIndex>::binary : nullptr,
             ListOf<kIndex>::text}...};
}

}  // namespace pgjinja::pg
