#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::cli {

/// Rows of text under headings, as psql shows them:
///
///      name  | population
///     -------+-----------
///      Paris |    2138551
///      Nowhe |       NULL
///
/// Nothing is cut off. A line break within a field continues it on the next line, marked by `+`;
/// other control characters are written as escapes, so that data cannot play with the terminal.
class Table {
 public:
  explicit Table(bool coloured) : coloured_(coloured) {}

  void add_column(std::string_view name, bool align_right = false);
  /// One field per column; nullopt is NULL, dimmed when the table is coloured.
  void add_row(const std::vector<std::optional<std::string>>& fields);
  /// The whole table; every line ends with a line break.
  [[nodiscard]] std::string to_string() const;

 private:
  struct Column {
    std::string name;
    bool align_right = false;
    std::size_t width = 0;
  };
  struct Cell {
    std::vector<std::string> lines;
    bool is_null = false;
  };

  Cell make_cell(const std::optional<std::string>& field, std::size_t column);
  void append_row(std::string& out, const std::vector<Cell>& row) const;
  void append_cell(std::string& out, const Cell& cell, const Column& column,
                   std::size_t line) const;

  bool coloured_;
  std::vector<Column> columns_;
  std::vector<std::vector<Cell>> rows_;
};

/// `text` with its control characters as escapes: "\n", "\t", "\x1b".
std::string escape_controls(std::string_view text);

}  // namespace pgjinja::cli
