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

/// Throws what kept the entries from being done, the first that failed.
void throw_failure(std::span<const pg::PipelineEntry> entries);
/// The error when a statement was a COMMIT or ROLLBACK.
Error ended_itself();

/// A transaction and those nested in it: one connection, of which the innermost may make use.
class TransactionState {
 public:
  /// @throws as pg::Pool::acquire()
  TransactionState(std::shared_ptr<Engine> engine, TransactionOptions options);

  void run(std::size_t level, std::string_view name, const Context& arguments, CallSink& sink);
  void run_script(std::size_t level, std::string_view sql);
  std::int64_t run_many(std::size_t level, std::string_view name, const RowSpan& rows);
  std::int64_t copy_rows(std::size_t level, const pg::TableName& table,
                         std::vector<std::string> columns, const RowSpan& rows);
  void copy_query(std::size_t level, std::string_view name, const Context& arguments,
                  CallSink& sink);
  /// Opens a level in `level` and gives its number.
  std::size_t nest(std::size_t level);
  void commit(std::size_t level);
  /// Closes the level and those within it.
  void rollback(std::size_t level) noexcept;

 private:
  void check(std::size_t level) const;
  pg::Outcome execute(std::string_view sql, std::span<const Value> parameters, pg::RowSink& sink);
  pg::Outcome begin_with(std::string_view sql, std::span<const Value> parameters,
                         pg::RowSink& sink);
  void begin();
  /// All rows at once, if the table ends up the same, in a savepoint; nothing when it does not, or
  /// when one by one is to say what is wrong.
  std::optional<std::int64_t> run_as_set(std::size_t level, Many& many);
  std::int64_t run_one_by_one(Many& many);
  std::int64_t run_chunk(Many& many, std::size_t& next);
  /// Calls `work` with the connection, in the transaction; messages call it `what`.
  void use(std::size_t level, std::string_view what,
           const std::function<void(pg::Connection&)>& work);
  void command(const std::string& sql);
  /// To be called after `what` threw: may anything more be executed?
  void note_failure(std::string_view what);

  std::shared_ptr<Engine> engine_;
  TransactionOptions options_;
  std::optional<pg::Lease> lease_;  // none: it has ended
  bool begun_ = false;
  std::size_t innermost_ = 0;
  std::string failed_in_;  // what failed, as messages call it; empty: nothing did
};

}  // namespace pgjinja
