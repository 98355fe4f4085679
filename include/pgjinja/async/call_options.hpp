#pragma once

#include <pgjinja/pg/cluster_settings.hpp>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace pgjinja {

/// How calls of an AsyncClient are executed: see AsyncClient::with(). Limits are as those of
/// CallOptions; in place of its stop token there is the cancellation slot of the completion
/// handler.
struct AsyncCallOptions {
  std::optional<std::chrono::milliseconds> timeout = {};
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  /// May a statement travel in one packet with those of other callers that are shared too? It is a
  /// transaction of its own all the same, and fails alone. Made for many short reads: hundreds of
  /// callers need few connections then. But what waits behind a slow statement in a packet waits
  /// for it; and one that is cancelled, or whose time is over, ends for its caller alone, while the
  /// server still executes it.
  bool shared = false;
  /// Settings that hold for each call alone, as CallOptions::settings, and for all of a transaction
  /// that is begun with them. A call that has some does not share its packet. A stream takes none,
  /// which is Error{Config}: take it in a transaction that has them.
  std::map<std::string, std::string> settings = {};
  /// Who calls, as CallOptions::label. A text that outlives the calls. (g++ 12 destroys a string
  /// twice that stands in braces within a co_await.)
  std::string_view label = {};
  /// Which server may execute the call, as CallOptions::role.
  std::optional<pg::Role> role = {};
};

}  // namespace pgjinja
