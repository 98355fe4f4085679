#include "sql/mark.hpp"
#include "sql/quoted_name.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/sql/marks.hpp>

#include <fmt/format.h>

namespace pgjinja::sql {

namespace {

/// `where` says whose value it is.
void check_cell(const Value& cell, std::string_view where) {
  if (cell.is_undefined()) {
    throw Error(ErrorKind::Undefined,
                fmt::format("a value of {} is undefined{}{}", where,
                            cell.undefined_name().empty() ? "" : ": ", cell.undefined_name()));
  }
  if (cell.is_object()) {
    throw Error(ErrorKind::Binding, fmt::format("a value of {} is {}, and no plain value", where,
                                                cell.as_object().type_name()))
        .hint("give numbers, texts, lists …; marks are printed by themselves");
  }
}

void check_row(const std::vector<Value>& row, std::size_t number, std::size_t length) {
  if (row.empty()) {
    throw Error(ErrorKind::Binding, fmt::format("row {} has no value", number))
        .hint("a row has a value for each column, at least one");
  }
  if (row.size() != length) {
    throw Error(ErrorKind::Binding,
                fmt::format("row {} has {} value{}, and the first one has {}", number, row.size(),
                            row.size() == 1 ? "" : "s", length))
        .hint("give every row a value for each column; none stands for NULL");
  }
  for (const Value& cell : row) check_cell(cell, fmt::format("row {}", number));
}

}  // namespace

Value rows(std::vector<std::vector<Value>> rows) {
  if (rows.empty()) {
    throw Error(ErrorKind::Binding, "the list of rows is empty, and VALUES takes one at least")
        .hint(
            "leave the statement out when there is none, or pass each column as a list: "
            "SELECT * FROM unnest({{ ids }}, {{ names }}) takes lists of any length");
  }
  for (std::size_t i = 0; i < rows.size(); ++i) check_row(rows[i], i + 1, rows[0].size());
  return Value::object<RowsMark>(std::move(rows));
}

Value assignments(const std::vector<std::pair<std::string, Value>>& columns) {
  if (columns.empty()) {
    throw Error(ErrorKind::Binding, "there is nothing to assign, and SET takes one column at least")
        .hint("leave the statement out when there is nothing to change");
  }
  std::vector<AssignmentMark::Assignment> all;
  for (const auto& [name, value] : columns) {
    AssignmentMark::Assignment& each = all.emplace_back();
    append_quoted_name(each.quoted, name);
    check_cell(value, "the assignment");
    each.value = value;
  }
  return Value::object<AssignmentMark>(std::move(all));
}

}  // namespace pgjinja::sql
