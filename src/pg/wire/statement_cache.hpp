#pragma once

#include "pg/wire/session_change.hpp"

#include <pgjinja/pg/types.hpp>

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace pgjinja::pg::wire {

/// A statement that the server has prepared, with what it said about it.
struct PreparedStatement {
  std::string sql;
  std::string name;  ///< at the server; empty: the unnamed statement, which is never cached
  std::vector<Oid> parameter_types;
  SessionChange change = SessionChange::None;  ///< by executing it
  bool returns_rows = false;
  std::vector<Column> columns;  ///< as described, in text; in binary after use_binary()
  std::string result_formats;   ///< the end of a Bind message; empty before use_binary()

  /// Asks for binary results from now on, column by column where there is a codec.
  void use_binary();
};

/// What a cache keeps, and how it is called at the server.
struct CachePolicy {
  std::size_t capacity = 256;  ///< 0: every execution prepares the unnamed statement anew
  std::uint32_t prepare_at_use = 1;
  /// Statements are called so, with a number behind. No two sessions should have the same: behind a
  /// pooler one may meet what another has prepared.
  std::string prefix = "pgjinja_";
};

/// The statements that one connection has prepared, by SQL text; the least recently used one goes
/// first. Statements that go stay alive as "retired" until their Close has been written, so that
/// columns handed to a sink outlive the call.
class StatementCache {
 public:
  using Statements = std::list<PreparedStatement>;  // a list: addresses stay

  explicit StatementCache(CachePolicy policy) : policy_(std::move(policy)) {}

  /// The statement for `sql`, now the most recently used one, or nullptr.
  PreparedStatement* find(std::string_view sql);
  /// A statement that is to be prepared: it is in nobody's cache, and has a name of its own unless
  /// it cannot be kept: see cacheable().
  Statements draft(std::string_view sql);
  /// Takes over a drafted statement that the server has prepared and described; an unnamed one is
  /// retired.
  void insert(Statements& draft);
  /// Gives up a drafted statement that the server may hold.
  void retire(Statements& draft);
  /// Drops a cached statement that the server no longer takes.
  void drop(const PreparedStatement& statement);
  /// The server has none of them any more (DISCARD ALL, DEALLOCATE ALL).
  void forget_all();

  /// Appends a Close for each retired statement and returns how many there are.
  std::size_t append_closes(std::string& out);
  /// The Closes that were appended last are on their way: lets their statements go.
  void closes_written();

  [[nodiscard]] std::size_t size() const noexcept { return index_.size(); }

 private:
  using Place = Statements::iterator;
  void remove(Place place);

  bool used_enough(std::string_view sql);

  CachePolicy policy_;
  std::unordered_map<std::string, std::uint32_t> uses_;  // of what is not prepared yet
  std::uint64_t names_ = 0;
  Statements recent_;  // the most recently used one first
  Statements retired_;
  std::size_t closing_ =
      0;  // so many of the retired ones, from the first, have their Close written
  std::unordered_map<std::string_view, Place> index_;  // keys are views of the statements' own text
};

}  // namespace pgjinja::pg::wire
