#include "pg/cancel_request.hpp"

#include "pg/signals_blocked.hpp"

#include <condition_variable>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <utility>

#include <libpq-fe.h>

namespace pgjinja::pg {

struct CancelRequest::State {
  explicit State(CancelKey given) noexcept : key(std::move(given)) {}

  void send() {
    send_cancel(key);
    const std::lock_guard lock(mutex);
    ended = true;
    signal.notify_all();
  }

  CancelKey key;
  std::mutex mutex;
  std::condition_variable signal;
  bool ended = false;
};

void FreeCancel::operator()(PGcancel* cancel) const noexcept { PQfreeCancel(cancel); }

void send_cancel(const CancelKey& key) noexcept {
  char why[256];
  if (key != nullptr) PQcancel(key.get(), why, sizeof why);
}

CancelRequest::CancelRequest(CancelKey key) noexcept {
  if (key == nullptr) return;
  const SignalsBlocked blocked;
  try {
    auto state = std::make_shared<State>(std::move(key));
    std::thread([state] { state->send(); }).detach();
    state_ = std::move(state);
  } catch (const std::system_error&) {
    state_.reset();  // no thread to be had: as a request that does not reach the server
  } catch (const std::bad_alloc&) {
    state_.reset();  // the same
  }
}

bool CancelRequest::ended_by(std::chrono::steady_clock::time_point moment) const {
  if (state_ == nullptr) return true;
  std::unique_lock lock(state_->mutex);
  return state_->signal.wait_until(lock, moment, [this] { return state_->ended; });
}

}  // namespace pgjinja::pg
