#pragma once

#include "async/listen_target.hpp"
#include "client/counting_sink.hpp"

#include <pgjinja/async/listener.hpp>
#include <pgjinja/client/pending.hpp>

#include <memory>
#include <utility>

namespace pgjinja {

/// What AsyncClient::listen() gives.
class ListenCall final : public BatchCallOf<AsyncListener> {
 public:
  explicit ListenCall(std::shared_ptr<ListenTarget> target)
      : BatchCallOf("LISTEN"), target_(std::move(target)) {}
  CallSink& sink() noexcept override { return sink_; }
  AsyncListener take() override { return AsyncListener(std::move(target_)); }

 private:
  std::shared_ptr<ListenTarget> target_;
  CountingSink sink_;
};

}  // namespace pgjinja
