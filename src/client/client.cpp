#include "client/buffers.hpp"
#include "client/engine.hpp"
#include "client/error_place.hpp"
#include "client/left_open.hpp"
#include "client/transaction_state.hpp"

#include <pgjinja/client/client.hpp>

#include <utility>

namespace pgjinja {

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

ColumnNaming Client::naming() const { return engine_->naming(); }

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
