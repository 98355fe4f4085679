#pragma once

#include <pgjinja/core/value.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::jinja {

/// One group of groupby: a pair that also has names, `group.grouper` and `group.list`.
class Group final : public Object {
 public:
  Group(Value grouper, std::vector<Value> items)
      : grouper_(std::move(grouper)), list_(Value::list(std::move(items))) {
    holds(grouper_);
    holds(list_);
  }
  [[nodiscard]] std::string_view type_name() const noexcept override { return "group"; }
  [[nodiscard]] std::optional<Value> attribute(std::string_view name) const override;
  [[nodiscard]] std::optional<std::vector<Value>> iterate() const override {
    return std::vector<Value>{grouper_, list_};
  }
  [[nodiscard]] std::optional<Value> frozen() const override {
    return Value::object<Group>(grouper_.frozen(), list_.frozen().as_list().items());
  }
  /// As the tuple that it is in Jinja2.
  [[nodiscard]] std::string to_text() const override;

 private:
  Value grouper_;
  Value list_;
};

}  // namespace pgjinja::jinja
