#include "pg/cancel_request.hpp"

#include <condition_variable>
#include <csignal>
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
    // What went wrong need not be known: the statement goes on then, until patience is at its end.
    char why[256];
    PQcancel(key.get(), why, sizeof why);
    const std::lock_guard lock(mutex);
    ended = true;
    signal.notify_all();
  }

  CancelKey key;
  std::mutex mutex;
  std::condition_variable signal;
  bool ended = false;
};

namespace {

/// The program's signals are for the program's threads; a new thread inherits its mask.
class SignalsBlocked {
 public:
  SignalsBlocked() noexcept {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace

void FreeCancel::operator()(PGcancel* cancel) const noexcept { PQfreeCancel(cancel); }

CancelRequest::CancelRequest(CancelKey key) noexcept {
  if (key == nullptr) return;
  const SignalsBlocked blocked;
  try {
    auto state = std::make_shared<State>(std::move(key));
    std::thread([state] { state->send(); }).detach();
    state_ = std::move(state);
  } catch (const std::system_error&) {
    // No thread to be had: as a request that does not reach the server.
  } catch (const std::bad_alloc&) {
    // The same.
  }
}

bool CancelRequest::ended_by(std::chrono::steady_clock::time_point moment) const {
  if (state_ == nullptr) return true;
  std::unique_lock lock(state_->mutex);
  return state_->signal.wait_until(lock, moment, [this] { return state_->ended; });
}

}  // namespace pgjinja::pg
