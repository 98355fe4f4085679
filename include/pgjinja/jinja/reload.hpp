#pragma once

#include <pgjinja/core/error.hpp>

#include <chrono>
#include <cstdint>
#include <functional>

namespace pgjinja::jinja {

/// Does an Environment notice that a template has changed since it was loaded?
enum class ReloadPolicy : std::uint8_t {
  Never,       ///< what has been loaded stays
  WhenChanged  ///< the next use sees the change: Loader::token() tells
};

struct Reload {
  ReloadPolicy policy = ReloadPolicy::Never;
  /// A template is looked at again at most once an interval.
  std::chrono::steady_clock::duration check_interval = std::chrono::seconds(1);
  /// Set: where a changed template is broken, it is called with the error, once for each change,
  /// and the version before goes on serving. Not set: each use throws the error until the template
  /// is mended. A template that is gone is not found, either way.
  /// Called by the thread that uses the template, perhaps by several at once.
  std::function<void(const Error&)> on_broken = nullptr;
};

}  // namespace pgjinja::jinja
