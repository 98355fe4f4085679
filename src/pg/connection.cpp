#include "pg/blocking_driver.hpp"
#include "pg/interruption.hpp"
#include "pg/session.hpp"
#include "pg/stop_listener.hpp"
#include "pg/wake_up.hpp"
#include "pg/wire/cacheable.hpp"
#include "pg/wire/copy_in_machine.hpp"
#include "pg/wire/copy_out_machine.hpp"
#include "pg/wire/describe_machine.hpp"
#include "pg/wire/execute_machine.hpp"
#include "pg/wire/pipeline_machine.hpp"
#include "pg/wire/required_settings.hpp"
#include "pg/wire/script_machine.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/connection.hpp>

namespace pgjinja::pg {

class Connection::Impl {
 public:
  Impl(const Settings& settings, std::chrono::steady_clock::time_point deadline)
      : session_(settings, deadline),
        transport_(session_.transport()),
        statements_(settings.statement_cache),
        cancel_patience_(settings.cancel_patience) {
    state_.parameters = session_.parameters();
    require_settings(deadline);
  }

  Outcome execute(std::string_view sql, std::span<const Value> parameters, RowSink& sink,
                  const CallLimits& limits) {
    const Turn turn(*this, limits);
    wire::ExecuteMachine machine(state_, statements_, sql, parameters, sink);
    run(machine, limits);
    return machine.finish();
  }

  void pipeline(std::span<PipelineEntry> entries, Grouping grouping, const CallLimits& limits) {
    const Turn turn(*this, limits);
    if (entries.empty()) return;
    wire::PipelineMachine machine(state_, statements_, entries, grouping);
    run(machine, limits);
    machine.finish();
  }

  Outcome copy_in(CopyIn& copy, const CallLimits& limits) {
    const Turn turn(*this, limits);
    wire::CopyInMachine machine(state_, copy);
    run(machine, limits);
    return machine.finish();
  }

  Outcome copy_out(std::string_view query, RowSink& sink, const CallLimits& limits) {
    const Turn turn(*this, limits);
    wire::CopyOutMachine machine(state_, query, sink);
    run(machine, limits);
    return machine.finish();
  }

  Description describe(std::string_view sql, const CallLimits& limits) {
    const Turn turn(*this, limits);
    wire::DescribeMachine machine(state_, sql);
    run(machine, limits);
    return machine.finish();
  }

  void run_script(std::string_view sql, const CallLimits& limits) {
    const Turn turn(*this, limits);
    wire::ScriptMachine machine(state_, sql);
    run(machine, limits);
    machine.finish();
  }

  [[nodiscard]] bool usable() const noexcept { return state_.usable && session_.belongs_here(); }
  [[nodiscard]] bool quiet() const noexcept {
    return usable() && !busy_ && state_.in.bytes().empty() && transport_.quiet();
  }
  [[nodiscard]] const wire::SessionState& state() const noexcept { return state_; }
  [[nodiscard]] const Session& session() const noexcept { return session_; }
  [[nodiscard]] std::size_t prepared_statements() const noexcept { return statements_.size(); }

 private:
  /// One call's turn on the session; a sink cannot start another one in the middle of it.
  class Turn {
   public:
    Turn(Impl& impl, const CallLimits& limits) : impl_(impl) {
      impl.check_usable();
      refuse_if_over(limits);
      impl.busy_ = true;
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;
    ~Turn() { impl_.busy_ = false; }

   private:
    Impl& impl_;
  };

  void check_usable() const {
    if (busy_) {
      throw Error(ErrorKind::Config, "this connection is in the middle of another statement")
          .hint("use a second connection inside a row callback, or collect the rows first");
    }
    if (!session_.belongs_here()) {
      throw Error(ErrorKind::Config, "this connection was opened before fork(), by the parent")
          .hint("open connections after the fork, in the process that uses them");
    }
    if (!state_.usable) {
      throw Error(ErrorKind::Connection, "this connection was lost earlier")
          .hint("open a new one")
          .safe_to_retry(true);
    }
  }

  /// What escapes the driver (out of memory) leaves the session in the middle of a message.
  void run(wire::Conversation& machine, const CallLimits& limits) {
    const StopListener listener(limits.stop, wake_up_);
    Interruption interruption(session_, limits, listener.wake_up(), cancel_patience_);
    try {
      converse(transport_, machine, interruption);
    } catch (...) {
      state_.usable = false;
      throw;
    }
    // A cancellation that comes late would hit the next statement.
    if (!interruption.over()) state_.usable = false;
  }

  void require_settings(std::chrono::steady_clock::time_point deadline) {
    std::string script;
    for (const wire::RequiredSetting& setting : wire::required_settings()) {
      const auto found = state_.parameters.find(setting.name);
      if (found != state_.parameters.end() && !setting.accepts(found->second)) {
        script.append(setting.command).append(";");
      }
    }
    if (!script.empty())
      run_script(script, {.deadline = deadline, .deadline_name = "the time to connect"});
  }

  Session session_;
  Transport transport_;
  wire::SessionState state_;
  wire::StatementCache statements_;
  std::chrono::milliseconds cancel_patience_;
  std::unique_ptr<WakeUp> wake_up_;  // made when a call can be stopped
  bool busy_ = false;
};

Connection::Connection(const Settings& settings, std::chrono::steady_clock::time_point deadline)
    : impl_(std::make_unique<Impl>(settings, deadline)) {}
Connection::~Connection() = default;
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;

Outcome Connection::execute(std::string_view sql, std::span<const Value> parameters, RowSink& sink,
                            const CallLimits& limits) {
  return impl_->execute(sql, parameters, sink, limits);
}

bool can_pipeline(std::string_view sql) noexcept { return !wire::is_copy(sql); }

void Connection::pipeline(std::span<PipelineEntry> entries, Grouping grouping,
                          const CallLimits& limits) {
  impl_->pipeline(entries, grouping, limits);
}

Outcome Connection::copy_in(CopyIn& copy, const CallLimits& limits) {
  return impl_->copy_in(copy, limits);
}

Outcome Connection::copy_out(std::string_view query, RowSink& sink, const CallLimits& limits) {
  return impl_->copy_out(query, sink, limits);
}

Description Connection::describe(std::string_view sql, const CallLimits& limits) {
  return impl_->describe(sql, limits);
}

void Connection::run_script(std::string_view sql, const CallLimits& limits) {
  impl_->run_script(sql, limits);
}

bool Connection::usable() const noexcept { return impl_ != nullptr && impl_->usable(); }

bool Connection::quiet() const noexcept { return impl_ != nullptr && impl_->quiet(); }

bool Connection::in_transaction() const noexcept {
  return impl_->state().transaction != wire::TransactionStatus::Idle;
}

bool Connection::transaction_failed() const noexcept {
  return impl_->state().transaction == wire::TransactionStatus::Failed;
}

std::string_view Connection::server_parameter(std::string_view name) const {
  const auto& parameters = impl_->state().parameters;
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string_view() : std::string_view(found->second);
}

std::uint32_t Connection::backend_pid() const noexcept { return impl_->session().backend_pid(); }

std::size_t Connection::prepared_statements() const noexcept {
  return impl_->prepared_statements();
}

}  // namespace pgjinja::pg
