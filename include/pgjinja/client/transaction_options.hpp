#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace pgjinja {

/// Manual 13.2. Default is the server's default_transaction_isolation.
enum class Isolation : std::uint8_t { Default, ReadCommitted, RepeatableRead, Serializable };

/// Default is the server's default_transaction_read_only.
enum class Access : std::uint8_t { Default, ReadWrite, ReadOnly };

/// How a transaction begins (manual, SET TRANSACTION).
struct TransactionOptions {
  Isolation isolation = Isolation::Default;
  Access access = Access::Default;
  /// A serializable, read-only one may wait for a snapshot that never conflicts.
  bool deferrable = false;
  /// Settings that hold until its end, as SET LOCAL makes them: {"statement_timeout", "5s"},
  /// {"app.user_id", "7"}. Values are bound, not pasted.
  std::map<std::string, std::string> settings = {};
};

}  // namespace pgjinja
