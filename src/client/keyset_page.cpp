#include "client/keyset_page.hpp"

#include "sql/tokens.hpp"

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace pgjinja {

namespace {

// Names are qualified, since a temporary table may be called as one of the catalogue's. A unique
// index tells rows apart when all its columns are keys of the table that the last key is from, and
// none of them can be null. It says nothing about tables that inherit (manual 5.10.1).
constexpr std::string_view kFacts = R"(
WITH keys AS (
       SELECT relid, attnum, place
       FROM ROWS FROM (pg_catalog.unnest($1::pg_catalog.oid[]),
                       pg_catalog.unnest($2::pg_catalog.int2[]))
            WITH ORDINALITY AS k (relid, attnum, place)),
     sure AS (
       SELECT k.relid, k.attnum
       FROM keys k JOIN pg_catalog.pg_attribute a ON a.attrelid = k.relid AND a.attnum = k.attnum
       WHERE a.attnotnull
         AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint n
                         WHERE n.conrelid = k.relid AND n.contype = 'n' AND NOT n.convalidated
                           AND k.attnum = ANY (n.conkey))),
     target AS (
       SELECT c.oid, c.relkind
       FROM keys k JOIN pg_catalog.pg_class c ON c.oid = k.relid
       WHERE k.place = (SELECT pg_catalog.max(place) FROM keys) AND c.relkind IN ('r', 'p', 'm'))
SELECT EXISTS (SELECT FROM sure s WHERE s.relid = k.relid AND s.attnum = k.attnum),
       NOT EXISTS (SELECT FROM target) OR EXISTS (
         SELECT FROM target t JOIN pg_catalog.pg_index i ON i.indrelid = t.oid
         WHERE i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
           AND (t.relkind <> 'r' OR NOT EXISTS (SELECT FROM pg_catalog.pg_inherits h
                                                WHERE h.inhparent = t.oid))
           AND NOT EXISTS (
             SELECT FROM pg_catalog.unnest((i.indkey::pg_catalog.int2[])[0 : i.indnkeyatts - 1])
                         AS c (attnum)
             WHERE NOT EXISTS (SELECT FROM sure s WHERE s.relid = t.oid AND s.attnum = c.attnum)))
FROM keys k ORDER BY k.place)";

bool has_word_that_makes_nulls(std::string_view sql) {
  static constexpr std::array<std::string_view, 6> kWords = {"left",   "right", "full",
                                                             "rollup", "cube",  "sets"};
  sql::TokenReader reader(sql);
  for (sql::Token token; reader.next(token);) {
    if (token.kind == sql::TokenKind::Word && token.is_any_of(kWords)) return true;
  }
  return false;
}

Error not_unique(const KeysetPage& page, std::string_view says) {
  return Error(ErrorKind::Config,
               fmt::format("template \"{}\" is sorted by {}, {}",
                           page.query().source().source().name, page.sort_text(), says))
      .at(page.query().sort_place())
      .hint(
          "end the sort with a unique column that is never null, such as the primary key: rows "
          "with equal keys would be missed between two pages");
}

}  // namespace

jinja::Template PageFactsQuery::bind(const Engine&, jinja::Fragment&, sql::Statement& statement) {
  std::vector<Value> tables;
  std::vector<Value> columns;
  for (const pg::Column& column : page_.key_columns()) {
    tables.emplace_back(static_cast<std::int64_t>(column.table));
    columns.emplace_back(static_cast<std::int64_t>(column.table_column));
  }
  statement.sql = kFacts;
  statement.parameters = {Value::list(std::move(tables)), Value::list(std::move(columns))};
  return page_.query().source();
}

PageFacts PageFactsQuery::take() {
  PageFacts facts;
  for (const auto& [not_null, unique] : std::move(sink_).take()) {
    if (!unique) {
      throw not_unique(page_, "which is not unique as far as the server's catalogue tells");
    }
    facts.not_null.push_back(not_null && !page_.makes_nulls());
  }
  return facts;
}

KeysetPage::KeysetPage(std::string_view name, const Context& arguments, const PageRequest& request,
                       CallSink& rows)
    : query_(name, arguments, request.size, request.sort),
      request_(request),
      backward_(!request.before.empty()),
      sink_(rows, request.size, query_.sort()) {
  if (request.after.empty() || request.before.empty()) return;
  throw Error(ErrorKind::Config, "a page is behind one cursor or before one, not both")
      .hint("leave PageRequest::after or PageRequest::before empty");
}

jinja::Template KeysetPage::bind(const Engine& engine, jinja::Fragment& fragment,
                                 sql::Statement& statement) {
  engine_ = &engine;
  query_.bind(engine, fragment, statement);
  if (query_.sort().empty()) {
    throw Error(ErrorKind::Config, fmt::format("nothing says what the pages of template \"{}\" are "
                                               "sorted by",
                                               query_.source().source().name))
        .at(query_.sort_place())
        .hint(
            "write \"@sort created_at desc, id\" into its front matter, or give "
            "PageRequest::sort; the keys together have to be unique");
  }
  makes_nulls_ = has_word_that_makes_nulls(statement.sql);
  facts_key_ = page_name() + statement.sql;
  known_ = engine.page_facts().find(facts_key_);

  std::vector<KeysetKey> keys;
  for (std::size_t i = 0; i < query_.sort().size(); ++i) {
    keys.push_back({query_.sort()[i], known_.facts != nullptr && known_.facts->not_null[i]});
  }
  if (backward_) keys = reversed(std::move(keys));
  const std::string page = page_name();
  const CursorCodec cursors(engine.cursor_secrets(), page);
  const std::string condition = where(cursors, keys, statement.parameters);
  query_.cut(statement, condition, keys);
  return query_.source();
}

/// What makes a page another one: the template and its order.
std::string KeysetPage::page_name() const {
  std::string name = query_.source().source().name;
  for (const SortKey& key : query_.sort()) name.append("\n").append(keyset_order(key));
  return name + "\n";
}

/// The condition for the rows of the page; its values go to the end of `parameters`.
std::string KeysetPage::where(const CursorCodec& cursors, std::vector<KeysetKey>& keys,
                              std::vector<Value>& parameters) {
  const std::string& cursor = backward_ ? request_.before : request_.after;
  if (cursor.empty()) return {};
  from_ = cursors.read(cursor);
  const std::size_t first = parameters.size() + 1;
  std::string condition = keyset_condition(keys, from_->keys, first, from_->inclusive);
  for (const Value& value : from_->keys) {
    if (!value.is_null()) parameters.push_back(value);
  }
  return condition;
}

std::string KeysetPage::sort_text() const {
  std::string text;
  for (const SortKey& key : query_.sort()) {
    text += fmt::format("{}\"{}\"", text.empty() ? "" : ", ", key.column);
  }
  return text;
}

void KeysetPage::learn(PageFacts facts) {
  engine_->page_facts().store(facts_key_, std::move(facts));
}

PageEnds KeysetPage::ends() const {
  if (sink_.ambiguous()) {
    throw not_unique(*this, "and two rows in succession are equal in that");
  }
  const std::string page = page_name();
  const CursorCodec cursors(engine_->cursor_secrets(), page);
  std::optional<std::string> beyond;
  std::optional<std::string> back;
  if (sink_.more()) beyond = cursors.write({sink_.last_keys(), false});
  if (from_) {
    // From an empty page the way back leads to the row of the cursor itself.
    back = cursors.write(sink_.rows() > 0 ? CursorPlace{sink_.first_keys(), false}
                                          : CursorPlace{from_->keys, !from_->inclusive});
  }
  if (backward_) return {.next = back, .previous = beyond, .backward = true};
  return {.next = beyond, .previous = back};
}

}  // namespace pgjinja
