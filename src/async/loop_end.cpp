#include "async/loop_end.hpp"

#include <utility>

#include <boost/asio/query.hpp>

namespace pgjinja::async {

boost::asio::execution_context::id LoopEnd::id;

EndsWithLoop::EndsWithLoop(LoopEnd& loop) : loop_(&loop) { loop.add(*this); }

EndsWithLoop::~EndsWithLoop() {
  if (loop_ != nullptr) loop_->remove(*this);
}

LoopEnd& LoopEnd::of(const boost::asio::any_io_executor& executor) {
  return boost::asio::use_service<LoopEnd>(
      boost::asio::query(executor, boost::asio::execution::context));
}

void LoopEnd::add(EndsWithLoop& member) {
  const std::lock_guard lock(mutex_);
  member.next_ = first_;
  if (first_ != nullptr) first_->previous_ = &member;
  first_ = &member;
}

void LoopEnd::remove(EndsWithLoop& member) noexcept {
  const std::lock_guard lock(mutex_);
  unlink(member);
}

void LoopEnd::unlink(EndsWithLoop& member) noexcept {
  (member.previous_ != nullptr ? member.previous_->next_ : first_) = member.next_;
  if (member.next_ != nullptr) member.next_->previous_ = member.previous_;
}

/// No other thread uses the context meanwhile, as Asio demands: nobody has had the list's lock at
/// the fork.
void LoopEnd::notify_fork(boost::asio::execution_context::fork_event event) {
  if (event == boost::asio::execution_context::fork_prepare) {
    fork_gate_->lock();
    forking_ = true;
    return;
  }
  if (std::exchange(forking_, false)) fork_gate_->unlock();  // a program may not have prepared
  if (event != boost::asio::execution_context::fork_child) return;
  const std::lock_guard lock(mutex_);
  for (EndsWithLoop* member = first_; member != nullptr; member = member->next_) {
    member->loop_forked();
  }
}

/// One after the other, since each may destroy others, or make some.
void LoopEnd::shutdown() noexcept {
  while (true) {
    EndsWithLoop* member = nullptr;
    {
      const std::lock_guard lock(mutex_);
      member = first_;
      if (member == nullptr) return;
      unlink(*member);
      member->loop_ = nullptr;
    }
    member->loop_ended();
  }
}

}  // namespace pgjinja::async
