#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pgjinja::pg {

/// Reads the parts of a date, time or interval text from front to back. A step that does not find
/// its part returns nullopt (or false) and takes nothing.
class DatetimeText {
 public:
  explicit DatetimeText(std::string_view text) : rest_(text) {}

  [[nodiscard]] bool done() const noexcept { return rest_.empty(); }
  bool skip(std::string_view expected) noexcept;
  /// Digits, at least and at most so many (never more than 18).
  std::optional<std::int64_t> number(std::size_t least, std::size_t most) noexcept;
  /// "YYYY-MM-DD" as days since 1970-01-01; `before_christ` counts the year backwards.
  std::optional<std::int64_t> date(bool before_christ) noexcept;
  /// "HH:MM:SS[.ffffff]" in microseconds, with up to so many digits for the hours.
  std::optional<std::int64_t> clock(std::size_t hour_digits) noexcept;
  /// "+HH[:MM[:SS]]" in seconds east of UTC.
  std::optional<std::int64_t> zone() noexcept;

 private:
  std::string_view rest_;
};

/// Takes " BC" off the end.
bool strip_before_christ(std::string_view& text) noexcept;

}  // namespace pgjinja::pg
