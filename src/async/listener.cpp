#include "async/listen_target.hpp"
#include "client/counting_sink.hpp"

#include <pgjinja/async/listener.hpp>
#include <pgjinja/core/error.hpp>

#include <utility>

namespace pgjinja {

namespace {

/// Gives what its target was told.
class NextCall final : public BatchCallOf<pg::Notification> {
 public:
  explicit NextCall(std::shared_ptr<ListenTarget> target)
      : BatchCallOf("the next notification"), target_(std::move(target)) {}
  CallSink& sink() noexcept override { return sink_; }
  pg::Notification take() override { return target_->take_answer(); }

 private:
  std::shared_ptr<ListenTarget> target_;
  CountingSink sink_;
};

}  // namespace

AsyncListener::AsyncListener(std::shared_ptr<ListenTarget> target) noexcept
    : target_(std::move(target)) {}

AsyncListener::~AsyncListener() { abandon(); }

AsyncListener& AsyncListener::operator=(AsyncListener&& other) noexcept {
  if (this == &other) return *this;
  abandon();
  target_ = std::move(other.target_);
  return *this;
}

void AsyncListener::abandon() noexcept {
  if (target_ != nullptr) std::exchange(target_, nullptr)->abandon();
}

std::shared_ptr<AsyncTarget> AsyncListener::target() const {
  if (target_ == nullptr) throw Error(ErrorKind::Config, "this listener has ended");
  return target_;
}

std::shared_ptr<BatchCallOf<pg::Notification>> AsyncListener::next_call() const {
  return std::make_shared<NextCall>(target_);
}

}  // namespace pgjinja
