#pragma once

#include "async/side_task.hpp"
#include "pg/pool/moment.hpp"
#include "pg/session_driver.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/pool_settings.hpp>
#include <pgjinja/pg/settings.hpp>

#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <optional>

#include <boost/asio/any_io_executor.hpp>

namespace pgjinja::async {

/// Opens sessions, each on a thread of its own, which may outlive this object: to look a host's
/// name up cannot be stopped. All methods are to be called on the executor, a strand.
class AsyncOpenings {
 public:
  struct Opened {
    std::shared_ptr<pg::SessionDriver> session;
    std::optional<Error> failure;  ///< when there is none
    std::chrono::nanoseconds took{0};
  };
  using Then = std::function<void(Opened opened)>;

  AsyncOpenings(boost::asio::any_io_executor strand, pg::Settings settings, pg::PoolHooks hooks);
  ~AsyncOpenings();

  /// `then` is called on the executor, not before this returns; never when it is stopped before.
  void begin(Then then);
  /// Those that are under way are of no interest any more.
  void stop();
  /// In a forked child, where nobody opens them.
  void disown();

 private:
  struct Opening;
  using Place = std::list<Opening>::iterator;
  void end(Place opening);

  boost::asio::any_io_executor strand_;
  pg::Settings settings_;
  pg::PoolHooks hooks_;
  std::list<Opening> under_way_;
  std::shared_ptr<AsyncOpenings*> self_;  // null when it is gone, or stopped
};

}  // namespace pgjinja::async
