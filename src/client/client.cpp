#include "client/buffers.hpp"
#include "client/error_place.hpp"

#include <pgjinja/client/client.hpp>
#include <pgjinja/jinja/loader.hpp>
#include <pgjinja/pg/pool.hpp>
#include <pgjinja/sql/binder.hpp>
#include <pgjinja/sql/filters.hpp>
#include <pgjinja/sql/summarise.hpp>

#include <utility>

#include <fmt/format.h>

namespace pgjinja {

namespace {

std::shared_ptr<const jinja::Loader> loader_of(const ClientSettings& settings) {
  if (settings.templates.empty()) return settings.loader;
  if (settings.loader != nullptr) {
    throw Error(ErrorKind::Config,
                "templates come from directories or from a loader, not from both")
        .hint("leave ClientSettings::templates or ClientSettings::loader empty");
  }
  return std::make_shared<jinja::DirectoryLoader>(settings.templates,
                                                  settings.limits.template_bytes);
}

jinja::Options options_of(const ClientSettings& settings) {
  jinja::Options options;
  options.undefined = settings.undefined;
  options.captures = jinja::Captures::Fragment;
  options.limits = settings.limits;
  options.front_matter = true;
  options.summarise = &sql::summarise;
  options.reload = settings.reload;
  options.annotate = &sql::annotate;
  return options;
}

/// The connection goes back to the pool, which rolls back: nobody must take that for a success.
Error left_open(std::string_view what) {
  return Error(ErrorKind::Config,
               fmt::format("{} leaves a transaction open, and it has been rolled back", what))
      .hint(
          "each call of a Client has a connection for itself only while it runs: put all that "
          "belongs together into one run_script() with its COMMIT, or into one WITH statement");
}

class DroppingSink final : public pg::RowSink {
 public:
  void columns(const std::vector<pg::Column>&) override {}
  void row(std::span<const pg::Field>) override {}
};

}  // namespace

class Client::Impl {
 public:
  explicit Impl(ClientSettings settings)
      : environment_(options_of(settings), loader_of(settings)),
        binder_(sql::BinderOptions{.allow_raw = settings.allow_raw}),
        pool_(std::move(settings.connection), settings.pool) {
    sql::install(environment_);
    if (settings.configure != nullptr) settings.configure(environment_);
  }

  /// `finish` is called after the last row; what it throws gets its place, too.
  template <class Finish>
  auto run(std::string_view name, const Context& context, pg::RowSink& sink, Finish finish) {
    const jinja::Template source = environment_.get_template(name);
    Buffers buffers;
    sql::Statement& statement = buffers.statement();
    source.render(context, buffers.fragment());
    binder_.bind(std::move(buffers.fragment()), source.source().name, statement);
    const pg::Lease connection = pool_.acquire();
    try {
      pg::Outcome outcome = connection->execute(statement.sql, statement.parameters, sink);
      if (connection->in_transaction()) throw left_open("the statement");
      return finish(std::move(outcome));
    } catch (const Error& error) {
      throw placed(error, statement, source.source());
    }
  }

  [[nodiscard]] sql::Statement render(std::string_view name, const Context& context) const {
    const jinja::Template source = environment_.get_template(name);
    sql::Statement statement;
    binder_.bind(source.render(context), source.source().name, statement);
    return statement;
  }

  void run_script(std::string_view sql) {
    const pg::Lease connection = pool_.acquire();
    connection->run_script(sql);
    if (connection->in_transaction()) throw left_open("the script");
  }
  [[nodiscard]] const jinja::Environment& environment() const noexcept { return environment_; }

 private:
  jinja::Environment environment_;
  sql::Binder binder_;
  pg::Pool pool_;
};

Client::Client(ClientSettings settings) : impl_(std::make_unique<Impl>(std::move(settings))) {}
Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

Result Client::query(std::string_view name, const Context& arguments) const {
  ResultSink sink;
  return impl_->run(name, arguments, sink, [&sink](pg::Outcome outcome) {
    return sink.take(std::move(outcome.tag), outcome.rows);
  });
}

std::int64_t Client::execute(std::string_view name, const Context& arguments) const {
  DroppingSink sink;
  return impl_->run(name, arguments, sink, [](const pg::Outcome& outcome) { return outcome.rows; });
}

sql::Statement Client::render(std::string_view name, const Context& arguments) const {
  return impl_->render(name, arguments);
}

void Client::run_script(std::string_view sql) const { impl_->run_script(sql); }

const jinja::Environment& Client::environment() const noexcept { return impl_->environment(); }

void Client::run_mapped(std::string_view name, const Context& arguments, MappedSink& sink) const {
  const Context context = Context::layered(arguments, sink.type().context);
  impl_->run(name, context, sink, [&sink](const pg::Outcome&) { sink.finish(); });
}

void Client::refuse_count(std::string_view name, std::string_view wanted, std::size_t count) {
  Error error(ErrorKind::Cardinality, fmt::format("template \"{}\" gave {} row{}, and {}", name,
                                                  count, count == 1 ? "" : "s", wanted));
  throw error.hint(count == 0 ? "query_maybe gives nothing when there is no row"
                              : "query gives all rows; else narrow the WHERE clause, or LIMIT 1");
}

}  // namespace pgjinja
