#pragma once

#include "sql/scanner.hpp"

#include <cstdint>

namespace pgjinja::sql {

/// What the first byte of a text can do to what stands before it.
enum class Beginning : std::uint8_t {
  Separator,  ///< white space, `(`, `,` …: ends whatever was open in code
  Joiner,     ///< an operator character, `:` or `.`: may prolong an operator, a number, a `U`
  Token       ///< a letter, digit, `$` or quote: may prolong a word, number, parameter or string
};

constexpr Beginning beginning_of(ByteClass cls) noexcept {
  switch (cls) {
    case ByteClass::Space:
    case ByteClass::Newline:
    case ByteClass::Other: return Beginning::Separator;
    case ByteClass::Operator:
    case ByteClass::Colon:
    case ByteClass::Dot: return Beginning::Joiner;
    default: return Beginning::Token;
  }
}

/// A set of Beginnings.
using Gate = std::uint8_t;
constexpr Gate gate(Beginning b) noexcept {
  return static_cast<Gate>(1U << static_cast<unsigned>(b));
}

/// Which texts the scanner reads behind `before` just as it reads them alone.
constexpr Gate gate_behind(Touch before) noexcept {
  switch (before) {
    case Touch::Nothing:
      return gate(Beginning::Separator) | gate(Beginning::Joiner) | gate(Beginning::Token);
    case Touch::Parameter:
    case Touch::Identifier: return gate(Beginning::Separator) | gate(Beginning::Joiner);
    case Touch::String:
    case Touch::Continuable:
    case Touch::Inside: return 0;
    default: return gate(Beginning::Separator);
  }
}

/// The 64 bits of TextConstant::note: what scanning the text alone says of it.
class Note {
 public:
  explicit Note(std::uint64_t bits) noexcept : bits_(bits) {}
  Note(Beginning beginning, Touch end, bool blank, bool opens_item, bool says_order,
       bool has_parameter) noexcept
      : bits_(1U | static_cast<std::uint64_t>(gate(beginning)) << 1U |
              static_cast<std::uint64_t>(end) << 4U | std::uint64_t{blank} << 8U |
              std::uint64_t{opens_item} << 9U | std::uint64_t{says_order} << 10U |
              std::uint64_t{has_parameter} << 11U |
              static_cast<std::uint64_t>(gate_behind(end)) << 12U) {}

  [[nodiscard]] std::uint64_t bits() const noexcept { return bits_; }
  /// May it be used behind what `allowed` was made for? Not if there is no summary.
  [[nodiscard]] bool passes(Gate allowed) const noexcept { return ((bits_ >> 1U) & allowed) != 0; }
  /// gate_behind(end())
  [[nodiscard]] Gate gate_at_end() const noexcept { return (bits_ >> 12U) & 7U; }
  [[nodiscard]] Touch end() const noexcept { return static_cast<Touch>((bits_ >> 4U) & 15U); }
  /// Nothing but white space.
  [[nodiscard]] bool blank() const noexcept { return ((bits_ >> 8U) & 1U) != 0; }
  /// Its last token may be a comma, an opening parenthesis or the word BY.
  [[nodiscard]] bool opens_item() const noexcept { return ((bits_ >> 9U) & 1U) != 0; }
  /// It may have the word ORDER.
  [[nodiscard]] bool says_order() const noexcept { return ((bits_ >> 10U) & 1U) != 0; }
  /// It may have a `$1` of its own.
  [[nodiscard]] bool has_parameter() const noexcept { return ((bits_ >> 11U) & 1U) != 0; }

 private:
  std::uint64_t bits_;
};

}  // namespace pgjinja::sql
