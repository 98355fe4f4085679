#pragma once

#include "async/transaction_level.hpp"
#include "client/savepoint.hpp"

#include <cstdint>
#include <string>

namespace pgjinja {

/// What begins a nested transaction, or ends one.
enum class Boundary : std::uint8_t { Nest, Commit, Rollback };

/// Its command, which is also what messages call it.
inline std::string command_of(Boundary boundary, const TransactionLevel& level) {
  if (level.outer() == nullptr) return boundary == Boundary::Commit ? "COMMIT" : "ROLLBACK";
  const Savepoint savepoint(level.depth());
  switch (boundary) {
    case Boundary::Nest: return savepoint.set();
    case Boundary::Commit: return savepoint.release();
    case Boundary::Rollback: return savepoint.roll_back();
  }
  return {};
}

}  // namespace pgjinja
