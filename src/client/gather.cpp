// The transforms that make a whole result into something else.

#include "client/nearest_name.hpp"
#include "client/transform_step.hpp"

#include <pgjinja/client/transform.hpp>
#include <pgjinja/core/error.hpp>
#include <pgjinja/core/json.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace pgjinja {

namespace {

/// A column's value in each row.
class Pick {
 public:
  Pick(std::string by, std::string column) : by_(std::move(by)), column_(std::move(column)) {}

  /// Of the only column, when none is named.
  [[nodiscard]] const Value& of(const Map& row) const {
    if (column_.empty()) {
      if (row.size() != 1) throw not_one(row);
      return row.entries().front().value;
    }
    const Value* value = row.find(std::string_view(column_));
    if (value == nullptr) throw no_column(row);
    return *value;
  }
  /// The same as a key of a map.
  [[nodiscard]] const Value& key_of(const Map& row) const {
    const Value& key = of(row);
    if (key.is_list() || key.is_map()) {
      throw Error(ErrorKind::Mapping, fmt::format("{}: column \"{}\" holds a {}, which is no key",
                                                  by_, column_, kind_name(key.kind())));
    }
    return key;
  }

 private:
  static std::vector<std::string> names_of(const Map& row) {
    std::vector<std::string> names;
    for (const Map::Entry& entry : row) names.emplace_back(entry.key.as_text());
    return names;
  }
  [[nodiscard]] Error not_one(const Map& row) const {
    return Error(ErrorKind::Mapping,
                 fmt::format("{} takes rows of one column, and these have {}", by_, row.size()))
        .detail(fmt::format("columns: {}", fmt::join(names_of(row), ", ")));
  }
  [[nodiscard]] Error no_column(const Map& row) const {
    const auto names = names_of(row);
    Error error(ErrorKind::Mapping, fmt::format("{}: there is no column \"{}\"", by_, column_));
    error.detail(fmt::format("columns: {}", fmt::join(names, ", ")));
    const std::string near = nearest_name(column_, names);
    if (!near.empty()) error.hint(fmt::format("did you mean \"{}\"?", near));
    return error;
  }

  std::string by_;
  std::string column_;
};

/// `name` with what it takes: "scalar takes one row, and there are 3".
Error wrong_rows(std::string_view name, std::string_view takes, std::size_t count) {
  return Error(ErrorKind::Cardinality, fmt::format("{} takes {}, and there {} {}", name, takes,
                                                   count == 1 ? "is" : "are", count));
}

class ScalarStep final : public ResultStep {
 public:
  [[nodiscard]] Transformed apply(const Value& rows) const override {
    const List& list = rows.as_list();
    if (list.size() != 1) throw wrong_rows("scalar", "one row", list.size());
    return {Pick("scalar", "").of(list[0].as_map()), std::nullopt};
  }
};

class ColumnStep final : public ResultStep {
 public:
  explicit ColumnStep(std::string column) : pick_("column", std::move(column)) {}
  [[nodiscard]] Transformed apply(const Value& rows) const override {
    std::vector<Value> values;
    values.reserve(rows.as_list().size());
    for (const Value& row : rows.as_list()) values.push_back(pick_.of(row.as_map()));
    return {Value::list(std::move(values)), std::nullopt};
  }

 private:
  Pick pick_;
};

class OneStep final : public ResultStep {
 public:
  [[nodiscard]] Transformed apply(const Value& rows) const override {
    const List& list = rows.as_list();
    if (list.size() != 1) throw wrong_rows("one", "one row", list.size());
    return {list[0], RowsAre::Alone};
  }
};

class MaybeStep final : public ResultStep {
 public:
  [[nodiscard]] Transformed apply(const Value& rows) const override {
    const List& list = rows.as_list();
    if (list.size() > 1) throw wrong_rows("maybe", "at most one row", list.size());
    return {list.empty() ? Value() : list[0], RowsAre::Alone};
  }
};

/// A map of rows, or of the values of one column, by the values of another one.
class KeyStep final : public ResultStep {
 public:
  KeyStep(std::string key, std::string value)
      : column_(key),
        key_("key_by", std::move(key)),
        value_("key_by", value),
        rows_(value.empty()) {}
  [[nodiscard]] Transformed apply(const Value& rows) const override {
    Map map;
    for (const Value& row : rows.as_list()) {
      const Value& key = key_.key_of(row.as_map());
      if (map.find(key) != nullptr) throw second(key);
      map.set(key, rows_ ? row : value_.of(row.as_map()));
    }
    return {Value(std::move(map)), rows_ ? std::optional(RowsAre::ByKey) : std::nullopt};
  }

 private:
  [[nodiscard]] Error second(const Value& key) const {
    return Error(ErrorKind::Mapping, fmt::format("key_by: two rows have the same \"{}\"", column_))
        .detail(key.is_bytes() ? std::string("bytes") : fmt::format("it is {}", to_json(key)))
        .hint("group_by keeps all rows of a key");
  }

  std::string column_;
  Pick key_;
  Pick value_;
  bool rows_;
};

class GroupStep final : public ResultStep {
 public:
  explicit GroupStep(std::string column) : pick_("group_by", std::move(column)) {}
  [[nodiscard]] Transformed apply(const Value& rows) const override {
    Map places;
    std::vector<std::pair<Value, std::vector<Value>>> groups;
    for (const Value& row : rows.as_list()) {
      const Value& key = pick_.key_of(row.as_map());
      const Value* place = places.find(key);
      if (place == nullptr) {
        places.set(key, Value(groups.size()));
        groups.emplace_back(key, std::vector<Value>{row});
      } else {
        groups[static_cast<std::size_t>(place->as_int())].second.push_back(row);
      }
    }
    Map map;
    for (auto& [key, list] : groups) map.set(key, Value::list(std::move(list)));
    return {Value(std::move(map)), RowsAre::InListsByKey};
  }

 private:
  Pick pick_;
};

template <class Step, class... Arguments>
Transform gather(std::string name, Arguments... arguments) {
  return {std::move(name), std::make_shared<const Step>(std::move(arguments)...)};
}

}  // namespace

namespace transform {

Transform scalar() { return gather<ScalarStep>("scalar"); }
Transform column() { return gather<ColumnStep>("column", std::string()); }
Transform column(std::string name) { return gather<ColumnStep>("column", std::move(name)); }
Transform one() { return gather<OneStep>("one"); }
Transform maybe() { return gather<MaybeStep>("maybe"); }
Transform key_by(std::string name) {
  return gather<KeyStep>("key_by", std::move(name), std::string());
}
Transform key_by(std::string name, std::string value) {
  return gather<KeyStep>("key_by", std::move(name), std::move(value));
}
Transform group_by(std::string name) { return gather<GroupStep>("group_by", std::move(name)); }

}  // namespace transform

}  // namespace pgjinja
