#include "pg/interruption.hpp"

#include "pg/deadline.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <string>

#include <fmt/format.h>
#include <poll.h>

namespace pgjinja::pg {

void refuse_if_over(const CallLimits& limits) {
  if (limits.stop.stop_requested()) {
    throw Error(ErrorKind::Cancelled, "the caller asked to stop before the statement was sent")
        .safe_to_retry(true);
  }
  if (limits.deadline == std::chrono::steady_clock::time_point::max()) return;
  if (std::chrono::steady_clock::now() < limits.deadline) return;
  throw Error(ErrorKind::Timeout,
              fmt::format("{} had passed before the statement was sent", limits.deadline_name))
      .safe_to_retry(true);
}

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
        conversation.abandon(unanswered());
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
  conversation.cancelling(cancelled());
  request_.emplace(session_.cancel_key());
  end_ = deadline_after(patience_);
}

std::chrono::milliseconds Interruption::elapsed() const {
  return std::chrono::floor<std::chrono::milliseconds>(Clock::now() - began_);
}

Error Interruption::cancelled() const {
  if (kind_ == ErrorKind::Cancelled) {
    return {kind_, fmt::format("the statement was cancelled after {} ms, as its caller asked",
                               elapsed().count())};
  }
  return {kind_, fmt::format("the statement was cancelled after {} ms, when {} had passed",
                             elapsed().count(), limits_.deadline_name)};
}

Error Interruption::unanswered() const {
  const std::string why = kind_ == ErrorKind::Cancelled
                              ? "its caller asked to stop"
                              : fmt::format("{} had passed", limits_.deadline_name);
  return {kind_, fmt::format("the connection was given up after {} ms: {}, and the server did not "
                             "confirm within {} ms that it has cancelled the statement",
                             elapsed().count(), why, patience_.count())};
}

}  // namespace pgjinja::pg
