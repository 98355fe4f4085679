#pragma once

#include <pgjinja/client/detail/expect_count.hpp>
#include <pgjinja/client/result.hpp>
#include <pgjinja/client/row_sinks.hpp>
#include <pgjinja/client/stream.hpp>
#include <pgjinja/core/context.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace pgjinja {

/// What executes templates: a Client, where each call is a transaction of its own, or a
/// Transaction. A function that takes `const Executor&` works with both.
///
/// Row types, named T below: a struct, whose members are matched to the columns by name; a
/// std::tuple or std::pair, by position; or what a single column decodes to. See docs/types.md.
///
/// Every call may throw, always pgjinja::Error: what Template::render, sql::Binder::bind,
/// pg::Pool::acquire and pg::Connection::execute throw. An error of the server or of encoding
/// points at the place in the template; others tell the template that was being executed.
class Executor {
 public:
  virtual ~Executor() = default;

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
    detail::expect_count(name, "query_one takes exactly one", sink.count(), sink.count() == 1);
    return std::move(sink).take();
  }

  /// The only row, or nothing when there is none. @throws Error{Cardinality} when there are more.
  template <class T>
  [[nodiscard]] std::optional<T> query_maybe(std::string_view name,
                                             const Context& arguments = {}) const {
    FirstRowSink<T> sink;
    run_mapped(name, arguments, sink);
    detail::expect_count(name, "query_maybe takes at most one", sink.count(), sink.count() <= 1);
    return sink.count() == 0 ? std::nullopt : std::optional<T>(std::move(sink).take());
  }

  /// The rows one after the other, in constant memory however many there are: see Stream. Nothing
  /// is sent before the first row is asked for.
  ///
  ///     for (const City& c : db.stream<City>("cities/all")) …
  ///
  /// @throws Error{Mapping}, Error{Server} and so on also in the midst of the rows: only a loop that
  ///         comes to its end has seen all.
  template <class T>
  [[nodiscard]] Stream<T> stream(std::string_view name, const Context& arguments = {},
                                 const StreamOptions& options = {}) const {
    auto sink = std::make_unique<ChunkSink<T>>();
    auto source = open_mapped(name, arguments, *sink, options);
    return Stream<T>(std::move(source), std::move(sink));
  }

  /// Executes a statement and says how many rows it returned or affected. Rows are dropped.
  std::int64_t execute(std::string_view name, const Context& arguments = {}) const;

 protected:
  Executor() = default;
  Executor(const Executor&) = default;
  Executor& operator=(const Executor&) = default;

 private:
  /// Executes one template; `sink` gets its rows and its end.
  virtual void run(std::string_view name, const Context& arguments, CallSink& sink) const = 0;

  /// How columns are called; nullptr for as members are.
  [[nodiscard]] virtual ColumnNaming naming() const = 0;

  /// Begins to execute one template whose rows are taken bit by bit; `sink` has to outlive that.
  virtual std::unique_ptr<StreamSource> open(std::string_view name, const Context& arguments,
                                             CallSink& sink,
                                             const StreamOptions& options) const = 0;

  std::unique_ptr<StreamSource> open_mapped(std::string_view name, const Context& arguments,
                                            MappedSink& sink, const StreamOptions& options) const;
  void run_mapped(std::string_view name, const Context& arguments, MappedSink& sink) const;
};

}  // namespace pgjinja
