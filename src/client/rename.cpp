// The transforms that rename columns.

#include "client/transform_step.hpp"

#include <pgjinja/client/column_naming.hpp>
#include <pgjinja/client/transform.hpp>
#include <pgjinja/core/error.hpp>

#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace pgjinja {

namespace {

class RenameStep final : public RowStep {
 public:
  RenameStep(const char* name, ColumnNaming naming) : name_(name), naming_(naming) {}

  [[nodiscard]] std::unique_ptr<RowProcess> begin(RowOrder order,
                                                  const NestedRows& nested) const override;

  [[nodiscard]] NestedRows behind(NestedRows nested) const override {
    NestedRows renamed;
    for (auto& [column, rows] : nested.columns) {
      renamed.columns.emplace(naming_(column), behind(std::move(rows)));
    }
    return renamed;
  }

  [[nodiscard]] Map rename(const Map& row, const NestedRows& nested) const {
    Map out;
    for (const Map::Entry& entry : row) {
      const std::string_view column = entry.key.as_text();
      const std::string name = naming_(column);
      if (out.find(std::string_view(name)) != nullptr) throw taken(name, column);
      const auto rows = nested.columns.find(column);
      out.set(Value(name),
              rows == nested.columns.end() ? entry.value : rename_list(entry.value, rows->second));
    }
    return out;
  }

 private:
  [[nodiscard]] Value rename_list(const Value& list, const NestedRows& nested) const {
    if (!list.is_list()) return list;
    std::vector<Value> rows;
    rows.reserve(list.as_list().size());
    for (const Value& row : list.as_list()) rows.emplace_back(rename(row.as_map(), nested));
    return Value::list(std::move(rows));
  }

  [[nodiscard]] Error taken(std::string_view name, std::string_view column) const {
    return Error(ErrorKind::Mapping,
                 fmt::format("{}: two columns would be called \"{}\"", name_, name))
        .hint(fmt::format("one of them is \"{}\": give it another name (… AS …)", column));
  }

  const char* name_;
  ColumnNaming naming_;
};

class RenameProcess final : public RowProcess {
 public:
  RenameProcess(const RenameStep& step, const NestedRows& nested) : step_(step), nested_(nested) {}
  void row(Map row, RowOut& out) override { out.take(step_.rename(row, nested_)); }

 private:
  const RenameStep& step_;
  const NestedRows& nested_;
};

std::unique_ptr<RowProcess> RenameStep::begin(RowOrder /*order*/, const NestedRows& nested) const {
  return std::make_unique<RenameProcess>(*this, nested);
}

Transform rename(const char* name, ColumnNaming naming) {
  return {name, std::make_shared<const RenameStep>(name, naming)};
}

}  // namespace

Transform transform::camel_case() { return rename("camel_case", &pgjinja::camel_case); }
Transform transform::snake_case() { return rename("snake_case", &pgjinja::snake_case); }

}  // namespace pgjinja
