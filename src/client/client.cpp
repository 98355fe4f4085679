#include "client/buffers.hpp"
#include "client/engine.hpp"
#include "client/error_place.hpp"
#include "client/transaction_state.hpp"

#include <pgjinja/client/client.hpp>

#include <utility>

#include <fmt/format.h>

namespace pgjinja {

namespace {

/// The connection goes back to the pool, which rolls back: nobody must take that for a success.
Error left_open(std::string_view what) {
  return Error(ErrorKind::Config,
               fmt::format("{} leaves a transaction open, and it has been rolled back", what))
      .hint(
          "each call of a Client has a connection for itself only while it runs: use "
          "Client::transaction(), or put all that belongs together into one run_script()");
}

}  // namespace

Client::Client(ClientSettings settings) : engine_(std::make_shared<Engine>(std::move(settings))) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

void Client::run(std::string_view name, const Context& arguments, CallSink& sink) const {
  Buffers buffers;
  const sql::Statement& statement = buffers.statement();
  const jinja::Template source =
      engine_->bind(name, arguments, buffers.fragment(), buffers.statement());
  const pg::Lease connection = engine_->pool().acquire();
  try {
    pg::Outcome outcome = connection->execute(statement.sql, statement.parameters, sink);
    if (connection->in_transaction()) throw left_open("the statement");
    sink.finish(std::move(outcome));
  } catch (const Error& error) {
    throw placed(error, statement, source.source());
  }
}

Transaction Client::begin(TransactionOptions options) const {
  return {std::make_shared<TransactionState>(engine_, std::move(options)), 0};
}

Batch Client::batch() const { return Batch(engine_); }

sql::Statement Client::render(std::string_view name, const Context& arguments) const {
  jinja::Fragment fragment;
  sql::Statement statement;
  engine_->bind(name, arguments, fragment, statement);
  return statement;
}

void Client::run_script(std::string_view sql) const {
  const pg::Lease connection = engine_->pool().acquire();
  connection->run_script(sql);
  if (connection->in_transaction()) throw left_open("the script");
}

const jinja::Environment& Client::environment() const noexcept { return engine_->environment(); }

}  // namespace pgjinja
