#include "sql/tokens.hpp"

#include <pgjinja/sql/statement.hpp>

#include <algorithm>

namespace pgjinja::sql {

namespace {

/// Where the text of the piece that begins at `origin` ends.
std::size_t end_of(const Statement& statement, std::vector<Origin>::const_iterator origin) {
  const auto next = std::next(origin);
  return next == statement.origins.end() ? statement.sql.size() : next->sql_offset;
}

}  // namespace

std::optional<SourcePlace> Statement::place_of(std::size_t sql_offset) const {
  const auto after = std::upper_bound(
      origins.begin(), origins.end(), sql_offset,
      [](std::size_t offset, const Origin& origin) { return offset < origin.sql_offset; });
  // One byte behind the text is a place too: "syntax error at end of input".
  if (after == origins.begin() || sql_offset > sql.size()) return std::nullopt;
  const auto origin = std::prev(after);
  if (origin->source == nullptr) return std::nullopt;
  if (origin->length > 0) return origin->source->place(origin->source_offset, origin->length);

  const std::string_view rest =
      std::string_view(sql).substr(sql_offset, end_of(*this, origin) - sql_offset);
  const std::size_t token = std::max<std::size_t>(1, first_token_length(rest));
  return origin->source->place(origin->source_offset + (sql_offset - origin->sql_offset), token);
}

std::optional<std::size_t> Statement::offset_of_position(std::size_t characters) const {
  if (characters == 0) return std::nullopt;
  std::size_t offset = 0;
  for (std::size_t left = characters - 1; left > 0; --left) {
    if (offset >= sql.size()) return std::nullopt;
    ++offset;
    while (offset < sql.size() && (static_cast<unsigned char>(sql[offset]) & 0xC0U) == 0x80U) {
      ++offset;
    }
  }
  return offset;
}

std::optional<SourcePlace> Statement::place_of_position(std::size_t characters) const {
  const auto offset = offset_of_position(characters);
  return offset ? place_of(*offset) : std::nullopt;
}

}  // namespace pgjinja::sql
