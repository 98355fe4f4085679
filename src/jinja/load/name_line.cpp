#include "jinja/load/name_line.hpp"

#include "jinja/describe/line_reader.hpp"
#include "jinja/nearest.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

/// White space may stand before and behind each of them.
constexpr std::array<std::string_view, 3> kBegin = {"--", "name", ":"};

/// sqlc's commands, and ours for one row or none.
constexpr std::array kCommands = {std::pair{std::string_view("one"), Cardinality::One},
                                  std::pair{std::string_view("maybe"), Cardinality::Maybe},
                                  std::pair{std::string_view("many"), Cardinality::Many},
                                  std::pair{std::string_view("exec"), Cardinality::Exec},
                                  std::pair{std::string_view("execrows"), Cardinality::Exec}};

/// What stands behind the name: a sign of aiosql's, or nothing.
std::string_view take_signs(LineReader& line) {
  const std::string_view rest = line.rest();
  return line.take(std::min(rest.find_first_not_of("^$!<*#"), rest.size()));
}

std::optional<Cardinality> read_sign(LineReader& line) {
  const std::size_t begin = line.at();
  const std::string_view sign = take_signs(line);
  if (sign.empty()) return std::nullopt;
  if (sign == "^" || sign == "$") return Cardinality::Maybe;
  if (sign == "!") return Cardinality::Exec;
  throw line
      .error(fmt::format("'{}' does not say how many rows there are", sign), begin, sign.size())
      .hint("write :one, :maybe, :many or :exec behind the name");
}

std::optional<Cardinality> read_command(LineReader& line) {
  const std::size_t begin = line.at();
  if (!line.skip_attached(":")) return std::nullopt;
  const std::string_view word = line.word();
  std::vector<std::string> known;
  for (const auto& [name, cardinality] : kCommands) {
    if (name == word) return cardinality;
    known.emplace_back(name);
  }
  const std::string near = nearest(word, known);
  throw line.error(fmt::format("unknown command ':{}'", word), begin, word.size() + 1)
      .hint(near.empty() ? "write :one, :maybe, :many or :exec"
                         : fmt::format("did you mean ':{}'?", near));
}

std::string_view read_name(LineReader& line) {
  const std::string_view name = line.word();
  if (!name.empty()) return name;
  throw line.error_here("expected the query's name")
      .hint("write -- name: get_user; a comment that means something else is to begin otherwise");
}

}  // namespace

bool is_name_line(std::string_view line) {
  for (const std::string_view each : kBegin) {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    if (!line.starts_with(each)) return false;
    line.remove_prefix(each.size());
  }
  return true;
}

NamedQuery read_name_line(const Source& file, std::size_t begin, std::size_t end) {
  LineReader line(file, begin, end);
  for (const std::string_view each : kBegin) line.skip(each);
  NamedQuery query{};
  query.line = begin;
  query.at = line.at();
  query.name = read_name(line);
  query.returns = read_sign(line);
  line.skip_space();
  if (const auto command = read_command(line)) query.returns = command;
  line.skip_space();
  if (!line.at_end()) {
    throw line.error_here("expected the end of the line behind the query's name")
        .hint(
            "write -- name: get_user :one; a comment that means something else is to begin "
            "otherwise");
  }
  query.begin = std::min(end + 1, file.text.size());
  query.end = file.text.size();
  return query;
}

}  // namespace pgjinja::jinja
