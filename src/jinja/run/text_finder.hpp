#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>

namespace pgjinja::jinja {

/// Finds one text in others in linear time, also where std::string_view::find is quadratic (a long
/// `aaa…b` in `aaa…a`). Views `needle`.
class TextFinder {
 public:
  static constexpr std::size_t npos = std::string_view::npos;

  explicit TextFinder(std::string_view needle);

  /// Where the needle begins in `text` at or behind `from`, or npos.
  [[nodiscard]] std::size_t find(std::string_view text, std::size_t from = 0) const;
  /// Where the last one begins, or npos.
  [[nodiscard]] std::size_t find_last(std::string_view text) const;
  [[nodiscard]] std::size_t size() const noexcept { return needle_.size(); }

 private:
  using Forward = std::boyer_moore_searcher<std::string_view::const_iterator>;
  using Backward = std::boyer_moore_searcher<std::string_view::const_reverse_iterator>;

  std::string_view needle_;
  std::optional<Forward> forward_;
  mutable std::optional<Backward> backward_;
};

}  // namespace pgjinja::jinja
