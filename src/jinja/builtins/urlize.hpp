#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::jinja {

struct UrlizeOptions {
  std::int64_t limit = std::numeric_limits<std::int64_t>::max();  ///< of what a link shows
  std::string rel;                                                ///< escaped, as is target
  std::string target;
  std::vector<std::string> schemes;  ///< `tel:` and the like, which make links, too
};

/// @throws Error{Runtime} for what is no scheme: letters and a colon, perhaps with slashes
void check_scheme(std::string_view scheme);

/// Escaped text with its URLs and addresses as links.
std::string urlize(std::string_view escaped, const UrlizeOptions& options);

}  // namespace pgjinja::jinja
