#include "async/borrow.hpp"

#include "client/untyped_calls.hpp"

#include <pgjinja/async/completion.hpp>

#include <utility>

namespace pgjinja::async {

namespace {

class Borrowing final : public detail::Completion {
 public:
  using Slot = std::shared_ptr<std::shared_ptr<AsyncConnection>>;

  Borrowing(std::shared_ptr<BatchCall> call, Slot connection, Borrowed then)
      : call_(std::move(call)), connection_(std::move(connection)), then_(std::move(then)) {}

  void complete() override {
    std::exception_ptr failure;
    try {
      call_->claim();
    } catch (const std::exception&) {
      failure = std::current_exception();
    }
    then_(failure, std::move(*connection_));
  }

 private:
  std::shared_ptr<BatchCall> call_;
  Slot connection_;  // once it has been lent
  Borrowed then_;
};

}  // namespace

std::weak_ptr<AsyncJob> borrow(Lender& lender, LoopEnd& loop, const AsyncCallOptions& options,
                               Borrowed then) {
  auto call = std::make_shared<CountCall>("a loan");
  auto slot = std::make_shared<std::shared_ptr<AsyncConnection>>();
  auto completion = std::make_unique<Borrowing>(call, slot, std::move(then));
  const auto job =
      std::make_shared<AsyncJob>(loop, std::move(call), std::move(completion), options);
  job->loan = [slot](const std::shared_ptr<AsyncJob>& lent,
                     std::shared_ptr<AsyncConnection> connection) {
    *slot = std::move(connection);
    static_cast<void>(lent->end({}));  // it has no statement
  };
  std::weak_ptr<AsyncJob> waiting = job;
  lender.borrow(job);
  return waiting;
}

}  // namespace pgjinja::async
