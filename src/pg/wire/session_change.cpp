#include "pg/wire/session_change.hpp"

#include "pg/wire/statement_words.hpp"

#include <algorithm>
#include <iterator>

namespace pgjinja::pg::wire {

namespace {

/// Begin statements that change no session, unless one of their functions does.
constexpr std::string_view kHarmless[] = {
    "select",   "with",    "values",  "table",  "insert",     "update",   "delete",    "merge",
    "begin",    "start",   "commit",  "end",    "rollback",   "abort",    "savepoint", "release",
    "explain",  "fetch",   "move",    "close",  "copy",       "show",     "analyze",   "vacuum",
    "truncate", "lock",    "notify",  "alter",  "drop",       "comment",  "grant",     "revoke",
    "refresh",  "reindex", "cluster", "create", "checkpoint", "unlisten", "reset",     ""};

bool is_one_of(std::string_view word, const auto& list) noexcept {
  return std::any_of(std::begin(list), std::end(list),
                     [word](std::string_view one) { return is_keyword(word, one); });
}

/// SET LOCAL, SET CONSTRAINTS and SET TRANSACTION end with the transaction.
bool set_is_local(std::string_view behind) noexcept {
  static constexpr std::string_view kLocal[] = {"local", "constraints", "transaction"};
  return is_one_of(next_word(behind), kLocal);
}

/// Is the last of a function's arguments, from its parenthesis on, the word true?
bool last_argument_is_true(std::string_view behind) noexcept {
  int depth = 0;
  bool quoted = false;
  for (std::size_t at = 0; at < behind.size(); ++at) {
    const char c = behind[at];
    if (c == '\'') quoted = !quoted;
    if (quoted) continue;
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (depth > 0) continue;
    if (c != ')') continue;
    std::string_view arguments = behind.substr(0, at);
    while (arguments.ends_with(' ')) arguments.remove_suffix(1);
    constexpr std::size_t kSize = 4;
    return arguments.size() > kSize &&
           is_keyword(arguments.substr(arguments.size() - kSize), "true");
  }
  return false;
}

bool ends_with_keyword(std::string_view word, std::string_view lower) noexcept {
  return word.size() >= lower.size() && is_keyword(word.substr(word.size() - lower.size()), lower);
}

/// Does it call what changes the session, or name temporary tables?
SessionChange mentioned_change(std::string_view text) noexcept {
  SessionChange change = SessionChange::None;
  while (true) {
    const std::string_view word = next_word(text);
    if (word.empty()) return change;
    if (is_keyword(word, "set_config") && !last_argument_is_true(text)) {
      change = SessionChange::Settings;
    }
    if (ends_with_keyword(word, "advisory_lock") || ends_with_keyword(word, "advisory_lock_shared"))
      return SessionChange::Some;
    if (is_keyword(word, "temp") || is_keyword(word, "temporary") || is_keyword(word, "pg_temp"))
      return SessionChange::Some;
    if (is_keyword(word, "hold")) return SessionChange::Some;
  }
}

SessionChange change_of_one(std::string_view sql) noexcept {
  std::string_view rest = from_first_word(sql);
  const std::string_view first = next_word(rest);
  if (is_keyword(first, "prepare")) {
    return is_keyword(next_word(rest), "transaction") ? SessionChange::None
                                                      : SessionChange::Prepared;
  }
  if (is_keyword(first, "set")) {
    return set_is_local(rest) ? SessionChange::None : SessionChange::Settings;
  }
  if (!is_one_of(first, kHarmless)) return SessionChange::Some;
  return mentioned_change(rest);
}

/// Calls `what` with each piece between semicolons. Those in quotes are cut as well: their pieces
/// look like nothing that is known.
void for_each_piece(std::string_view sql, const auto& what) {
  while (!sql.empty()) {
    const std::size_t end = std::min(sql.find(';'), sql.size());
    what(sql.substr(0, end));
    sql.remove_prefix(std::min(end + 1, sql.size()));
  }
}

}  // namespace

SessionChange session_change(std::string_view sql) noexcept {
  SessionChange change = SessionChange::None;
  for_each_piece(
      sql, [&change](std::string_view piece) { change = std::max(change, change_of_one(piece)); });
  return change;
}

bool may_commit(std::string_view sql) noexcept {
  bool may = false;
  for_each_piece(sql, [&may](std::string_view piece) {
    static constexpr std::string_view kCommits[] = {"commit", "end", "prepare"};
    std::string_view rest = from_first_word(piece);
    may = may || is_one_of(next_word(rest), kCommits);
  });
  return may;
}

}  // namespace pgjinja::pg::wire
