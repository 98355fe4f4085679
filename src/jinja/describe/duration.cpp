#include "jinja/describe/duration.hpp"

#include <charconv>
#include <cstdint>
#include <system_error>

namespace pgjinja::jinja {

std::optional<std::chrono::milliseconds> read_duration(std::string_view text) {
  using std::chrono::milliseconds;
  constexpr milliseconds kLongest = std::chrono::hours(24);
  std::int32_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc() || count <= 0) return std::nullopt;
  std::string_view unit(stopped, static_cast<std::size_t>(end - stopped));
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  milliseconds length{};
  if (unit == "ms") length = milliseconds(count);
  if (unit == "s") length = std::chrono::seconds(count);
  if (unit == "min") length = std::chrono::minutes(count);
  if (length == milliseconds{} || length > kLongest) return std::nullopt;
  return length;
}

}  // namespace pgjinja::jinja
