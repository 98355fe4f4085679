#include "client/buffers.hpp"
#include "client/copy.hpp"
#include "client/engine.hpp"
#include "client/error_place.hpp"
#include "client/left_open.hpp"
#include "client/local_settings.hpp"
#include "client/plan.hpp"
#include "client/rendering.hpp"
#include "client/shape_statistics.hpp"
#include "client/statement_stream.hpp"
#include "client/transaction_state.hpp"
#include "client/unbegun.hpp"

#include <pgjinja/client/client.hpp>

#include <string_view>
#include <utility>

namespace pgjinja {

namespace {
constexpr std::string_view kInTransaction =
    "take it in a transaction: TransactionOptions::settings hold for all of it";

/// Calls `work` with a connection. When that is lost before the server has begun, another will do.
void on_connection(const auto& borrow, const auto& work) {
  for (std::size_t attempt = 1;; ++attempt) {
    const pg::Lease connection = borrow();
    try {
      return work(*connection);
    } catch (const Error& error) {
      if (attempt == kMostAttempts || connection->usable() || !is_unbegun(error)) throw;
    }
  }
}

pg::Outcome execute_on(const Engine& engine, const CallOptions& options, pg::Connection& connection,
                       const sql::Statement& statement, const jinja::Template& source,
                       CallSink& sink) {
  const pg::CallLimits limits = limits_of(options, engine.time_of(source, options));
  const auto plan = plan_of(options.settings, source.front_matter().plan);
  pg::Outcome outcome =
      options.settings.empty() && !plan
          ? connection.execute(statement.sql, statement.parameters, sink, limits)
          : execute_with_settings(connection,
                                  plan ? settings_with(options.settings, *plan) : options.settings,
                                  statement.sql, statement.parameters, sink, limits);
  if (connection.in_transaction()) throw left_open("the statement");
  return outcome;
}

}  // namespace

Client::Client(ClientSettings settings) : engine_(std::make_shared<Engine>(std::move(settings))) {}
Client::Client(std::shared_ptr<Engine> engine, CallOptions options)
    : engine_(std::move(engine)), options_(std::move(options)) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

[[gnu::hot]] void Client::run(Rendering& what, CallSink& sink) const {
  Buffers buffers;
  const sql::Statement& statement = buffers.statement();
  const jinja::Template source = what.bind(*engine_, buffers.fragment(), buffers.statement());
  const auto borrow = [&] { return engine_->borrow(options_, source); };
  try {
    on_connection(borrow, [&](pg::Connection& connection) {
      sink.finish(execute_on(*engine_, options_, connection, statement, source, sink));
    });
  } catch (const Error& error) {
    throw placed(error, statement, source.source());
  }
}

std::int64_t Client::run_many(std::string_view name, const RowSpan& rows) const {
  if (rows.size() == 0) return 0;
  TransactionState transaction(engine_, {}, options_);
  const std::int64_t affected = transaction.run_many(0, name, rows);
  transaction.commit(0);
  return affected;
}

std::int64_t Client::copy_rows(const pg::TableName& table, std::vector<std::string> columns,
                               const RowSpan& rows) const {
  if (!options_.settings.empty()) {
    TransactionState transaction(engine_, {}, options_);
    const std::int64_t copied = transaction.copy_rows(0, table, std::move(columns), rows);
    transaction.commit(0);
    return copied;
  }
  const pg::Lease connection = engine_->borrow(options_, "copy_in");
  return pgjinja::copy_rows(*connection, table, std::move(columns), rows,
                            limits_of(options_, engine_->time_of(options_)));
}

void Client::copy_query(std::string_view name, const Context& arguments, CallSink& sink) const {
  refuse_settings(options_, "copy_out()", kInTransaction);
  Buffers buffers;
  const sql::Statement& statement = buffers.statement();
  const jinja::Template source =
      engine_->bind(name, arguments, buffers.fragment(), buffers.statement());
  refuse_parameters(statement);
  try {
    const pg::Lease connection = engine_->borrow(options_, source);
    pgjinja::copy_query(*connection, statement, sink,
                        limits_of(options_, engine_->time_of(source, options_)));
  } catch (const Error& error) {
    throw placed(error, statement, source.source());
  }
}

[[gnu::hot]] const Engine& Client::engine() const { return *engine_; }

std::unique_ptr<StreamSource> Client::open(std::string_view name, const Context& arguments,
                                           CallSink& sink, const StreamOptions& options) const {
  auto stream = std::make_unique<StatementStream>(engine_, options_, sink);
  stream->open(name, arguments, options);
  return stream;
}

Client Client::with(CallOptions options) const { return {engine_, std::move(options)}; }

Transaction Client::begin(TransactionOptions options) const {
  return {std::make_shared<TransactionState>(engine_, std::move(options), options_), 0};
}

pg::Listener Client::listen(const std::vector<std::string>& channels) const {
  const pg::CallLimits limits = waiting_limits(options_);
  const pg::Role role = options_.role.value_or(pg::Role::Primary);
  return {engine_->cluster().settings(role, limits), channels, limits};
}

pg::Pool& Client::pool() const {
  pg::Cluster& cluster = engine_->cluster();
  if (cluster.size() == 1) return cluster.pool(0);
  throw Error(ErrorKind::Config, "each of several hosts has a pool of its own")
      .hint("take cluster(), which has them all");
}

pg::Cluster& Client::cluster() const noexcept { return engine_->cluster(); }

Batch Client::batch() const { return {engine_, options_}; }

std::vector<ShapeStatistics> Client::shape_statistics() const {
  return pgjinja::shape_statistics(engine_->cluster(),
                                   limits_of(options_, engine_->time_of(options_)));
}

sql::Statement Client::render(std::string_view name, const Context& arguments) const {
  jinja::Fragment fragment;
  sql::Statement statement;
  engine_->bind(name, arguments, fragment, statement);
  return statement;
}

void Client::run_script(std::string_view sql) const {
  refuse_settings(options_, "run_script()", kInTransaction);
  const auto borrow = [this] { return engine_->borrow(options_, "script"); };
  on_connection(borrow, [&](pg::Connection& connection) {
    connection.run_script(sql, limits_of(options_, engine_->time_of(options_)));
    if (connection.in_transaction()) throw left_open("the script");
  });
}

const jinja::Environment& Client::environment() const noexcept { return engine_->environment(); }

}  // namespace pgjinja
