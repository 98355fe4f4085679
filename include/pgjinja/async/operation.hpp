#pragma once

#include <pgjinja/async/completion.hpp>
#include <pgjinja/async/target.hpp>
#include <pgjinja/client/pending.hpp>

#include <exception>
#include <memory>
#include <type_traits>
#include <utility>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>

namespace pgjinja::detail {

/// For operations of which the target knows by itself what they execute.
struct NoPreparation {
  void operator()(AsyncJob&) const noexcept {}
};

/// Begins what gives the call's result to `handler`, executed by `target`. `prepare(job)` tells the
/// job what that is.
template <class T, class Handler, class Prepare>
void begin_operation(Handler handler, const std::shared_ptr<AsyncTarget>& target,
                     std::shared_ptr<BatchCallOf<T>> call, const Prepare& prepare) {
  auto slot = boost::asio::get_associated_cancellation_slot(handler);
  auto completion =
      std::make_unique<HandlerCompletion<T, Handler>>(std::move(handler), call, target->executor());
  const auto job = target->make_job(std::move(call), std::move(completion));
  prepare(*job);
  if (slot.is_connected()) {
    slot.assign([target, job](boost::asio::cancellation_type) { target->cancel(job); });
  }
  target->begin(job);
}

/// An operation of Asio that does this as `token` says.
template <class T, class Token, class Prepare = NoPreparation>
auto start_operation(std::shared_ptr<AsyncTarget> target, std::shared_ptr<BatchCallOf<T>> call,
                     Token token, Prepare prepare = {}) {
  return boost::asio::async_initiate<Token, typename HandlerSignature<T>::Type>(
      [target = std::move(target), prepare = std::move(prepare)](
          auto handler, std::shared_ptr<BatchCallOf<T>> begun) {
        begin_operation<T>(std::move(handler), target, std::move(begun), prepare);
      },
      token, std::move(call));
}

}  // namespace pgjinja::detail
