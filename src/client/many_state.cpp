// What TransactionState does for execute_many().
#include "client/failures.hpp"
#include "client/many.hpp"
#include "client/many_arrays.hpp"
#include "client/many_chunk.hpp"
#include "client/many_copy.hpp"
#include "client/opening.hpp"
#include "client/set_check.hpp"
#include "client/transaction_state.hpp"
#include "sql/insert_shape.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include <fmt/format.h>

namespace pgjinja {

namespace {

/// With fewer rows the questions to the server cost more than they save.
constexpr std::size_t kFewRows = 100;

/// Would one by one fare no better? The moment is to blame (manual appendix A, classes 40, 53, 55,
/// 57, 58), or the transaction as a whole (25).
bool is_final(const Error& error) {
  static constexpr std::array<std::string_view, 6> kClasses = {"25", "40", "53", "55", "57", "58"};
  if (!error.places().empty()) return true;  // the row is known
  if (error.kind() == ErrorKind::Encode) return false;
  if (error.kind() != ErrorKind::Server) return true;
  for (const std::string_view group : kClasses) {
    if (error.sqlstate().starts_with(group)) return true;
  }
  return false;
}

std::optional<std::int64_t> insert_as_set(pg::Connection& connection, Many& many,
                                          const sql::InsertShape& shape) {
  const SetCheck check = check_set(connection, shape, many.limits());
  if (check.copy && shape.plain()) return copy_many(connection, many, shape);
  if (check.one_statement) return insert_arrays(connection, many, shape);
  return std::nullopt;
}

/// Leaves what an entry is to blame for to that entry, also when nothing could be sent.
void send(std::span<pg::PipelineEntry> entries, const std::function<void()>& pipeline) {
  try {
    pipeline();
  } catch (const Error&) {
    if (std::all_of(entries.begin(), entries.end(),
                    [](const pg::PipelineEntry& entry) { return entry.failure == nullptr; })) {
      throw;
    }
  }
}

}  // namespace

std::int64_t TransactionState::run_many(std::size_t level, std::string_view name,
                                        const RowSpan& rows) {
  check(level);
  if (rows.size() == 0) return 0;
  Many many(*engine_, calls_, name, rows);
  try {
    if (const auto affected = run_as_set(level, many)) return *affected;
    check(level);
    return run_one_by_one(many);
  } catch (...) {
    // A part may have been executed, also when it was not the server that refused.
    failed_in_ = fmt::format("template \"{}\"", name);
    throw;
  }
}

std::optional<std::int64_t> TransactionState::run_as_set(std::size_t level, Many& many) {
  if (many.size() < kFewRows) return std::nullopt;
  const auto shape = sql::insert_shape(many.first().sql);
  if (!shape) return std::nullopt;
  const std::size_t inner = nest(level);
  try {
    const auto affected = insert_as_set(*connection_, many, *shape);
    if (affected) {
      commit(inner);
    } else {
      rollback(inner);
    }
    return affected;
  } catch (const Error& error) {
    rollback(inner);
    if (!is_final(error)) return std::nullopt;
    throw error.places().empty() ? many.placed(error) : error;
  }
}

std::int64_t TransactionState::run_one_by_one(Many& many) {
  std::int64_t affected = 0;
  for (std::size_t next = 0; next < many.size();) affected += run_chunk(many, next);
  return affected;
}

/// BEGIN in the packet of the first chunk, as in begin_with().
std::int64_t TransactionState::run_chunk(Many& many, std::size_t& next) {
  ManyChunk chunk(many, next);
  const bool first = !begun_;
  Opening opening(options_);
  for (bool again = false;; again = true) {
    std::vector<pg::PipelineEntry> entries;
    if (first) entries = opening.entries();
    const std::size_t before = entries.size();
    chunk.append(entries);
    send(entries, [&] {
      first ? send_opening(entries, many.limits())
            : connection_->pipeline(entries, pg::Grouping::Together, many.limits());
    });
    begun_ = connection_->in_transaction();
    const std::span<const pg::PipelineEntry> own = std::span(entries).subspan(before);
    const bool stale = std::any_of(own.begin(), own.end(),
                                   [](const pg::PipelineEntry& entry) { return entry.stale; });
    if (stale && first && !again && begun_) {
      // Only BEGIN and settings have happened until now, and so it may begin again.
      connection_->run_script("ROLLBACK", limits());
      continue;
    }
    throw_failure(std::span(entries).first(before));
    const std::int64_t affected = chunk.affected(own);
    check_still_open("the statement");
    next += chunk.size();
    return affected;
  }
}

}  // namespace pgjinja
