// The transform that makes the rows of a join into objects with lists.

#include "client/same_data.hpp"
#include "client/transform_step.hpp"

#include <pgjinja/client/transform.hpp>
#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace pgjinja {

namespace {

struct Nest {
  std::string list;
  std::string prefix;

  [[nodiscard]] bool takes(std::string_view column) const {
    return column.size() > prefix.size() && column.starts_with(prefix);
  }
  [[nodiscard]] std::string_view inner(std::string_view column) const {
    return column.substr(prefix.size());
  }
};

/// A row that gets a list of rows.
struct Parent {
  Map columns;        // those of the list left out
  std::size_t place;  // of the list among the columns
  std::vector<Value> rows = {};
};

bool is_empty(const Map& child) {
  return std::ranges::all_of(child, [](const Map::Entry& entry) { return entry.value.is_null(); });
}

class NestProcess final : public RowProcess {
 public:
  NestProcess(const Nest& nest, RowOrder order) : nest_(nest), order_(order) {}

  void row(Map row, RowOut& out) override {
    Map child;
    Parent parent = split(row, child);
    Parent& found = find(std::move(parent), out);
    if (!is_empty(child)) found.rows.emplace_back(std::move(child));
  }

  void end(RowOut& out) override {
    for (Parent& parent : parents_) out.take(finished(parent));
    forget();
  }

 private:
  Parent split(const Map& row, Map& child) const {
    Parent parent{{}, row.size()};
    for (const Map::Entry& entry : row) {
      const std::string_view column = entry.key.as_text();
      if (nest_.takes(column)) {
        parent.place = std::min(parent.place, parent.columns.size());
        child.set(Value(nest_.inner(column)), entry.value);
      } else {
        parent.columns.set(entry.key, entry.value);
      }
    }
    if (child.empty()) throw no_columns(row);
    if (parent.columns.find(std::string_view(nest_.list)) != nullptr) throw name_taken();
    return parent;
  }

  /// The parent of these columns, which may be a new one.
  Parent& find(Parent parent, RowOut& out) {
    const std::size_t hash = hash_data(parent.columns);
    auto [first, last] = places_.equal_range(hash);
    for (; first != last; ++first) {
      Parent& known = parents_[first->second];
      if (same_data(known.columns, parent.columns)) return known;
    }
    if (order_ == RowOrder::Following) end(out);
    places_.emplace(hash, parents_.size());
    return parents_.emplace_back(std::move(parent));
  }

  Map finished(Parent& parent) const {
    Map row;
    std::size_t at = 0;
    const auto put_list = [&] { row.set(Value(nest_.list), Value::list(std::move(parent.rows))); };
    for (const Map::Entry& entry : parent.columns) {
      if (at++ == parent.place) put_list();
      row.set(entry.key, entry.value);
    }
    if (at == parent.place) put_list();
    return row;
  }

  void forget() {
    parents_.clear();
    places_.clear();
  }

  [[nodiscard]] Error no_columns(const Map& row) const {
    std::vector<std::string_view> names;
    for (const Map::Entry& entry : row) names.push_back(entry.key.as_text());
    return Error(ErrorKind::Mapping,
                 fmt::format("nest: no column's name begins with \"{}\"", nest_.prefix))
        .detail(fmt::format("columns: {}", fmt::join(names, ", ")));
  }
  [[nodiscard]] Error name_taken() const {
    return Error(ErrorKind::Mapping,
                 fmt::format("nest: there is a column \"{}\" already", nest_.list))
        .hint("give the list another name, or the column (… AS …)");
  }

  const Nest& nest_;
  RowOrder order_;
  std::vector<Parent> parents_;
  std::unordered_multimap<std::size_t, std::size_t> places_;  // in parents_, by hash
};

class NestStep final : public RowStep {
 public:
  explicit NestStep(Nest nest) : nest_(std::move(nest)) {}

  [[nodiscard]] std::unique_ptr<RowProcess> begin(RowOrder order,
                                                  const NestedRows& /*nested*/) const override {
    return std::make_unique<NestProcess>(nest_, order);
  }

  [[nodiscard]] NestedRows behind(NestedRows nested) const override {
    NestedRows outer;
    NestedRows inner;
    for (auto& [column, rows] : nested.columns) {
      if (nest_.takes(column)) {
        inner.columns.emplace(nest_.inner(column), std::move(rows));
      } else {
        outer.columns.emplace(column, std::move(rows));
      }
    }
    outer.columns.emplace(nest_.list, std::move(inner));
    return outer;
  }

 private:
  Nest nest_;
};

}  // namespace

Transform transform::nest(std::string list, std::string prefix) {
  return {"nest", std::make_shared<const NestStep>(Nest{std::move(list), std::move(prefix)})};
}

}  // namespace pgjinja
