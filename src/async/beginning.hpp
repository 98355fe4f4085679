#pragma once

#include "async/transaction_target.hpp"
#include "client/counting_sink.hpp"

#include <pgjinja/async/transaction.hpp>
#include <pgjinja/client/pending.hpp>

#include <memory>
#include <utility>

namespace pgjinja {

/// What AsyncClient::begin() gives.
class AsyncBeginning final : public BatchCallOf<AsyncTransaction> {
 public:
  explicit AsyncBeginning(std::shared_ptr<AsyncTransactionTarget> target)
      : BatchCallOf("BEGIN"), target_(std::move(target)) {}
  CallSink& sink() noexcept override { return sink_; }
  AsyncTransaction take() override { return AsyncTransaction(std::move(target_)); }

 private:
  std::shared_ptr<AsyncTransactionTarget> target_;
  CountingSink sink_;
};

}  // namespace pgjinja
