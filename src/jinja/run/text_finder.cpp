#include "jinja/run/text_finder.hpp"

namespace pgjinja::jinja {

namespace {

/// Up to here the plain search, which needs no tables, costs at most this factor.
constexpr std::size_t kShort = 32;

}  // namespace

TextFinder::TextFinder(std::string_view needle) : needle_(needle) {
  if (needle.size() > kShort) forward_.emplace(needle.begin(), needle.end());
}

std::size_t TextFinder::find(std::string_view text, std::size_t from) const {
  if (!forward_) return text.find(needle_, from);
  if (from > text.size()) return npos;
  const auto found =
      std::search(text.begin() + static_cast<std::ptrdiff_t>(from), text.end(), *forward_);
  return found == text.end() ? npos : static_cast<std::size_t>(found - text.begin());
}

std::size_t TextFinder::find_last(std::string_view text) const {
  if (needle_.size() <= kShort) return text.rfind(needle_);
  if (!backward_) backward_.emplace(needle_.rbegin(), needle_.rend());
  const auto found = std::search(text.rbegin(), text.rend(), *backward_);
  if (found == text.rend()) return npos;
  return static_cast<std::size_t>(text.rend() - found) - needle_.size();
}

}  // namespace pgjinja::jinja
