#pragma once

#include "client/engine.hpp"

#include <pgjinja/client/call_sink.hpp>
#include <pgjinja/client/row_span.hpp>
#include <pgjinja/client/transaction_options.hpp>
#include <pgjinja/core/context.hpp>
#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/pipeline.hpp>
#include <pgjinja/pg/pool.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja {

class Many;
class Rendering;

/// A transaction and those nested in it: one connection, of which the innermost may make use.
class TransactionState {
 public:
  /// @throws as pg::Pool::acquire()
  TransactionState(std::shared_ptr<Engine> engine, TransactionOptions options, CallOptions calls);
  /// On a connection of the caller's, which may be in a transaction block: then that is the
  /// transaction. What is not committed is the caller's to roll back.
  TransactionState(std::shared_ptr<Engine> engine, pg::Connection& connection, CallOptions calls);

  [[nodiscard]] const std::shared_ptr<Engine>& engine() const noexcept { return engine_; }
  [[nodiscard]] const CallOptions& calls() const noexcept { return calls_; }
  /// @throws Error{Config} unless a statement can be executed at this level.
  void check(std::size_t level) const;
  void run(std::size_t level, Rendering& what, CallSink& sink);
  void run_script(std::size_t level, std::string_view sql);
  std::int64_t run_many(std::size_t level, std::string_view name, const RowSpan& rows);
  std::int64_t copy_rows(std::size_t level, const pg::TableName& table,
                         std::vector<std::string> columns, const RowSpan& rows);
  void copy_query(std::size_t level, std::string_view name, const Context& arguments,
                  CallSink& sink);
  /// The connection, in the transaction block. @throws as Connection::pipeline()
  pg::Connection& begun();
  /// To be called after `what` threw: may anything more be executed?
  void note_failure(std::string_view what);
  /// @throws Error{Config} when `what` ended the transaction.
  void check_still_open(std::string_view what);
  /// Opens a level in `level` and gives its number.
  std::size_t nest(std::size_t level);
  void commit(std::size_t level);
  /// Closes the level and those within it.
  void rollback(std::size_t level) noexcept;

 private:
  pg::Outcome execute(std::string_view sql, std::span<const Value> parameters, pg::RowSink& sink,
                      const pg::CallLimits& limits,
                      std::optional<jinja::PlanChoice> plan = std::nullopt);
  pg::Outcome execute_in_packet(std::string_view sql, std::span<const Value> parameters,
                                pg::RowSink& sink, const pg::CallLimits& limits,
                                std::optional<jinja::PlanChoice> plan);
  void begin(const pg::CallLimits& limits);
  void send_opening(std::span<pg::PipelineEntry> entries, const pg::CallLimits& limits);
  /// Of a statement that no template gave, sent now.
  [[nodiscard]] pg::CallLimits limits() const;
  /// All rows at once, if the table ends up the same, in a savepoint; nothing when it does not, or
  /// when one by one is to say what is wrong.
  std::optional<std::int64_t> run_as_set(std::size_t level, Many& many);
  std::int64_t run_one_by_one(Many& many);
  std::int64_t run_chunk(Many& many, std::size_t& next);
  /// Calls `work` with the connection, in the transaction; messages call it `what`.
  void use(std::size_t level, std::string_view what,
           const std::function<void(pg::Connection&)>& work);
  void command(const std::string& sql);
  void give_back() noexcept;

  std::shared_ptr<Engine> engine_;
  TransactionOptions options_;
  CallOptions calls_;
  std::optional<pg::Lease> lease_;  // none: it has ended, or the connection is its caller's
  pg::Connection* connection_;      // nullptr: it has ended
  bool begun_ = false;
  std::size_t innermost_ = 0;
  std::string failed_in_;  // what failed, as messages call it; empty: nothing did
};

}  // namespace pgjinja
