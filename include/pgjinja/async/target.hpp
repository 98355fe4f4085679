#pragma once

#include <pgjinja/async/completion.hpp>
#include <pgjinja/client/column_naming.hpp>
#include <pgjinja/client/pending.hpp>

#include <memory>

#include <boost/asio/any_io_executor.hpp>

namespace pgjinja {

class AsyncJob;
class Engine;

/// What executes the calls of an AsyncExecutor. Thread-safe.
class AsyncTarget {
 public:
  virtual ~AsyncTarget() = default;

  /// A job that gives the call's result, but does not know yet what is to be executed.
  [[nodiscard]] virtual std::shared_ptr<AsyncJob> make_job(
      std::shared_ptr<BatchCall> call, std::unique_ptr<detail::Completion> completion) = 0;
  /// What renders templates and binds them.
  [[nodiscard]] virtual std::shared_ptr<const Engine> engine() const noexcept = 0;
  /// How columns are called; nullptr for as members are.
  [[nodiscard]] virtual ColumnNaming naming() const noexcept = 0;
  /// Never calls the handler by itself, but lets the executor do it.
  virtual void begin(const std::shared_ptr<AsyncJob>& job) = 0;
  /// At any time.
  virtual void cancel(const std::shared_ptr<AsyncJob>& job) = 0;
  [[nodiscard]] virtual boost::asio::any_io_executor executor() const noexcept = 0;
};

}  // namespace pgjinja
