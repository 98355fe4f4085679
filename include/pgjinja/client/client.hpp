#pragma once

#include <pgjinja/client/batch.hpp>
#include <pgjinja/client/call_options.hpp>
#include <pgjinja/client/client_settings.hpp>
#include <pgjinja/client/executor.hpp>
#include <pgjinja/client/shape_statistics.hpp>
#include <pgjinja/client/transaction.hpp>
#include <pgjinja/core/context.hpp>
#include <pgjinja/pg/cluster.hpp>
#include <pgjinja/pg/listener.hpp>
#include <pgjinja/pg/pool.hpp>
#include <pgjinja/sql/statement.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace pgjinja {

class Engine;

/// Templates in files become statements on PostgreSQL and rows of your types.
///
///     struct City { std::int64_t id; std::string name; };
///     pgjinja::Client db{{.templates = {"queries"}}};
///     for (const City& c : db.query<City>("cities/largest", {{"country", "FR"}, {"limit", 5}})) …
///
/// All methods may be called from any number of threads at once; each call borrows a connection
/// for its statement. The first call that needs one opens it: making a Client opens nothing. The
/// connection stays usable after an error, or is replaced. When it is lost before the server has
/// begun with what was sent, that is executed on another one, three times in all at most; so are
/// scripts, batches, streams and what begins a transaction, but not COPY.
///
/// Each call of an Executor's method is a transaction of its own; one that leaves a transaction
/// open, such as BEGIN, is rolled back, and is an Error{Config}. What belongs together goes into a
/// transaction() or a batch().
class Client final : public Executor {
 public:
  /// @throws Error{Config} for a directory of templates that does not exist, or both a loader and
  ///         directories.
  explicit Client(ClientSettings settings = {});
  ~Client() override;
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  /// The same client with other limits for its calls, and for the transactions and batches that it
  /// begins. It shares templates and connections with this one, and may outlive it; it is cheap.
  ///
  ///     db.with({.timeout = 200ms}).query<City>("cities/search", …);
  [[nodiscard]] Client with(CallOptions options) const;

  /// A transaction to be committed by hand: see Transaction. It may outlive the Client.
  [[nodiscard]] Transaction begin(TransactionOptions options = {}) const;

  /// Calls `body(Transaction&)` in a transaction, commits when it returns, and gives what it
  /// returned. When it throws, everything is rolled back, and that exception is thrown on.
  ///
  ///     db.transaction([&](Transaction& tx) { tx.execute("debit", …); tx.execute("credit", …); });
  ///
  /// With `retry.attempts` above 1, it is called again after a serialization failure or a deadlock
  /// (SQLSTATE 40001 and 40P01), which take the whole transaction back, also at COMMIT; body then
  /// must not mind being called several times. In between it waits as Retry says.
  template <class Body>
  auto transaction(Body body, const TransactionOptions& options = {}, Retry retry = {}) const {
    for (Attempts attempts(retry);;) {
      try {
        Transaction tx = begin(options);
        if constexpr (std::is_void_v<std::invoke_result_t<Body&, Transaction&>>) {
          body(tx);
          return tx.commit();
        } else {
          auto result = body(tx);
          tx.commit();
          return result;
        }
      } catch (const Error& error) {
        const auto wait = attempts.wait_after(error);
        if (!wait) throw;
        std::this_thread::sleep_for(*wait);
      }
    }
  }

  /// Listens to channels on a session of its own, outside the pool: see pg::Listener. It may
  /// outlive the Client. @throws as pg::Listener's constructor
  [[nodiscard]] pg::Listener listen(const std::vector<std::string>& channels) const;

  /// Several templates in one round trip: see Batch. It may outlive the Client.
  [[nodiscard]] Batch batch() const;

  /// The connections to the only host: statistics(), prewarm(), renew(), drain(). It lives as long
  /// as this or a copy that with() has made. @throws Error{Config} when there are several hosts.
  [[nodiscard]] pg::Pool& pool() const;
  /// The hosts, also if there is only one; lives as pool() does.
  [[nodiscard]] pg::Cluster& cluster() const noexcept;

  /// Which shapes of templates are prepared on the connections that are idle now, how often they
  /// were executed, and how planned: the one executed most comes first. One query for each of these
  /// connections; those that are lent are not asked. Needs PostgreSQL 14.
  [[nodiscard]] std::vector<ShapeStatistics> shape_statistics() const;

  /// What would be executed. Needs no connection.
  [[nodiscard]] sql::Statement render(std::string_view name, const Context& arguments = {}) const;

  /// Executes statements given as SQL text, separated by semicolons and without parameters; rows
  /// are dropped. All in one transaction, unless the text says otherwise (manual 55.2.2.1).
  /// @throws Error{Config} when it leaves a transaction open, which is rolled back.
  void run_script(std::string_view sql) const;

  /// The templates and how they are compiled; lives as long as the Client.
  [[nodiscard]] const jinja::Environment& environment() const noexcept;

 private:
  Client(std::shared_ptr<Engine> engine, CallOptions options);
  void run(Rendering& what, CallSink& sink) const override;
  std::int64_t run_many(std::string_view name, const RowSpan& rows) const override;
  std::int64_t copy_rows(const pg::TableName& table, std::vector<std::string> columns,
                         const RowSpan& rows) const override;
  void copy_query(std::string_view name, const Context& arguments, CallSink& sink) const override;
  [[nodiscard]] const Engine& engine() const override;
  std::unique_ptr<StreamSource> open(std::string_view name, const Context& arguments,
                                     CallSink& sink, const StreamOptions& options) const override;

  std::shared_ptr<Engine> engine_;
  CallOptions options_;
};

}  // namespace pgjinja
