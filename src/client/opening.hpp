#pragma once

#include <pgjinja/client/transaction_options.hpp>
#include <pgjinja/core/value.hpp>
#include <pgjinja/pg/pipeline.hpp>

#include <string>
#include <vector>

namespace pgjinja {

/// What opens a transaction, as entries of a pipeline: BEGIN, and one statement for each setting.
/// Not movable: its entries point into it.
class Opening {
 public:
  explicit Opening(const TransactionOptions& options);
  Opening(const Opening&) = delete;
  Opening& operator=(const Opening&) = delete;

  [[nodiscard]] std::vector<pg::PipelineEntry> entries();

 private:
  /// Drops what set_config() gives.
  class Sink final : public pg::RowSink {
    void columns(const std::vector<pg::Column>&) override {}
    void row(std::span<const pg::Field>) override {}
  };

  std::string begin_;
  std::vector<std::vector<Value>> settings_;  // name and value
  Sink sink_;
};

}  // namespace pgjinja
