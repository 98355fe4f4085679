#pragma once

#include "client/counting_sink.hpp"
#include "client/transform_chain.hpp"

#include <pgjinja/client/pending.hpp>
#include <pgjinja/client/result.hpp>
#include <pgjinja/client/row_sinks.hpp>
#include <pgjinja/core/value.hpp>

#include <cstdint>
#include <string_view>
#include <utility>

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

/// A call whose rows are data, led through transforms.
class DataCall final : public BatchCallOf<Value> {
 public:
  DataCall(std::string_view name, TransformChain chain)
      : BatchCallOf(name), chain_(std::move(chain)) {}
  CallSink& sink() noexcept override { return sink_; }
  Value take() override { return chain_.apply(std::move(sink_).take()); }

 private:
  TransformChain chain_;
  RowsSink<Map> sink_;
};

}  // namespace pgjinja
