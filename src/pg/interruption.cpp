#include "pg/interruption.hpp"

#include "pg/deadline.hpp"
#include "pg/interruption_errors.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>

#include <poll.h>

namespace pgjinja::pg {

bool Interruption::wait(int socket, short events, wire::Conversation& conversation) {
  while (true) {
    switch (poll(socket, events)) {
      case Woken::Events: return true;
      case Woken::Stop: cancel(ErrorKind::Cancelled, conversation); break;
      case Woken::End:
        if (!request_) {
          cancel(ErrorKind::Timeout, conversation);
          break;
        }
        conversation.abandon(unanswered_error(kind_, elapsed(), limits_, patience_));
        return false;
    }
  }
}

/// Limits go before events: a server that sends without end must not go on for ever.
Interruption::Woken Interruption::poll(int socket, short events) const {
  const bool stoppable = wake_up_ != nullptr && !request_;
  pollfd entries[] = {{socket, events, 0}, {stoppable ? wake_up_->descriptor() : -1, POLLIN, 0}};
  while (true) {
    int timeout = -1;
    if (end_ != Clock::time_point::max()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end_ - Clock::now()).count();
      if (left <= 0) return Woken::End;
      timeout = static_cast<int>(std::min<decltype(left)>(left, INT_MAX));
    }
    if (::poll(entries, stoppable ? 2 : 1, timeout) < 0 && errno != EINTR) return Woken::Events;
    if (entries[1].revents != 0) return Woken::Stop;
    if (entries[0].revents != 0) return Woken::Events;
  }
}

void Interruption::cancel(ErrorKind kind, wire::Conversation& conversation) {
  kind_ = kind;
  conversation.cancelling(cancelled_error(kind, elapsed(), limits_));
  request_.emplace(session_.cancel_key());
  end_ = deadline_after(patience_);
}

std::chrono::milliseconds Interruption::elapsed() const {
  return std::chrono::floor<std::chrono::milliseconds>(Clock::now() - began_);
}

}  // namespace pgjinja::pg
