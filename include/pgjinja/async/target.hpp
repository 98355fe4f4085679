#pragma once

#include <pgjinja/async/bulk.hpp>
#include <pgjinja/async/completion.hpp>
#include <pgjinja/client/column_naming.hpp>
#include <pgjinja/client/pending.hpp>

#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

namespace pgjinja {

class AsyncJob;
class AsyncStreamRows;
class AsyncStreamSource;
class Engine;
class Rendering;
struct StreamOptions;

/// What executes asynchronous calls. Thread-safe.
class AsyncTarget {
 public:
  virtual ~AsyncTarget() = default;

  /// A job that gives the call's result, but does not know yet what is to be executed.
  [[nodiscard]] virtual std::shared_ptr<AsyncJob> make_job(
      std::shared_ptr<BatchCall> call, std::unique_ptr<detail::Completion> completion) = 0;
  /// Never calls the handler by itself, but lets the executor do it.
  virtual void begin(const std::shared_ptr<AsyncJob>& job) = 0;
  /// At any time.
  virtual void cancel(const std::shared_ptr<AsyncJob>& job) = 0;
  [[nodiscard]] virtual boost::asio::any_io_executor executor() const noexcept = 0;
};

/// What executes the templates of an AsyncExecutor.
class AsyncTemplateTarget : public AsyncTarget {
 public:
  /// What renders templates and binds them.
  [[nodiscard]] virtual std::shared_ptr<const Engine> engine() const noexcept = 0;
  /// How columns are called; nullptr for as members are.
  [[nodiscard]] virtual ColumnNaming naming() const noexcept = 0;
  /// The rows of one statement bit by bit. Renders and binds now; what goes wrong is told to the
  /// first who asks for rows.
  [[nodiscard]] virtual std::shared_ptr<AsyncStreamSource> open_stream(
      Rendering& what, std::shared_ptr<AsyncStreamRows> rows, const StreamOptions& options) = 0;
  /// What does `work` once, which messages call `user`.
  [[nodiscard]] virtual std::shared_ptr<AsyncTarget> open_bulk(BulkWork work, std::string user) = 0;
};

}  // namespace pgjinja
