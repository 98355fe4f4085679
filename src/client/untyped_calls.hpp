#pragma once

#include "client/counting_sink.hpp"

#include <pgjinja/client/pending.hpp>
#include <pgjinja/client/result.hpp>

#include <cstdint>

namespace pgjinja {

/// A call whose rows are given as they are.
class ResultCall final : public BatchCallOf<Result> {
 public:
  using BatchCallOf::BatchCallOf;
  CallSink& sink() noexcept override { return sink_; }
  Result take() override { return sink_.take(); }

 private:
  ResultSink sink_;
};

/// A call whose rows are only counted.
class CountCall final : public BatchCallOf<std::int64_t> {
 public:
  using BatchCallOf::BatchCallOf;
  CallSink& sink() noexcept override { return sink_; }
  std::int64_t take() override { return sink_.rows(); }

 private:
  CountingSink sink_;
};

}  // namespace pgjinja
