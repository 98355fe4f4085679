#pragma once

#include <cstddef>
#include <string>

namespace pgjinja {

/// The commands of a nested transaction that has `level` others around it.
class Savepoint {
 public:
  explicit Savepoint(std::size_t level) : name_("pgjinja_" + std::to_string(level)) {}

  [[nodiscard]] std::string set() const { return "SAVEPOINT " + name_; }
  [[nodiscard]] std::string release() const { return "RELEASE SAVEPOINT " + name_; }
  /// What messages call undo().
  [[nodiscard]] std::string roll_back() const { return "ROLLBACK TO SAVEPOINT " + name_; }
  /// A script: the server keeps a savepoint that was rolled back to.
  [[nodiscard]] std::string undo() const { return roll_back() + "; " + release(); }

 private:
  std::string name_;
};

}  // namespace pgjinja
