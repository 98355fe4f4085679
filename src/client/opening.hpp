#pragma once

#include "client/local_settings.hpp"

#include <pgjinja/client/transaction_options.hpp>
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
  std::string begin_;
  LocalSettings settings_;
};

}  // namespace pgjinja
