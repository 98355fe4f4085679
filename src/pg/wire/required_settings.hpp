#pragma once

#include <span>
#include <string_view>

namespace pgjinja::pg::wire {

/// A server parameter that codecs and scanner rely on. The server reports each change of it.
struct RequiredSetting {
  std::string_view name;
  std::string_view value;    ///< what the reported value must begin with
  std::string_view command;  ///< brings it about

  [[nodiscard]] bool accepts(std::string_view reported) const noexcept {
    return reported.starts_with(value);
  }
};

std::span<const RequiredSetting> required_settings() noexcept;

}  // namespace pgjinja::pg::wire
