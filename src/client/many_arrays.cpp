#include "client/many_arrays.hpp"

#include "client/counting_sink.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace pgjinja {

namespace {

constexpr std::size_t kRows = 1000;

using Columns = std::vector<std::vector<Value>>;  // of each parameter one value a row

/// A list or map in an array of json would be taken for another dimension, or be quoted twice.
bool is_element(const Value& value) { return !value.is_list() && !value.is_map(); }

/// The parameters of the rows [begin, end); false when an array cannot hold them.
bool collect(Many& many, std::size_t begin, std::size_t end, Columns& columns) {
  std::vector<Value> row;
  for (std::vector<Value>& column : columns) column.clear();
  for (std::size_t index = begin; index < end; ++index) {
    if (!many.parameters(index, row)) return false;
    if (!std::all_of(row.begin(), row.end(), is_element)) return false;
    for (std::size_t i = 0; i < columns.size(); ++i) columns[i].push_back(std::move(row[i]));
  }
  return true;
}

}  // namespace

std::string arrays_sql(const sql::InsertShape& shape, const std::vector<pg::Oid>& types) {
  std::string items;
  std::string arrays;
  std::string names;
  for (const sql::InsertItem& item : shape.items) {
    if (!items.empty()) items += ", ";
    if (item.parameter == 0) {
      items += item.text;
      continue;
    }
    if (item.parameter > types.size()) return {};
    const pg::Oid type = types[item.parameter - 1];
    if (!pg::has_array_type(type)) return {};
    if (!names.empty()) {
      arrays += ", ";
      names += ", ";
    }
    items += fmt::format("r.p{}{}", item.parameter, item.behind);
    arrays += fmt::format("pg_catalog.unnest(${}::{}[])", item.parameter, pg::type_name(type));
    names += fmt::format("p{}", item.parameter);
  }
  if (names.empty()) return {};
  return fmt::format("{}SELECT {} FROM ROWS FROM ({}) AS r({}) {}", shape.head, items, arrays,
                     names, shape.tail);
}

std::optional<std::int64_t> insert_arrays(pg::Connection& connection, Many& many,
                                          const sql::InsertShape& shape) {
  const pg::Description described = connection.describe(many.first().sql, many.limits());
  const std::string sql = arrays_sql(shape, described.parameter_types);
  if (sql.empty()) return std::nullopt;
  Columns columns(many.first().parameters.size());
  std::vector<Value> lists;
  std::int64_t affected = 0;
  for (std::size_t begin = 0; begin < many.size(); begin += kRows) {
    if (!collect(many, begin, std::min(begin + kRows, many.size()), columns)) return std::nullopt;
    lists.clear();
    for (std::vector<Value>& column : columns) lists.push_back(Value::list(column));
    CountingSink nobody;
    affected += connection.execute(sql, lists, nobody, many.limits()).rows;
  }
  return affected;
}

}  // namespace pgjinja
