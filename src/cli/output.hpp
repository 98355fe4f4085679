#pragma once

#include <string>
#include <string_view>

namespace pgjinja::cli {

/// Thrown when the reader of standard output has gone (`pgjinja … | head -1`): nothing is wrong
/// then, and there is nobody left to tell.
struct ReaderGone {};

/// Standard output, buffered. What it cannot write is an error, not a loss: call finish() last.
class Output {
 public:
  /// @throws ReaderGone, Error{Config} when the device is full or the like; as finish() does.
  void write(std::string_view text);
  void finish();
  /// Should text be coloured? For a terminal, unless NO_COLOR is set or TERM is "dumb".
  [[nodiscard]] static bool coloured() noexcept;

 private:
  std::string buffer_;
};

/// Writes to standard error, with colours where coloured() would say so of it. Never throws.
void report(std::string_view text) noexcept;

/// An error's report with its first words, arrow and carets coloured.
std::string colour_report(std::string_view report);

}  // namespace pgjinja::cli
