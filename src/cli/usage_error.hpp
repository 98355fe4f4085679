#pragma once

#include "core/shown_text.hpp"

#include <stdexcept>
#include <string>
#include <string_view>

namespace pgjinja::cli {

/// The command line itself is wrong: exit code 2.
class UsageError : public std::runtime_error {
 public:
  UsageError(std::string_view message, std::string_view hint)
      : std::runtime_error(printable(message)), hint_(printable(hint)) {}
  [[nodiscard]] const std::string& hint() const noexcept { return hint_; }

 private:
  std::string hint_;
};

}  // namespace pgjinja::cli
