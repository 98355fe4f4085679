#pragma once

#include <pgjinja/client/result.hpp>
#include <pgjinja/client/row_sinks.hpp>
#include <pgjinja/core/context.hpp>
#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/pg/pool_settings.hpp>
#include <pgjinja/pg/settings.hpp>
#include <pgjinja/sql/statement.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace pgjinja {

/// What a Client needs. All of it has a default: without templates and connection settings it
/// knows no template and follows the PG* variables.
///
///     ClientSettings{.templates = {"queries"}}
///     ClientSettings{.connection = server.settings(), .templates = {"queries"}}
struct ClientSettings {
  pg::Settings connection = {};
  pg::PoolSettings pool = {};
  /// Directories with templates: see jinja::DirectoryLoader.
  std::vector<std::filesystem::path> templates = {};
  /// Where templates come from instead of `templates`, e.g. a jinja::MapLoader.
  std::shared_ptr<const jinja::Loader> loader = nullptr;
  /// Unprintable: an undefined variable is falsy and may get a default, but is never bound.
  jinja::UndefinedPolicy undefined = jinja::UndefinedPolicy::Unprintable;
  jinja::Limits limits = {};
  /// Are templates loaded again when they have changed? By default they are not.
  jinja::Reload reload = {};
  /// false: the raw filter is refused, and every text that is sent is a template author's.
  bool allow_raw = true;
  /// Called once, before the first template is compiled, to add filters, tests, functions and
  /// globals; those are called from whatever threads use the Client. What it throws, the Client's
  /// constructor throws.
  std::function<void(jinja::Environment& environment)> configure = nullptr;
};

/// Templates in files become statements on PostgreSQL and rows of your types.
///
///     struct City { std::int64_t id; std::string name; };
///     pgjinja::Client db{{.templates = {"queries"}}};
///     for (const City& c : db.query<City>("cities/largest", {{"country", "FR"}, {"limit", 5}})) …
///
/// Row types, named T below: a struct, whose members are matched to the columns by name; a
/// std::tuple or std::pair, by position; or what a single column decodes to. See row_type().
///
/// All methods may be called from any number of threads at once; each call borrows a connection
/// for its statement. The first call that needs one opens it: making a Client opens nothing.
///
/// Each call is a transaction of its own; one that leaves a transaction open is rolled back, and is
/// an error.
///
/// Every call may throw, always pgjinja::Error: what Template::render, sql::Binder::bind,
/// pg::Pool::acquire and pg::Connection::execute throw. An error of the server or of encoding
/// points at the place in the template; others tell the template that was being executed. The
/// connection stays usable, or is replaced.
class Client {
 public:
  /// @throws Error{Config} for a directory of templates that does not exist, or both a loader and
  ///         directories.
  explicit Client(ClientSettings settings = {});
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  /// All rows of the template `name` rendered with `arguments`. The template sees the names of T's
  /// members as `_model_fields_`, unless an argument is called so.
  /// @throws Error{Mapping} when the columns do not match T, or a value does not fit.
  template <class T>
  [[nodiscard]] std::vector<T> query(std::string_view name, const Context& arguments = {}) const {
    RowsSink<T> sink;
    run_mapped(name, arguments, sink);
    return std::move(sink).take();
  }

  /// The same, untyped.
  [[nodiscard]] Result query(std::string_view name, const Context& arguments = {}) const;

  /// The only row. @throws Error{Cardinality} when there is none, or more than one.
  template <class T>
  [[nodiscard]] T query_one(std::string_view name, const Context& arguments = {}) const {
    FirstRowSink<T> sink;
    run_mapped(name, arguments, sink);
    if (sink.count() != 1) refuse_count(name, "query_one takes exactly one", sink.count());
    return std::move(sink).take();
  }

  /// The only row, or nothing when there is none. @throws Error{Cardinality} when there are more.
  template <class T>
  [[nodiscard]] std::optional<T> query_maybe(std::string_view name,
                                             const Context& arguments = {}) const {
    FirstRowSink<T> sink;
    run_mapped(name, arguments, sink);
    if (sink.count() > 1) refuse_count(name, "query_maybe takes at most one", sink.count());
    return sink.count() == 0 ? std::nullopt : std::optional<T>(std::move(sink).take());
  }

  /// Executes a statement and says how many rows it returned or affected. Rows are dropped.
  /// @throws Error{Config} for a statement such as BEGIN, which leaves a transaction open.
  std::int64_t execute(std::string_view name, const Context& arguments = {}) const;

  /// What would be executed. Needs no connection.
  [[nodiscard]] sql::Statement render(std::string_view name, const Context& arguments = {}) const;

  /// Executes statements given as SQL text, separated by semicolons and without parameters; rows
  /// are dropped. All in one transaction, unless the text says otherwise (manual 55.2.2.1).
  /// @throws Error{Config} when it leaves a transaction open, which is rolled back.
  void run_script(std::string_view sql) const;

  /// The templates and how they are compiled; lives as long as the Client.
  [[nodiscard]] const jinja::Environment& environment() const noexcept;

 private:
  void run_mapped(std::string_view name, const Context& arguments, MappedSink& sink) const;
  [[noreturn]] static void refuse_count(std::string_view name, std::string_view wanted,
                                        std::size_t count);

  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace pgjinja
