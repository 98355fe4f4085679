#include "jinja/describe/sort_reader.hpp"

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <utility>

namespace pgjinja::jinja {

namespace {

bool same_word(std::string_view word, std::string_view lower) {
  return std::ranges::equal(
      word, lower, [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

/// Passes over `lower`, in whatever case, if it is the next word.
bool skip_word(LineReader& line, std::string_view lower) {
  LineReader ahead = line;
  if (!same_word(ahead.word(), lower)) return false;
  line.word();
  line.skip_space();
  return true;
}

/// A name in double quotes, each one in it doubled (manual 4.1.1).
std::string read_quoted(LineReader& line) {
  const LineReader begin = line;
  std::string name;
  line.skip_attached("\"");
  while (true) {
    const std::size_t length = line.rest().find('"');
    if (length == std::string_view::npos) throw begin.error_here("this name is not closed");
    name += line.take(length);
    line.skip_attached("\"");
    if (!line.skip_attached("\"")) return name;
    name += '"';
  }
}

}  // namespace

SortDeclaration read_sort_key(LineReader& line) {
  const LineReader start = line;
  SortDeclaration sort;
  sort.key.column = line.peek() == '"' ? read_quoted(line) : std::string(line.word());
  if (sort.key.column.empty()) throw start.error_here("expected a column to sort by");
  sort.offset = static_cast<std::uint32_t>(start.at());
  sort.length = static_cast<std::uint32_t>(line.at() - start.at());
  line.skip_space();
  if (skip_word(line, "desc")) {
    sort.key.order = SortOrder::Descending;
  } else {
    skip_word(line, "asc");
  }
  if (skip_word(line, "nulls")) {
    if (skip_word(line, "first")) {
      sort.key.nulls = NullsOrder::First;
    } else if (skip_word(line, "last")) {
      sort.key.nulls = NullsOrder::Last;
    } else {
      throw line.error_here("expected 'first' or 'last'");
    }
  }
  return sort;
}

}  // namespace pgjinja::jinja
