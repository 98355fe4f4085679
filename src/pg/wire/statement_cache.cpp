#include "pg/wire/statement_cache.hpp"

#include "pg/wire/bytes.hpp"
#include "pg/wire/cacheable.hpp"
#include "pg/wire/frontend_messages.hpp"

#include <pgjinja/pg/codec.hpp>

#include <algorithm>
#include <iterator>

namespace pgjinja::pg::wire {

[[gnu::hot]] void PreparedStatement::use_binary() {
  if (!result_formats.empty()) return;
  append16(result_formats, static_cast<std::uint16_t>(columns.size()));
  for (Column& column : columns) {
    column.format = has_binary_decoder(column.type) ? Format::Binary : Format::Text;
    append16(result_formats, static_cast<std::uint16_t>(column.format));
  }
}

[[gnu::hot]] PreparedStatement* StatementCache::find(std::string_view sql) {
  const auto found = index_.find(sql);
  if (found == index_.end()) return nullptr;
  if (found->second != recent_.begin()) recent_.splice(recent_.begin(), recent_, found->second);
  return &*found->second;
}

StatementCache::Statements StatementCache::draft(std::string_view sql) {
  Statements draft(1);
  draft.front().sql = sql;
  draft.front().change = session_change(sql);
  if (policy_.capacity > 0 && cacheable(sql) && used_enough(sql)) {
    draft.front().name = policy_.prefix + std::to_string(++names_);
  }
  return draft;
}

bool StatementCache::used_enough(std::string_view sql) {
  if (policy_.prepare_at_use <= 1) return true;
  // What is executed once each would fill the memory: after so many texts, counting begins anew.
  if (uses_.size() >= 4 * policy_.capacity) uses_.clear();
  const auto use = uses_.try_emplace(std::string(sql), 0).first;
  if (++use->second < policy_.prepare_at_use) return false;
  uses_.erase(use);
  return true;
}

void StatementCache::insert(Statements& draft) {
  if (draft.front().name.empty()) return retire(draft);
  if (index_.size() >= policy_.capacity) remove(std::prev(recent_.end()));
  recent_.splice(recent_.begin(), draft);
  index_.emplace(recent_.front().sql, recent_.begin());
}

void StatementCache::retire(Statements& draft) { retired_.splice(retired_.end(), draft); }

void StatementCache::drop(const PreparedStatement& statement) {
  const auto found = index_.find(statement.sql);
  if (found != index_.end()) remove(found->second);
}

void StatementCache::remove(Place place) {
  index_.erase(place->sql);
  retired_.splice(retired_.end(), recent_, place);
}

void StatementCache::forget_all() {
  index_.clear();
  retired_.splice(retired_.end(), recent_);
  for (PreparedStatement& statement : retired_) statement.name.clear();
}

[[gnu::hot]] std::size_t StatementCache::append_closes(std::string& out) {
  std::size_t closes = 0;
  for (const PreparedStatement& statement : retired_) {
    if (statement.name.empty()) continue;
    append_close_statement(out, statement.name);
    ++closes;
  }
  closing_ = retired_.size();
  return closes;
}

[[gnu::hot]] void StatementCache::closes_written() {
  const auto end = std::next(retired_.begin(), static_cast<std::ptrdiff_t>(closing_));
  retired_.erase(retired_.begin(), end);
  closing_ = 0;
}

}  // namespace pgjinja::pg::wire
