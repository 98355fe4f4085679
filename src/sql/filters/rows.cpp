#include "core/shown_text.hpp"
#include "sql/filters/families.hpp"
#include "sql/filters/input.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/sql/marks.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace pgjinja::sql {

namespace {

using jinja::Args;
using jinja::Makes;
using Names = std::vector<std::string>;

[[noreturn]] void refuse(ErrorKind kind, std::string message, std::string hint) {
  throw Error(kind, std::move(message)).hint(std::move(hint));
}

Value in_filter(const Value& value, const Args& args) {
  args.allow("in", 0, {});
  if (!value.is_list()) refuse_input("in", "a list", value);
  return in_list(value.as_list().items());
}

/// The argument `keys`, which chooses from maps; empty if there is none.
Names keys_argument(std::string_view filter, const Args& args) {
  args.allow(filter, 1, {"keys"});
  const Value* keys = args.get(0, "keys");
  if (keys == nullptr) return {};
  Names names = names_in(filter, "keys as a list of texts", *keys);
  if (names.empty())
    refuse(ErrorKind::Binding, fmt::format("{} has no keys to choose", filter),
           "name one at least");
  return names;
}

/// The values at `keys`, which `where` has to have.
std::vector<Value> chosen(const Map& map, const Names& keys, std::string_view where) {
  std::vector<Value> values;
  for (const std::string& key : keys) {
    const Value* value = map.find(std::string_view(key));
    if (value == nullptr) {
      refuse(ErrorKind::Binding, fmt::format("{} has no {}", where, shown_text(key)),
             "give it a value; none stands for NULL");
    }
    values.push_back(*value);
  }
  return values;
}

/// A key that no column is there for would be left out in silence.
void refuse_more_keys(const Map& map, const Names& keys, std::string_view where) {
  for (const Map::Entry& entry : map) {
    const std::string_view key = entry.key.as_text();
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) continue;
    refuse(ErrorKind::Binding,
           fmt::format("{} has {}, which the first one has not", where, shown_text(key)),
           "give all rows the same keys, or choose some: values(['id', 'name'])");
  }
}

/// Reads rows that are all lists, or all maps.
class RowReader {
 public:
  explicit RowReader(Names keys) : keys_(std::move(keys)), choose_(!keys_.empty()) {}

  std::vector<Value> read(const Value& row) {
    ++number_;
    if (number_ == 1 && row.is_map() && !choose_) keys_ = keys_of("values", row.as_map());
    if (row.is_map() && (choose_ || !keys_.empty())) return read_map(row.as_map());
    if (row.is_list() && keys_.empty()) return row.as_list().items();
    refuse_row(row);
  }

 private:
  std::vector<Value> read_map(const Map& map) const {
    const std::string where = fmt::format("row {}", number_);
    if (!choose_) {
      keys_of("values", map);
      refuse_more_keys(map, keys_, where);
    }
    return chosen(map, keys_, where);
  }

  [[noreturn]] void refuse_row(const Value& row) const {
    const std::string where = fmt::format("row {}", number_);
    if (row.is_undefined()) refuse(ErrorKind::Undefined, where + " is undefined", "pass it");
    if (row.is_map() && row.as_map().empty()) {
      refuse(ErrorKind::Binding, where + " has no value",
             "a row has a value for each column, at least one");
    }
    refuse(ErrorKind::Runtime,
           fmt::format("{} is {}, and no {}", where,
                       row.is_object() ? row.as_object().type_name() : kind_name(row.kind()),
                       keys_.empty() ? "list" : "map"),
           "write all rows as lists, or all as maps; a plain list is for `in`, or for "
           "unnest({{ ids }})");
  }

  Names keys_;
  bool choose_;
  std::size_t number_ = 0;
};

Value values_filter(const Value& value, const Args& args) {
  RowReader reader(keys_argument("values", args));
  if (!value.is_list()) refuse_input("values", "a list of rows", value);
  std::vector<std::vector<Value>> all;
  for (const Value& row : value.as_list()) all.push_back(reader.read(row));
  return rows(std::move(all));
}

Value assign_filter(const Value& value, const Args& args) {
  Names keys = keys_argument("assign", args);
  if (!value.is_map()) refuse_input("assign", "a map", value);
  if (keys.empty()) keys = keys_of("assign", value.as_map());
  const std::vector<Value> values = chosen(value.as_map(), keys, "the map");
  std::vector<std::pair<std::string, Value>> columns;
  for (std::size_t i = 0; i < keys.size(); ++i) columns.emplace_back(keys[i], values[i]);
  return assignments(columns);
}

constexpr Filter kFilters[] = {{"in", in_filter, Makes::Marks},
                               {"inclause", in_filter, Makes::Marks},
                               {"values", values_filter, Makes::Marks},
                               {"assign", assign_filter, Makes::Marks}};

}  // namespace

std::span<const Filter> row_filters() noexcept { return kFilters; }

}  // namespace pgjinja::sql
