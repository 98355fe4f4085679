#pragma once

#include "client/buffers.hpp"
#include "client/statement_time.hpp"

#include <pgjinja/async/call_options.hpp>
#include <pgjinja/async/completion.hpp>
#include <pgjinja/client/pending.hpp>
#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/pg/call_limits.hpp>
#include <pgjinja/sql/statement.hpp>

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include <boost/asio/steady_timer.hpp>

namespace pgjinja {

namespace async {
class AsyncConnection;
}

/// One call of an AsyncClient, from its rendering to its handler. Belongs to the client's strand
/// once it has begun.
class AsyncJob {
 public:
  enum class State : std::uint8_t { Waiting, Running, Over };

  AsyncJob(std::shared_ptr<BatchCall> call, std::unique_ptr<detail::Completion> completion,
           AsyncCallOptions options)
      : call_(std::move(call)), completion_(std::move(completion)), options_(options) {}

  /// What is to be executed, when rendering went well.
  std::optional<jinja::Template> source;
  Buffers buffers;
  sql::Statement& statement = buffers.statement();
  StatementTime time;
  /// Instead of being executed: takes the connection over, to give it back to the pool some time.
  std::function<void(std::shared_ptr<async::AsyncConnection>)> loan;
  /// Why rendering did not go well.
  std::exception_ptr preparation_failure;
  State state = State::Waiting;
  bool repeated = false;  // a stale statement was prepared anew
  /// Its time within a packet that it shares.
  std::optional<boost::asio::steady_timer> timer;
  /// Until when it waits for a connection, at most, and who said so.
  std::chrono::steady_clock::time_point patience = std::chrono::steady_clock::time_point::max();
  std::string_view patience_name;  // empty: the pool

  [[nodiscard]] BatchCall& call() noexcept { return *call_; }
  [[nodiscard]] const AsyncCallOptions& options() const noexcept { return options_; }
  /// What the client's limits are for a statement that is sent now.
  [[nodiscard]] pg::CallLimits limits() const;
  /// The limits of waiting for a connection.
  [[nodiscard]] pg::CallLimits waiting_limits() const;

  /// Ends it with its result, or with a failure, to which the place in its template is added. Does
  /// nothing when it is over.
  void end(pg::Outcome outcome);
  void fail(const std::exception_ptr& failure);

 private:
  [[nodiscard]] std::exception_ptr placed_failure(const std::exception_ptr& failure) const;
  void complete();

  std::shared_ptr<BatchCall> call_;
  std::unique_ptr<detail::Completion> completion_;
  AsyncCallOptions options_;
};

}  // namespace pgjinja
