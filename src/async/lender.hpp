#pragma once

#include "async/async_connection.hpp"
#include "async/async_job.hpp"

#include <exception>
#include <memory>
#include <string>

namespace pgjinja::async {

/// Whom those borrow a connection from who need it for longer than a statement. To be called on the
/// client's strand.
class Lender {
 public:
  virtual ~Lender() = default;

  /// Calls the job's `loan` as soon as there is a connection for it, or fails it.
  virtual void borrow(const std::shared_ptr<AsyncJob>& job) = 0;
  /// The job need not wait any longer, and fails.
  virtual void forget(const std::shared_ptr<AsyncJob>& job) = 0;
  /// The borrower wants no more, and will give the connection back.
  virtual void leaving() = 0;
  /// `user` is whose statement was executed, as messages call it.
  virtual void give_back(std::shared_ptr<AsyncConnection> connection, const std::string& user) = 0;
  /// May another connection be borrowed in place of one that was lost?
  [[nodiscard]] virtual bool has_others() const noexcept = 0;
  /// What is wrong with the session behind a statement that has succeeded; nullptr: nothing.
  [[nodiscard]] virtual std::exception_ptr wrong_end(AsyncConnection& connection) const = 0;
};

}  // namespace pgjinja::async
