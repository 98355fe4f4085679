#pragma once

#include <pgjinja/client/call_options.hpp>
#include <pgjinja/client/transaction_options.hpp>
#include <pgjinja/core/value.hpp>
#include <pgjinja/pg/connection.hpp>
#include <pgjinja/pg/pipeline.hpp>

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja {

/// Settings that hold until their transaction's end, as entries of a pipeline. Not movable: its
/// entries point into it.
class LocalSettings {
 public:
  explicit LocalSettings(const std::map<std::string, std::string>& settings);
  LocalSettings(const LocalSettings&) = delete;
  LocalSettings& operator=(const LocalSettings&) = delete;

  /// One for each.
  [[nodiscard]] std::vector<pg::PipelineEntry> entries();
  /// A sink for statements whose rows nobody wants.
  [[nodiscard]] pg::RowSink& nobody() noexcept { return sink_; }

 private:
  /// Drops what set_config() gives.
  class Sink final : public pg::RowSink {
    void columns(const std::vector<pg::Column>&) override {}
    void row(std::span<const pg::Field>) override {}
  };

  std::vector<std::vector<Value>> settings_;  // name and value
  Sink sink_;
};

/// The options of a transaction that `calls` begins: what it says itself goes before the settings
/// of the calls.
TransactionOptions with_settings_of(const CallOptions& calls, TransactionOptions options);

/// Executes a statement outside a transaction block, in one round trip, with settings that hold for
/// it alone. @throws as pg::Connection::execute(); nothing is safe to retry
pg::Outcome execute_with_settings(pg::Connection& connection,
                                  const std::map<std::string, std::string>& settings,
                                  std::string_view sql, std::span<const Value> parameters,
                                  pg::RowSink& sink, const pg::CallLimits& limits);

/// @throws Error{Config} when the calls have settings, which `what` cannot take.
void refuse_settings(const CallOptions& calls, std::string_view what, std::string_view hint);

}  // namespace pgjinja
