#include "pg/wire/copy_place.hpp"

#include <algorithm>
#include <charconv>

namespace pgjinja::pg::wire {

namespace {

constexpr std::string_view kDigits = "0123456789";

/// Where the line begins that starts so, or npos.
std::size_t line_that_starts(std::string_view text, std::string_view start) {
  for (std::size_t line = 0; line < text.size();) {
    if (text.substr(line).starts_with(start)) return line;
    const std::size_t end = text.find('\n', line);
    if (end == std::string_view::npos) break;
    line = end + 1;
  }
  return std::string_view::npos;
}

/// The column of ", column id: …" or ", column id", whatever the word for a column is.
std::string column_in(std::string_view text, const std::vector<std::string>& columns) {
  if (!text.starts_with(", ")) return {};
  const std::size_t space = text.find(' ', 2);
  if (space == std::string_view::npos) return {};
  const std::string_view named = text.substr(space + 1);
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const std::string& column) {
    if (!named.starts_with(column)) return false;
    const std::string_view behind = named.substr(column.size());
    return behind.empty() || behind.starts_with(':') || behind.starts_with(" :");
  });
  return found == columns.end() ? std::string() : *found;
}

}  // namespace

CopyPlace copy_place(std::string_view where, const CopyIn& copy) {
  CopyPlace place;
  place.rest = where;
  const std::string start = "COPY " + copy.table.name + ", ";
  const std::size_t line = line_that_starts(where, start);
  if (line == std::string_view::npos) return place;
  std::string_view text = where.substr(line + start.size());
  const std::size_t digits = text.find_first_of(kDigits);
  if (digits == std::string_view::npos) return place;
  text.remove_prefix(digits);
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), place.row);
  if (status != std::errc()) return place;
  place.column = column_in(text.substr(static_cast<std::size_t>(end - text.data())), copy.columns);
  place.rest = where.substr(0, line);
  while (place.rest.ends_with('\n')) place.rest.remove_suffix(1);
  return place;
}

}  // namespace pgjinja::pg::wire
