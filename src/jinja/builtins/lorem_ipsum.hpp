#pragma once

#include <cstdint>
#include <string>

namespace pgjinja::jinja {

struct LoremIpsum {
  std::int64_t paragraphs = 5;
  bool html = true;         ///< in `<p>`
  std::int64_t least = 20;  ///< words in a paragraph
  std::int64_t most = 100;  ///< and below how many
};

/// Random words without a meaning, for a page that has nothing to show yet.
/// @throws Error{Runtime} when most is not above least, Error{Limit}
std::string lorem_ipsum(const LoremIpsum& options);

}  // namespace pgjinja::jinja
