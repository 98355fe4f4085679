#pragma once

#include "pg/pool/moment.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/connection.hpp>
#include <pgjinja/pg/pool_settings.hpp>
#include <pgjinja/pg/settings.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>

namespace pgjinja::pg::pool {

/// Opens connections, each on a thread of its own: to look a host's name up cannot be stopped, and
/// may take longer than the pool is there. Thread-safe.
class Openings {
 public:
  struct Opened {
    std::unique_ptr<Connection> connection;
    std::optional<Error> failure;  ///< when there is none
    std::chrono::nanoseconds took{0};
  };

  Openings(Settings settings, PoolHooks hooks)
      : settings_(std::move(settings)), hooks_(std::move(hooks)) {}

  /// `then` is called on the new thread, or on this one when none can be started. It has to keep
  /// this object until it has been called, and may be destroyed later.
  void begin(std::function<void(Opened)> then);
  /// Those that are under way fail as soon as they can be stopped, and all others at once.
  void stop() noexcept { stop_.request_stop(); }
  /// Waits until none is under way.
  void wait(Moment until);

 private:
  [[nodiscard]] Opened open() noexcept;
  void ended() noexcept;

  const Settings settings_;
  const PoolHooks hooks_;
  std::stop_source stop_;
  std::mutex mutex_;
  std::condition_variable none_left_;
  std::size_t under_way_ = 0;
};

}  // namespace pgjinja::pg::pool
