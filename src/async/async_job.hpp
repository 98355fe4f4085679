#pragma once

#include "async/bound_statement.hpp"
#include "async/loop_end.hpp"
#include "client/lease_label.hpp"
#include "client/plan.hpp"
#include "pg/pool/waiting_line.hpp"

#include <pgjinja/async/call_options.hpp>
#include <pgjinja/async/completion.hpp>
#include <pgjinja/client/pending.hpp>
#include <pgjinja/client/steps.hpp>
#include <pgjinja/pg/call_limits.hpp>
#include <pgjinja/sql/statement.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <boost/asio/steady_timer.hpp>

namespace pgjinja {

namespace async {
class AsyncConnection;
}

class Engine;

/// One call of an AsyncClient, from its rendering to its handler: one statement, or several one
/// after the other. Belongs to the client's strand once it has begun.
class AsyncJob final : public pg::pool::Borrower, private async::EndsWithLoop {
 public:
  enum class State : std::uint8_t { Waiting, Running, Over };

  AsyncJob(async::LoopEnd& loop, std::shared_ptr<BatchCall> call,
           std::unique_ptr<detail::Completion> completion, AsyncCallOptions options)
      : EndsWithLoop(loop),
        call_(std::move(call)),
        completion_(std::move(completion)),
        options_(std::move(options)),
        sink_(&call_->sink()) {}

  /// Renders and binds what is to be executed. What goes wrong is told when it begins.
  void bind(const Engine& engine, Rendering& what) { bound().bind(engine, what, options_.timeout); }
  /// The same for the first of several statements. @see end()
  void bind_steps(std::shared_ptr<const Engine> engine, std::shared_ptr<Steps> steps);

  /// Instead of being executed: ends the job, and takes the connection over, to give it back some
  /// time.
  std::function<void(const std::shared_ptr<AsyncJob>&, std::shared_ptr<async::AsyncConnection>)>
      loan;
  State state = State::Waiting;
  /// Itself, while it is in the line of a pool.
  std::shared_ptr<AsyncJob> while_waiting;
  bool repeated = false;  // a stale statement was prepared anew
  std::size_t lost = 0;   // so many connections were lost before the server had begun with it
  /// Its time within a packet that it shares.
  std::optional<boost::asio::steady_timer> timer;
  /// Until when it waits for a connection, at most, and who said so.
  std::chrono::steady_clock::time_point patience = std::chrono::steady_clock::time_point::max();
  std::string_view patience_name;  // empty: the pool
  std::size_t host = 0;            // whose pool has it

  [[nodiscard]] BatchCall& call() noexcept { return *call_; }
  /// What is to be executed now, and what gets its rows.
  [[nodiscard]] BoundStatement& bound() noexcept { return *bound_; }
  [[nodiscard]] const BoundStatement& bound() const noexcept { return *bound_; }
  [[nodiscard]] const sql::Statement& statement() const noexcept { return bound_->statement(); }
  [[nodiscard]] CallSink& sink() noexcept { return *sink_; }
  /// How many of its statements have been executed.
  [[nodiscard]] std::size_t executed() const noexcept { return executed_; }
  /// May it be sent in one packet with others?
  [[nodiscard]] bool may_share() const {
    return options_.shared && !has_settings() && loan == nullptr;
  }
  [[nodiscard]] const AsyncCallOptions& options() const noexcept { return options_; }
  /// Those of the call, and plan_cache_mode where its template has @plan.
  [[nodiscard]] SettingsOfCall settings() const;
  [[nodiscard]] bool has_settings() const { return !options_.settings.empty() || bound_->plan(); }
  /// To a host of which role its connection is.
  [[nodiscard]] pg::Role role() const noexcept {
    return options_.role.value_or(bound_->usual_role());
  }
  /// By which label its connection is borrowed.
  [[nodiscard]] LeaseLabel label() const;
  /// What the client's limits are for a statement that is sent now.
  [[nodiscard]] pg::CallLimits limits() const;
  /// The limits of waiting for a connection.
  [[nodiscard]] pg::CallLimits waiting_limits() const;
  /// Begins to be patient, if it has not: no longer than that, and than its limits.
  void be_patient(std::chrono::milliseconds acquire_timeout);

  /// Ends its statement. True: it has another one, and waits again; otherwise it is over, with its
  /// result. False also when it was over.
  [[nodiscard]] bool end(pg::Outcome outcome);
  /// Ends it with a failure, to which the place in its template is added. Does nothing when it is
  /// over.
  void fail(const std::exception_ptr& failure);

 private:
  void loop_ended() noexcept override;
  bool next_step();
  void bind_step(const Steps::Step& step);
  void complete();

  std::shared_ptr<BatchCall> call_;
  std::unique_ptr<detail::Completion> completion_;
  AsyncCallOptions options_;
  std::optional<BoundStatement> bound_{std::in_place};
  CallSink* sink_;
  std::shared_ptr<Steps> steps_;          // none: there is one statement
  std::shared_ptr<const Engine> engine_;  // for the next of them
  std::size_t executed_ = 0;
};

}  // namespace pgjinja
