#include "jinja/run/objects.hpp"

#include <pgjinja/core/error.hpp>

namespace pgjinja::jinja {

std::optional<Value> Loop::attribute(std::string_view name) const {
  const auto size = static_cast<std::int64_t>(items_.size());
  const auto index = static_cast<std::int64_t>(at_);
  if (name == "index") return index;
  if (name == "index0") return index - 1;
  if (name == "first") return index == 1;
  if (name == "last") return index == size;
  if (name == "length") return size;
  if (name == "revindex") return size - index + 1;
  if (name == "revindex0") return size - index;
  if (name == "depth") return 1;  // counts recursion of the loop, not nesting of loops
  if (name == "depth0") return 0;
  if (name == "previtem") {
    return at_ < 2 ? Value::undefined("there is no previous item") : items_[at_ - 2];
  }
  if (name == "nextitem") {
    return at_ >= items_.size() ? Value::undefined("there is no next item") : items_[at_];
  }
  return std::nullopt;
}

Value Loop::cycle(const Args& args) const {
  const auto values = args.positional();
  if (values.empty()) throw Error(ErrorKind::Runtime, "no items for cycling given");
  return values[(at_ - 1) % values.size()];
}

std::optional<Value> Macro::attribute(std::string_view name) const {
  if (name == "name") return Value(routine.name);
  if (name != "arguments") return std::nullopt;
  std::vector<Value> names;
  for (const Routine::Param& param : routine.params) names.emplace_back(param.name);
  return Value::tuple(std::move(names));
}

}  // namespace pgjinja::jinja
