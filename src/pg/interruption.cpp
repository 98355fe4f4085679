#include "pg/interruption.hpp"

#include "pg/deadline.hpp"
#include "pg/interruption_errors.hpp"
#include "pg/watch.hpp"

#include <algorithm>

namespace pgjinja::pg {

[[gnu::hot]] bool Interruption::disowned(wire::Conversation& conversation) const {
  if (session_.belongs_here()) return false;
  conversation.abandon(foreign_session_error());
  return true;
}

[[gnu::hot]] bool Interruption::wait(int socket, short events, wire::Conversation& conversation) {
  while (true) {
    switch (watch(socket, events, request_ ? nullptr : wake_up_, std::min(end_, repeat_at_))) {
      case Woken::Events: return true;
      case Woken::Stop: cancel(ErrorKind::Cancelled, conversation); break;
      case Woken::End:
        if (!request_) {
          cancel(ErrorKind::Timeout, conversation);
        } else if (Clock::now() < end_) {
          repeat();
        } else {
          conversation.abandon(unanswered_error(kind_, elapsed(), limits_, patience_));
          return false;
        }
    }
  }
}

void Interruption::cancel(ErrorKind kind, wire::Conversation& conversation) {
  kind_ = kind;
  conversation.cancelling(cancelled_error(kind, elapsed(), limits_));
  request_.emplace(session_.cancel_key());
  repeat_at_ = Clock::now() + kCancelAgain;
  end_ = deadline_after(patience_);
}

void Interruption::repeat() {
  if (request_->ended_by(Clock::now())) request_.emplace(session_.cancel_key());
  repeat_at_ = Clock::now() + kCancelAgain;
}

std::chrono::milliseconds Interruption::elapsed() const {
  return std::chrono::floor<std::chrono::milliseconds>(Clock::now() - began_);
}

}  // namespace pgjinja::pg
