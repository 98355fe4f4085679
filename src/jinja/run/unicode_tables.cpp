#include "jinja/run/unicode_tables.hpp"

#include <algorithm>

namespace pgjinja::jinja {

namespace {

#include "jinja/run/unicode_tables.inc"

/// The range that `code` lies in, or nullptr.
template <class Range>
const Range* find_range(std::span<const Range> ranges, std::uint32_t code) noexcept {
  const auto after =
      std::upper_bound(ranges.begin(), ranges.end(), code,
                       [](std::uint32_t c, const Range& range) { return c < range.first; });
  if (after == ranges.begin()) return nullptr;
  const Range& range = *(after - 1);
  return code <= range.last && (code - range.first) % range.step == 0 ? &range : nullptr;
}

}  // namespace

const CodeClass kAlphabetic{kAlphabeticRows};
const CodeClass kDecimal{kDecimalRows};
const CodeClass kDigit{kDigitRows};
const CodeClass kNumeric{kNumericRows};
const CodeClass kLowercase{kLowercaseRows};
const CodeClass kUppercase{kUppercaseRows};
const CodeClass kTitlecase{kTitlecaseRows};
const CodeClass kCased{kCasedRows};
const CodeClass kCaseIgnorable{kCaseIgnorableRows};
const CodeClass kUnprintable{kUnprintableRows};
const CodeClass kNameStart{kNameStartRows};
const CodeClass kNameContinue{kNameContinueRows};
const CaseMapping kToLower{kToLowerRows, kToLowerSeveral};
const CaseMapping kToUpper{kToUpperRows, kToUpperSeveral};
const CaseMapping kToTitle{kToTitleRows, kToTitleSeveral};
const CaseMapping kToFolded{kToFoldedRows, kToFoldedSeveral};

bool is_in(CodeClass set, std::uint32_t code) noexcept { return find_range(set, code) != nullptr; }

const CaseRange* range_of(const CaseMapping& mapping, std::uint32_t code) noexcept {
  return find_range(mapping.ranges, code);
}

std::string_view expansion_of(const CaseMapping& mapping, std::uint32_t code) noexcept {
  const auto found =
      std::lower_bound(mapping.expansions.begin(), mapping.expansions.end(), code,
                       [](const Expansion& e, std::uint32_t c) { return e.letter < c; });
  if (found == mapping.expansions.end() || found->letter != code) return {};
  return found->image;
}

}  // namespace pgjinja::jinja
