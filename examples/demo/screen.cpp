#include "screen.hpp"

#include <pgjinja/core/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <sstream>

#include <unistd.h>

namespace screen {

namespace {

bool coloured() {
  static const bool yes = isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  return yes;
}

std::string paint(std::string_view code, std::string_view text) {
  if (!coloured()) return std::string(text);
  return "\033[" + std::string(code) + "m" + std::string(text) + "\033[0m";
}

constexpr std::string_view kBold = "1";
constexpr std::string_view kDim = "2";
constexpr std::string_view kRed = "31";
constexpr std::string_view kTag = "36";
constexpr std::string_view kSql = "33";

void indented(std::string_view text, std::string_view code) {
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    std::cout << "    " << paint(code, line) << "\n";
  }
}

std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::string text_of(const pgjinja::Value& value) {
  if (value.is_null()) return "NULL";
  return value.is_text() ? "'" + std::string(value.as_text()) + "'" : pgjinja::to_json(value);
}

}  // namespace

void title(std::string_view text) { std::cout << "\n" << paint(kBold, text) << "\n\n"; }
void say(std::string_view text) { std::cout << text << "\n"; }

void show_template(const pgjinja::jinja::Source& source) {
  std::cout << paint(kDim, "  " + source.name + ".sql.jinja") << "\n";
  std::string painted;
  std::string_view rest = source.text;
  while (!rest.empty()) {
    const std::size_t open = std::min({rest.find("{{"), rest.find("{%"), rest.find("{#")});
    painted += rest.substr(0, open);
    if (open == std::string_view::npos) break;
    rest.remove_prefix(open);
    const std::string_view closing = rest[1] == '{' ? "}}" : rest[1] == '%' ? "%}" : "#}";
    const std::size_t end = std::min(rest.find(closing), rest.size() - 2) + 2;
    painted += paint(kTag, rest.substr(0, end));
    rest.remove_prefix(end);
  }
  indented(painted, "0");
  std::cout << "\n";
}

void show_call(std::string_view code) { std::cout << "  " << paint(kBold, code) << "\n\n"; }

void show_statement(const pgjinja::sql::Statement& statement) {
  std::cout << paint(kDim, "  sent to the server") << "\n";
  indented(statement.sql, kSql);
  for (std::size_t i = 0; i < statement.parameters.size(); ++i) {
    std::cout << paint(kDim, "    $" + std::to_string(i + 1) + " = ")
              << text_of(statement.parameters[i]) << "\n";
  }
  std::cout << "\n";
}

void show_table(const Table& table) {
  std::vector<std::size_t> widths(table.front().size());
  for (const auto& row : table) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  for (std::size_t r = 0; r < table.size(); ++r) {
    std::string line = "   ";
    for (std::size_t i = 0; i < table[r].size(); ++i) {
      line += " " + table[r][i] + std::string(widths[i] - width(table[r][i]) + 1, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    std::cout << (r == 0 ? paint(kDim, line) : line) << "\n";
  }
  const std::size_t rows = table.size() - 1;
  std::cout << paint(kDim, "    (" + std::to_string(rows) + (rows == 1 ? " row)" : " rows)"))
            << "\n";
}

void show_result(const pgjinja::Result& result) {
  Table table(1);
  for (const auto& column : result.columns()) table[0].push_back(column.name);
  for (const pgjinja::Row row : result) {
    auto& line = table.emplace_back();
    for (std::size_t i = 0; i < row.size(); ++i) {
      const pgjinja::Value value = row.at(i).value();
      line.push_back(value.is_text() ? std::string(value.as_text()) : text_of(value));
    }
  }
  show_table(table);
}

void show_error(const pgjinja::Error& error) { indented(error.what(), kRed); }

}  // namespace screen
