#pragma once

#include <pgjinja/core/value.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pgjinja::jinja {

/// What templates call the arguments of a typed filter, test or function, in their order, and what
/// stands in for one that is left out. The value on the left of a filter or test is none of them.
///
///     {"amount", {"currency", "EUR"}}   // amount is needed, currency has a default
class Signature {
 public:
  struct Parameter {
    Parameter(const char* argument) : name(argument) {}
    Parameter(std::string_view argument, Value otherwise)
        : name(argument), fallback(std::move(otherwise)) {}
    Parameter(int) = delete;  // {"page", 0} would be two parameters: write {{"page", 0}}

    std::string name;
    std::optional<Value> fallback;
  };

  /// Nothing said: arguments are given by position only, and messages count them.
  Signature() = default;
  Signature(std::initializer_list<Parameter> parameters) : parameters_(parameters) {}

  [[nodiscard]] const std::vector<Parameter>& parameters() const noexcept { return parameters_; }

 private:
  std::vector<Parameter> parameters_;
};

}  // namespace pgjinja::jinja
