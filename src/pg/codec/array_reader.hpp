#pragma once

#include <pgjinja/pg/types.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace pgjinja::pg {

/// PostgreSQL's bound (MAXDIM in the server's array.h).
inline constexpr std::size_t kMostDimensions = 6;

/// Reads an array in binary: dimensions, then elements, the last dimension's index running
/// fastest. Lower bounds are dropped. @throws Error{Protocol}
class BinaryArray {
 public:
  /// `element` is the type that the column's type says.
  BinaryArray(Field field, Oid element);

  [[nodiscard]] std::size_t dimensions() const noexcept { return dimensions_; }
  /// Of the dimension, from 0; bounded by the field's size.
  [[nodiscard]] std::size_t length(std::size_t dimension) const { return lengths_[dimension]; }
  /// The next element, possibly NULL.
  Field next();
  void expect_end() const;

 private:
  std::uint32_t take32();

  Field field_;
  std::string_view rest_;
  std::size_t dimensions_ = 0;
  std::array<std::size_t, kMostDimensions> lengths_{};
};

/// Reads an array's text, "{1,NULL,\"a b\"}" (manual 8.15.6), as a row of tokens; bounds in front
/// ("[0:1]=") are dropped. @throws Error{Protocol}
class TextArray {
 public:
  enum class Token : std::uint8_t { Open, Close, Element };

  explicit TextArray(Field field);
  /// The next token. Braces match, commas stand where they should, and nothing follows the last
  /// brace, behind which this must not be called.
  Token next();
  /// True behind the last brace.
  [[nodiscard]] bool done() const noexcept { return started_ && depth_ == 0; }
  /// The element that next() found, possibly NULL; valid until the next call.
  [[nodiscard]] Field element() const noexcept { return element_; }

 private:
  Token open();
  Token close();
  Token read_element();
  void read_quoted();
  void read_plain();
  [[nodiscard]] bool at(char c) const noexcept { return rest_.starts_with(c); }
  [[noreturn]] void fail() const;

  Field field_;
  std::string_view rest_;
  std::string buffer_;
  Field element_;
  std::size_t depth_ = 0;
  bool started_ = false;
  bool after_item_ = false;  // a comma or a closing brace must follow
  bool after_comma_ = false;
};

}  // namespace pgjinja::pg
