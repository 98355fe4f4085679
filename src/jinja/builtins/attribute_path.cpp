#include "jinja/builtins/attribute_path.hpp"

#include "jinja/run/operators.hpp"
#include "jinja/run/text_splitting.hpp"

#include <charconv>
#include <string_view>

namespace pgjinja::jinja {

namespace {

Value step_of(const Value& part) {
  const std::string_view text = part.as_text();
  std::int64_t index = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), index);
  const bool digits =
      result.ec == std::errc() && result.ptr == text.data() + text.size() && text.front() != '-';
  return digits ? Value(index) : part;
}

}  // namespace

AttributePath::AttributePath(const Value& attribute, UndefinedPolicy policy) : policy_(policy) {
  if (attribute.is_null()) return;
  if (!attribute.is_text()) {
    parts_.push_back(attribute);
    return;
  }
  for (const Value& part : split_by(attribute.as_text(), ".")) parts_.push_back(step_of(part));
}

Value AttributePath::of(Value value, const Value* fallback) const {
  for (const Value& part : parts_) {
    value = item(value, part, policy_);
    if (value.is_undefined() && fallback != nullptr) value = *fallback;
  }
  return value;
}

std::vector<AttributePath> attribute_paths(const Value& attributes, UndefinedPolicy policy) {
  std::vector<AttributePath> paths;
  if (!attributes.is_text()) {
    paths.emplace_back(attributes, policy);
    return paths;
  }
  for (const Value& each : split_by(attributes.as_text(), ",")) paths.emplace_back(each, policy);
  return paths;
}

}  // namespace pgjinja::jinja
