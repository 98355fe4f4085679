#include "client/transform_step.hpp"

#include <pgjinja/client/transform.hpp>

#include <utility>

namespace pgjinja {

namespace {

using RowFunction = std::function<std::optional<Map>(Map)>;
using ResultFunction = std::function<Value(const Value&)>;

class FunctionProcess final : public RowProcess {
 public:
  explicit FunctionProcess(const RowFunction& function) : function_(function) {}
  void row(Map row, RowOut& out) override {
    if (auto made = function_(std::move(row))) out.take(std::move(*made));
  }

 private:
  const RowFunction& function_;
};

class FunctionRowStep final : public RowStep {
 public:
  explicit FunctionRowStep(RowFunction function) : function_(std::move(function)) {}
  [[nodiscard]] std::unique_ptr<RowProcess> begin(RowOrder /*order*/,
                                                  const NestedRows& /*nested*/) const override {
    return std::make_unique<FunctionProcess>(function_);
  }

 private:
  RowFunction function_;
};

class FunctionResultStep final : public ResultStep {
 public:
  explicit FunctionResultStep(ResultFunction function) : function_(std::move(function)) {}
  [[nodiscard]] Transformed apply(const Value& rows) const override {
    return {function_(rows), std::nullopt};
  }

 private:
  ResultFunction function_;
};

}  // namespace

Transform Transform::rows(std::string name, RowFunction function) {
  return {std::move(name), std::make_shared<const FunctionRowStep>(std::move(function))};
}

Transform Transform::result(std::string name, ResultFunction function) {
  return {std::move(name), std::make_shared<const FunctionResultStep>(std::move(function))};
}

Transform::Transform(std::string name, Step step)
    : name_(std::move(name)), step_(std::move(step)) {}

}  // namespace pgjinja
