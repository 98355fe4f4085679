#include "cli/table.hpp"

#include "cli/display_width.hpp"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace pgjinja::cli {

namespace {

constexpr std::string_view kDim = "\x1b[2m";
constexpr std::string_view kPlain = "\x1b[0m";

/// C1 controls, U+0080 to U+009F, are two bytes in UTF-8; terminals obey them as well.
bool is_c1(std::string_view text, std::size_t at) {
  return text[at] == '\xC2' && at + 1 < text.size() &&
         (static_cast<unsigned char>(text[at + 1]) & 0xE0U) == 0x80U;
}

void append_escape(std::string& out, unsigned char c) {
  switch (c) {
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: fmt::format_to(std::back_inserter(out), "\\x{:02x}", c);
  }
}

}  // namespace

std::string escape_controls(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 || c == 0x7F) {
      append_escape(out, c);
    } else if (is_c1(text, i)) {
      append_escape(out, static_cast<unsigned char>(text[++i]));
    } else {
      out += text[i];
    }
  }
  return out;
}

void Table::add_column(std::string_view name, bool align_right) {
  Column column{escape_controls(name), align_right, 0};
  column.width = display_width(column.name);
  columns_.push_back(std::move(column));
}

Table::Cell Table::make_cell(const std::optional<std::string>& field, std::size_t column) {
  Cell cell;
  cell.is_null = !field;
  const std::string_view text = field ? std::string_view(*field) : "NULL";
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    cell.lines.push_back(escape_controls(text.substr(begin, end - begin)));
    std::size_t& width = columns_[column].width;
    width = std::max(width, display_width(cell.lines.back()));
    begin = end + 1;
  }
  return cell;
}

void Table::add_row(const std::vector<std::optional<std::string>>& fields) {
  std::vector<Cell> row;
  row.reserve(columns_.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) row.push_back(make_cell(fields[i], i));
  rows_.push_back(std::move(row));
}

void Table::append_cell(std::string& out, const Cell& cell, const Column& column,
                        std::size_t line) const {
  const std::string_view text = line < cell.lines.size() ? cell.lines[line] : std::string_view();
  const std::string padding(column.width - display_width(text), ' ');
  out += ' ';
  if (column.align_right) out += padding;
  if (cell.is_null && coloured_) {
    out.append(kDim).append(text).append(kPlain);
  } else {
    out += text;
  }
  if (!column.align_right) out += padding;
  out += line + 1 < cell.lines.size() ? '+' : ' ';
}

void Table::append_row(std::string& out, const std::vector<Cell>& row) const {
  std::size_t height = 1;
  for (const Cell& cell : row) height = std::max(height, cell.lines.size());
  for (std::size_t line = 0; line < height; ++line) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (i != 0) out += '|';
      append_cell(out, row[i], columns_[i], line);
    }
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
  }
}

std::string Table::to_string() const {
  std::vector<Cell> head;
  head.reserve(columns_.size());
  std::string rule;
  for (const Column& column : columns_) {
    head.push_back({{column.name}, false});
    rule += (rule.empty() ? "" : "+") + std::string(column.width + 2, '-');
  }
  std::string out;
  append_row(out, head);
  out += rule + '\n';
  for (const auto& row : rows_) append_row(out, row);
  return out;
}

}  // namespace pgjinja::cli
