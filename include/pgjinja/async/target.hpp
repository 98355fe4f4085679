#pragma once

#include <pgjinja/async/completion.hpp>
#include <pgjinja/client/column_naming.hpp>
#include <pgjinja/client/pending.hpp>
#include <pgjinja/core/context.hpp>

#include <memory>

#include <boost/asio/any_io_executor.hpp>

namespace pgjinja {

class AsyncJob;

/// What executes the calls of an AsyncExecutor. Thread-safe.
class AsyncTarget {
 public:
  virtual ~AsyncTarget() = default;

  /// Renders, binds, and makes a job of it; what goes wrong is told at its end. `model`: what the
  /// row type tells the template, or nullptr.
  [[nodiscard]] virtual std::shared_ptr<AsyncJob> prepare(
      std::shared_ptr<BatchCall> call, const Context& arguments, const Context* model,
      std::unique_ptr<detail::Completion> completion) = 0;
  /// How columns are called; nullptr for as members are.
  [[nodiscard]] virtual ColumnNaming naming() const noexcept = 0;
  /// Never calls the handler by itself, but lets the executor do it.
  virtual void begin(const std::shared_ptr<AsyncJob>& job) = 0;
  /// At any time.
  virtual void cancel(const std::shared_ptr<AsyncJob>& job) = 0;
  [[nodiscard]] virtual boost::asio::any_io_executor executor() const noexcept = 0;
};

}  // namespace pgjinja
