#include "pg/pool/openings.hpp"

#include "pg/pool/opening.hpp"
#include "pg/signals_blocked.hpp"

#include <pgjinja/pg/call_limits.hpp>

#include <system_error>
#include <thread>
#include <utility>

namespace pgjinja::pg::pool {

void Openings::begin(std::function<void(Opened)> then) {
  {
    const std::lock_guard lock(mutex_);
    ++under_way_;
  }
  const SignalsBlocked blocked;
  try {
    std::thread([this, then] {
      then(open());
      ended();
    }).detach();
  } catch (const std::system_error& error) {
    then({.connection = nullptr,
          .failure = Error(ErrorKind::Connection,
                           "no thread is left to open a connection: " + error.code().message())});
    ended();
  }
}

Openings::Opened Openings::open() noexcept {
  const Moment began = Clock::now();
  Opened opened;
  try {
    CallLimits limits;
    limits.stop = stop_.get_token();
    opened.connection =
        std::make_unique<Connection>(open_connection(settings_, hooks_, std::move(limits)));
  } catch (const Error& error) {
    opened.failure = error;
  } catch (const std::exception& error) {
    opened.failure = Error(ErrorKind::Connection, error.what());
  }
  opened.took = Clock::now() - began;
  return opened;
}

/// Under the lock to the end: who waits for it may destroy this object.
void Openings::ended() noexcept {
  const std::lock_guard lock(mutex_);
  if (--under_way_ == 0) none_left_.notify_all();
}

void Openings::wait(Moment until) {
  std::unique_lock lock(mutex_);
  none_left_.wait_until(lock, until, [this] { return under_way_ == 0; });
}

}  // namespace pgjinja::pg::pool
