#pragma once

#include <pgjinja/pg/types.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pgjinja::pg {

/// PostgreSQL's bound (MAXDIM in the server's array.h).
inline constexpr std::size_t kMostDimensions = 6;

/// Reads an array field as a row of tokens, the last dimension's index running fastest. In text it
/// is "{1,NULL,\"a b\"}" (manual 8.15.6). Lower bounds ("[0:1]=") are dropped.
/// @throws Error{Protocol} for bytes that are no such array.
class ArrayReader {
 public:
  enum class Token : std::uint8_t { Open, Close, Element };

  /// The field must outlive this. In binary its elements have to be of the type `element`.
  ArrayReader(Field field, Oid element, Format format);

  /// 0 for an empty array, which comes as Open and Close.
  [[nodiscard]] std::size_t dimensions() const noexcept { return dimensions_; }
  /// The next token. Opens and Closes match, and nothing follows the last Close, behind which this
  /// must not be called.
  Token next();
  /// The element that next() found, possibly NULL; valid until the next call.
  [[nodiscard]] Field element() const noexcept { return element_; }

 private:
  void read_header(Oid element);
  void skip_bounds();
  Token next_in_binary();
  Token next_in_text();
  Token open();
  Token close();
  void read_sized();
  void read_quoted();
  void read_plain();
  std::uint32_t take32();
  [[nodiscard]] bool at(char c) const noexcept { return rest_.starts_with(c); }
  [[noreturn]] void fail() const;

  Field field_;
  std::string_view rest_;
  Format format_;
  std::size_t dimensions_ = 0;
  std::size_t depth_ = 0;
  Field element_;
  // In binary: each dimension's length, and how much of it is left.
  std::array<std::size_t, kMostDimensions> lengths_{};
  std::array<std::size_t, kMostDimensions> left_{};
  // In text.
  std::string buffer_;
  bool after_item_ = false;  // a comma or a closing brace must follow
  bool after_comma_ = false;
};

}  // namespace pgjinja::pg
