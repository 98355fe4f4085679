#pragma once

#include "client/engine.hpp"

#include <pgjinja/client/call_sink.hpp>
#include <pgjinja/client/stream.hpp>
#include <pgjinja/client/transaction_options.hpp>
#include <pgjinja/core/context.hpp>
#include <pgjinja/pg/pool.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace pgjinja {

/// A transaction and those nested in it: one connection, of which the innermost may make use.
class TransactionState {
 public:
  /// @throws as pg::Pool::acquire()
  TransactionState(std::shared_ptr<Engine> engine, TransactionOptions options, CallOptions calls);

  [[nodiscard]] ColumnNaming naming() const noexcept { return engine_->naming(); }
  /// @throws Error{Config} unless a statement can be executed at this level.
  void check(std::size_t level) const;
  void run(std::size_t level, std::string_view name, const Context& arguments, CallSink& sink);
  /// For a stream, which shares the ownership of the state.
  static std::unique_ptr<StreamSource> open(const std::shared_ptr<TransactionState>& self,
                                            std::size_t level, std::string_view name,
                                            const Context& arguments, CallSink& sink,
                                            const StreamOptions& options);
  void run_script(std::size_t level, std::string_view sql);
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
                      const pg::CallLimits& limits);
  pg::Outcome begin_with(std::string_view sql, std::span<const Value> parameters,
                         pg::RowSink& sink, const pg::CallLimits& limits);
  void begin(const pg::CallLimits& limits);
  /// Of a statement that no template gave, sent now.
  [[nodiscard]] pg::CallLimits limits() const;
  void command(const std::string& sql);

  std::shared_ptr<Engine> engine_;
  TransactionOptions options_;
  CallOptions calls_;
  std::optional<pg::Lease> lease_;  // none: it has ended
  bool begun_ = false;
  std::size_t innermost_ = 0;
  std::string failed_in_;  // what failed, as messages call it; empty: nothing did
};

}  // namespace pgjinja
