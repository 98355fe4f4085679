#pragma once

#include <pgjinja/client/detail/expect_count.hpp>
#include <pgjinja/client/each_row_sink.hpp>
#include <pgjinja/client/page.hpp>
#include <pgjinja/client/result.hpp>
#include <pgjinja/client/row_sinks.hpp>
#include <pgjinja/client/row_span.hpp>
#include <pgjinja/client/stream.hpp>
#include <pgjinja/client/transform.hpp>
#include <pgjinja/core/context.hpp>
#include <pgjinja/core/value.hpp>
#include <pgjinja/pg/copy.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace pgjinja {

class Engine;
class Rendering;

/// What executes templates: a Client, where each call is a transaction of its own, or a
/// Transaction. A function that takes `const Executor&` works with both.
///
/// Row types, named T below: a struct, whose members are matched to the columns by name; a
/// std::tuple or std::pair, by position; what a single column decodes to; or a Map, from the names
/// of any columns to Values. See docs/types.md and docs/data.md.
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
  /// @throws Error{Mapping}, Error{Server} and so on also in the midst of the rows: only a loop
  /// that
  ///         comes to its end has seen all.
  template <class T>
  [[nodiscard]] Stream<T> stream(std::string_view name, const Context& arguments = {},
                                 const StreamOptions& options = {}) const {
    auto sink = std::make_unique<ChunkSink<T>>();
    auto source = open_mapped(name, arguments, *sink, options);
    return Stream<T>(std::move(source), std::move(sink));
  }

  /// One page of a result that is sorted by unique keys, found by the keys of the row before it
  /// ("keyset" pagination): however far in, it costs as much as the first one where an index has
  /// these keys. The template gives all rows, and may have @sort in its front matter:
  ///
  ///     auto page = db.page<City>("cities/all", {{"country", "FR"}}, {.size = 20});
  ///     auto then = db.page<City>("cities/all", {{"country", "FR"}}, {.after = *page.next});
  ///
  /// What is executed is `SELECT * FROM (the template) WHERE … ORDER BY … LIMIT …`; see
  /// docs/pages.md. Now and then the server's catalogue is asked about the keys, with a statement
  /// of its own.
  /// @throws Error{Cursor} for a cursor of another page, or that was tampered with; Error{Config}
  ///         without ClientSettings::cursor_secrets, without keys, for a template that is no query,
  ///         and for keys that are not unique: as far as the catalogue or these rows tell.
  template <class T>
  [[nodiscard]] Page<T> page(std::string_view name, const Context& arguments = {},
                             const PageRequest& request = {}) const {
    RowsSink<T> sink;
    PageEnds ends = run_page(name, arguments, request, sink);
    Page<T> page{std::move(sink).take(), std::move(ends.next), std::move(ends.previous)};
    if (ends.backward) std::reverse(page.rows.begin(), page.rows.end());
    return page;
  }

  /// One page by its number of rows from the beginning, with the number of all rows if asked for.
  ///
  ///     db.offset_page<City>("cities/all", {}, {.size = 20, .offset = 40, .total = true});
  ///
  /// @throws Error{Config} for a template that is no query
  template <class T>
  [[nodiscard]] OffsetPage<T> offset_page(std::string_view name, const Context& arguments,
                                          const OffsetRequest& request) const {
    RowsSink<T> sink;
    const OffsetEnd end = run_page(name, arguments, request, sink);
    return {std::move(sink).take(), end.more, end.total};
  }

  /// The rows as data: a list of maps, or what transforms make of it. First come those of the
  /// template's front matter, then `transforms`, then those of ClientSettings.
  ///
  ///     db.fetch("authors/with_books", {}, {transform::nest("books", "book_")})
  ///     {#--- @transform nest('books', 'book_') | key_by('id') ---#}
  ///
  /// Numbers, bool, text, bytes and lists are such Values, json and jsonb the data that they hold,
  /// NULL is null, and all other types are their text. to_json() writes the whole as JSON.
  /// @throws as query<Map>(); what transforms throw; Error{Config} for a transform that front
  ///         matter names and nobody knows; Error{Limit} beyond Value::kMaxExtent values.
  [[nodiscard]] Value fetch(std::string_view name, const Context& arguments = {},
                            const Transforms& transforms = {}) const;

  /// The same row by row. @throws Error{Config} for a transform of the whole result; others as
  ///         stream() and fetch()
  [[nodiscard]] Stream<Map> fetch_stream(std::string_view name, const Context& arguments = {},
                                         const StreamOptions& options = {},
                                         const Transforms& transforms = {}) const;

  /// One page of it: transforms get the rows of the page, of which the statement counts the size.
  /// @throws as page() and fetch()
  [[nodiscard]] DataPage fetch_page(std::string_view name, const Context& arguments = {},
                                    const PageRequest& request = {},
                                    const Transforms& transforms = {}) const;
  /// @throws as offset_page() and fetch()
  [[nodiscard]] DataOffsetPage fetch_offset_page(std::string_view name, const Context& arguments,
                                                 const OffsetRequest& request,
                                                 const Transforms& transforms = {}) const;

  /// Executes a statement and says how many rows it returned or affected. Rows are dropped.
  std::int64_t execute(std::string_view name, const Context& arguments = {}) const;

  /// Executes the template `name` once for each row, and gives how many rows of tables that
  /// affected. All or nothing: in a Client it is one transaction, and a Transaction in which it
  /// fails executes nothing more. A row is a struct, whose members the template sees by name, or a
  /// Context. Rows that statements return are dropped. Without rows nothing is sent.
  ///
  /// What is sent is up to the template, and to the table: it ends up as if the statements had been
  /// executed one by one, in this order.
  ///   - A plain `INSERT INTO table (columns) VALUES ({{ a }}, {{ b }})` goes by COPY.
  ///   - With casts, constants, ON CONFLICT … DO NOTHING or DO UPDATE SET x = EXCLUDED.x it goes as
  ///     INSERT … SELECT FROM unnest($1, $2), a thousand rows at a time.
  ///   - Any other statement, few rows, and a table where these are not sure to be the same
  ///   (triggers,
  ///     rules, row security, …: docs/bulk.md) go in pipelines, about a thousand statements at a
  ///     time.
  /// A template is rendered for each row, unless it is nothing but text and `{{ name }}`.
  /// @throws as execute(); Error{Config} for rows without names. Errors tell the row, from 1,
  /// unless
  ///         they come only with COMMIT.
  template <class T>
  std::int64_t execute_many(std::string_view name, std::span<const T> rows) const {
    return run_many(name, RowSpan(rows));
  }
  template <class T>
  std::int64_t execute_many(std::string_view name, const std::vector<T>& rows) const {
    return run_many(name, RowSpan(std::span<const T>(rows)));
  }

  /// Copies rows into a table (COPY FROM STDIN) and gives their number: all of them, or none. The
  /// fastest way in; it passes by no template. Each member goes into the column of its name, or,
  /// with `columns`, only the members so named; the elements of a tuple go into `columns` by
  /// position. Table and columns are names, taken as they are and quoted, capitals and all.
  ///
  /// The types of the columns are asked of the server. Rows go in binary when each member's type
  /// has a binary form for its column's, else all of them in text, as parameters do; so a text may
  /// go into any column that reads it. COPY fires triggers, but no rules, and writes into a column
  /// GENERATED ALWAYS AS IDENTITY what it is given (manual, COPY). Without rows nothing is sent.
  /// @throws Error{Mapping} for a column without a member; Error{Server} and Error{Encode}, whose
  ///         detail tells row and column, the row from 1; others as pg::Connection::copy_in
  template <class T>
  std::int64_t copy_in(const pg::TableName& table, std::span<const T> rows) const {
    return copy_rows(table, {}, RowSpan(rows).named(naming()));
  }
  template <class T>
  std::int64_t copy_in(const pg::TableName& table, const std::vector<T>& rows) const {
    return copy_in(table, std::span<const T>(rows));
  }
  template <class T>
  std::int64_t copy_in(const pg::TableName& table, const std::vector<std::string>& columns,
                       std::span<const T> rows) const {
    return copy_rows(table, columns, RowSpan(rows).named(naming()));
  }
  template <class T>
  std::int64_t copy_in(const pg::TableName& table, const std::vector<std::string>& columns,
                       const std::vector<T>& rows) const {
    return copy_in(table, columns, std::span<const T>(rows));
  }

  /// Calls `take(T&&)` with each row of COPY (query) TO STDOUT as it comes, where the query is the
  /// template `name` rendered with `arguments`, and gives their number. COPY takes no parameters:
  /// what the template prints must be a mark, such as {{ id | literal }}. What `take` throws is
  /// thrown on when all rows have been read. It may not use this Transaction, nor a Client's
  /// connection.
  /// @throws Error{Binding} for a template with parameters; others as query().
  template <class T, class Take>
    requires std::is_invocable_v<Take&, T&&>
  std::int64_t copy_out(std::string_view name, const Context& arguments, Take take) const {
    EachRowSink<T, Take> sink(take);
    copy_mapped(name, arguments, sink);
    return static_cast<std::int64_t>(sink.count());
  }
  template <class T, class Take>
    requires std::is_invocable_v<Take&, T&&>
  std::int64_t copy_out(std::string_view name, Take take) const {
    return copy_out<T>(name, {}, std::move(take));
  }

 protected:
  Executor() = default;
  Executor(const Executor&) = default;
  Executor& operator=(const Executor&) = default;

 private:
  /// Executes one statement; `sink` gets its rows and its end.
  virtual void run(Rendering& what, CallSink& sink) const = 0;

  virtual std::int64_t run_many(std::string_view name, const RowSpan& rows) const = 0;
  virtual std::int64_t copy_rows(const pg::TableName& table, std::vector<std::string> columns,
                                 const RowSpan& rows) const = 0;
  virtual void copy_query(std::string_view name, const Context& arguments,
                          CallSink& sink) const = 0;

  void copy_mapped(std::string_view name, const Context& arguments, MappedSink& sink) const;
  [[nodiscard]] virtual const Engine& engine() const = 0;
  /// How columns are called; nullptr for as members are.
  [[nodiscard]] ColumnNaming naming() const;

  /// Begins to execute one template whose rows are taken bit by bit; `sink` has to outlive that.
  virtual std::unique_ptr<StreamSource> open(std::string_view name, const Context& arguments,
                                             CallSink& sink,
                                             const StreamOptions& options) const = 0;

  std::unique_ptr<StreamSource> open_mapped(std::string_view name, const Context& arguments,
                                            MappedSink& sink, const StreamOptions& options) const;
  PageEnds run_page(std::string_view name, const Context& arguments, const PageRequest& request,
                    MappedSink& sink) const;
  OffsetEnd run_page(std::string_view name, const Context& arguments, const OffsetRequest& request,
                     MappedSink& sink) const;
  void run_mapped(std::string_view name, const Context& arguments, MappedSink& sink) const;
};

}  // namespace pgjinja
