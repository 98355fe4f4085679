#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace pgjinja::jinja {

/// Code points from `first` to `last`: each, or every second one.
struct CodeRange {
  std::uint32_t first;
  std::uint32_t last;
  std::uint32_t step;
};
/// Letters that all lie equally far from their image.
struct CaseRange {
  std::uint32_t first;
  std::uint32_t last;
  std::uint32_t step;
  std::int32_t distance;
};
/// A letter whose image is several: ß becomes SS.
struct Expansion {
  std::uint32_t letter;
  std::string_view image;
};

using CodeClass = std::span<const CodeRange>;
struct CaseMapping {
  std::span<const CaseRange> ranges;
  std::span<const Expansion> expansions;
};

// What Python's str methods know, as tools/unicode_tables.py asked them. All in ascending order.
extern const CodeClass kAlphabetic;
extern const CodeClass kDecimal;
extern const CodeClass kDigit;    // beyond kDecimal
extern const CodeClass kNumeric;  // beyond kDigit
extern const CodeClass kLowercase;
extern const CodeClass kUppercase;
extern const CodeClass kTitlecase;
extern const CodeClass kCased;  // beyond kLowercase and kUppercase
extern const CodeClass kCaseIgnorable;
extern const CodeClass kUnprintable;
extern const CodeClass kNameStart;     // where that is not the same as kAlphabetic
extern const CodeClass kNameContinue;  // beyond those that may start a name

extern const CaseMapping kToLower;
extern const CaseMapping kToUpper;
extern const CaseMapping kToTitle;   // where that is not the same as kToUpper
extern const CaseMapping kToFolded;  // where that is not the same as kToLower

/// Is `code` in `set`?
bool is_in(CodeClass set, std::uint32_t code) noexcept;
/// The range of `mapping` that moves `code`, or nullptr.
const CaseRange* range_of(const CaseMapping& mapping, std::uint32_t code) noexcept;
/// The several letters that `code` becomes, or nothing.
std::string_view expansion_of(const CaseMapping& mapping, std::uint32_t code) noexcept;

}  // namespace pgjinja::jinja
