#include "client/nearest_name.hpp"

#include "jinja/nearest.hpp"

#include <algorithm>
#include <cstddef>

namespace pgjinja {

namespace {

/// "popn" has the letters of "population", in their order and from the first one on.
bool abbreviates(std::string_view shorter, std::string_view longer) noexcept {
  if (shorter.size() < 3 || longer.empty() || shorter.front() != longer.front()) return false;
  std::size_t matched = 0;
  for (const char c : longer) {
    if (matched < shorter.size() && c == shorter[matched]) ++matched;
  }
  return matched == shorter.size();
}

}  // namespace

std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates) {
  std::string near = jinja::nearest(name, candidates);
  if (!near.empty()) return near;
  const auto found = std::ranges::find_if(candidates, [name](const std::string& candidate) {
    return abbreviates(name, candidate) || abbreviates(candidate, name);
  });
  return found == candidates.end() ? std::string() : *found;
}

}  // namespace pgjinja
