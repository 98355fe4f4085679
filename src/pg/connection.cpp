#include "pg/row_stream_state.hpp"
#include "pg/session_driver.hpp"
#include "pg/wire/cacheable.hpp"
#include "pg/wire/copy_in_machine.hpp"
#include "pg/wire/copy_out_machine.hpp"
#include "pg/wire/describe_machine.hpp"
#include "pg/wire/execute_machine.hpp"
#include "pg/wire/pipeline_machine.hpp"
#include "pg/wire/script_machine.hpp"

#include <pgjinja/pg/connection.hpp>

#include <utility>

namespace pgjinja::pg {

Connection::Connection(const Settings& settings, const CallLimits& limits)
    : driver_(std::make_shared<SessionDriver>(settings, limits)) {}
Connection::Connection(std::shared_ptr<SessionDriver> session) noexcept
    : driver_(std::move(session)) {}
Connection::~Connection() = default;
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;

[[gnu::hot]] Outcome Connection::execute(std::string_view sql, std::span<const Value> parameters,
                                         RowSink& sink, const CallLimits& limits) {
  const SessionDriver::Turn turn(*driver_, limits);
  wire::ExecuteMachine machine(driver_->state(), driver_->statements(), sql, parameters, sink);
  driver_->run(machine, limits);
  return machine.finish();
}

bool can_pipeline(std::string_view sql) noexcept { return !wire::is_copy(sql); }

void Connection::pipeline(std::span<PipelineEntry> entries, Grouping grouping,
                          const CallLimits& limits) {
  const SessionDriver::Turn turn(*driver_, limits);
  if (entries.empty()) return;
  wire::PipelineMachine machine(driver_->state(), driver_->statements(), entries, grouping);
  driver_->run(machine, limits);
  machine.finish();
}

RowStream Connection::stream(std::string_view sql, std::span<const Value> parameters, RowSink& sink,
                             std::uint32_t fetch_size) {
  return RowStream(std::make_unique<RowStreamState>(driver_, sql, parameters, sink, fetch_size));
}

Outcome Connection::copy_in(CopyIn& copy, const CallLimits& limits) {
  const SessionDriver::Turn turn(*driver_, limits);
  wire::CopyInMachine machine(driver_->state(), copy);
  driver_->run(machine, limits);
  return machine.finish();
}

Outcome Connection::copy_out(std::string_view query, RowSink& sink, const CallLimits& limits) {
  const SessionDriver::Turn turn(*driver_, limits);
  wire::CopyOutMachine machine(driver_->state(), query, sink);
  driver_->run(machine, limits);
  return machine.finish();
}

Description Connection::describe(std::string_view sql, const CallLimits& limits) {
  const SessionDriver::Turn turn(*driver_, limits);
  wire::DescribeMachine machine(driver_->state(), sql);
  driver_->run(machine, limits);
  return machine.finish();
}

void Connection::run_script(std::string_view sql, const CallLimits& limits) {
  const SessionDriver::Turn turn(*driver_, limits);
  wire::ScriptMachine machine(driver_->state(), sql);
  driver_->run(machine, limits);
  machine.finish();
}

bool Connection::usable() const noexcept { return driver_ != nullptr && driver_->usable(); }

bool Connection::quiet() const noexcept { return driver_ != nullptr && driver_->quiet(); }

[[gnu::hot]] bool Connection::in_transaction() const noexcept {
  return driver_->state().transaction != wire::TransactionStatus::Idle;
}

bool Connection::transaction_failed() const noexcept {
  return driver_->state().transaction == wire::TransactionStatus::Failed;
}

std::string_view Connection::server_parameter(std::string_view name) const {
  const auto& parameters = driver_->state().parameters;
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string_view() : std::string_view(found->second);
}

std::uint32_t Connection::backend_pid() const noexcept { return driver_->session().backend_pid(); }

std::size_t Connection::prepared_statements() const noexcept {
  return driver_->statements().size();
}

}  // namespace pgjinja::pg
