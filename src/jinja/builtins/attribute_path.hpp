#pragma once

#include <pgjinja/core/value.hpp>
#include <pgjinja/jinja/options.hpp>

#include <vector>

namespace pgjinja::jinja {

/// What `attribute=` of map, join and sort names: "address.city", "items.0", or an index.
class AttributePath {
 public:
  /// The parts between the dots; those of digits are indexes. None leads to the value itself.
  /// What it does not find is undefined by `policy`.
  explicit AttributePath(const Value& attribute, UndefinedPolicy policy = UndefinedPolicy::Default);

  /// Follows the path. A step that leads to nothing gives `fallback` if there is one.
  /// @throws Error{Undefined} for a step from an undefined value
  [[nodiscard]] Value of(Value value, const Value* fallback = nullptr) const;

 private:
  std::vector<Value> parts_;
  UndefinedPolicy policy_;
};

/// Several paths, with commas between them.
std::vector<AttributePath> attribute_paths(const Value& attributes, UndefinedPolicy policy);

}  // namespace pgjinja::jinja
