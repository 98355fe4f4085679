#pragma once

#include <pgjinja/client/pending.hpp>

#include <cstddef>
#include <exception>
#include <memory>
#include <type_traits>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>

namespace pgjinja::detail {

/// What is to be done when a call is over: once, from any thread.
class Completion {
 public:
  virtual ~Completion() = default;
  virtual void complete() = 0;
};

/// What the handler of an operation is called with that gives a T.
template <class T>
struct HandlerSignature {
  using Type = void(std::exception_ptr, T);
};
template <>
struct HandlerSignature<void> {
  using Type = void(std::exception_ptr);
};

/// Hands a call's result to an Asio handler, on the handler's own executor.
template <class T, class Handler>
class HandlerCompletion final : public Completion {
 public:
  HandlerCompletion(Handler handler, std::shared_ptr<BatchCallOf<T>> call,
                    const boost::asio::any_io_executor& fallback)
      : handler_(std::move(handler)),
        call_(std::move(call)),
        work_(boost::asio::get_associated_executor(handler_, fallback)) {}

  void complete() override {
    const auto executor = work_.get_executor();
    boost::asio::dispatch(executor, [handler = std::move(handler_), call = std::move(call_),
                                     work = std::move(work_)]() mutable {
      boost::asio::get_associated_cancellation_slot(handler).clear();
      finish(std::move(handler), *call, work);
    });
  }

 private:
  using Work = boost::asio::executor_work_guard<
      boost::asio::associated_executor_t<Handler, boost::asio::any_io_executor>>;

  static void finish(Handler handler, BatchCallOf<T>& call, Work& work) {
    std::exception_ptr failure;
    std::conditional_t<std::is_void_v<T>, std::nullptr_t, T> result{};
    try {
      call.claim();
      if constexpr (std::is_void_v<T>) {
        call.take();
      } else {
        result = call.take();
      }
    } catch (...) {
      failure = std::current_exception();  // the handler throws it, or looks at it
    }
    work.reset();
    if constexpr (std::is_void_v<T>) {
      std::move(handler)(failure);
    } else {
      std::move(handler)(failure, std::move(result));
    }
  }

  Handler handler_;
  std::shared_ptr<BatchCallOf<T>> call_;
  Work work_;
};

}  // namespace pgjinja::detail
