#pragma once

#include "jinja/environment_state.hpp"

#include <cstdint>
#include <string_view>

namespace pgjinja::jinja {

/// A filter that another one (map) applies to one item after the other.
class FilterApplication {
 public:
  /// `args` begin with the filter's name. @throws Error{Runtime} when there is no such filter,
  ///         Error{Binding} for one that makes marks when the name is no literal of the template
  FilterApplication(const EnvironmentState& state, const Args& args);

  /// @throws Error{Binding} for a sealed item that the filter does not take, Error{Undefined},
  ///         Error{Limit} when all results together are too much, and what the filter throws
  Value operator()(const Value& item);

 private:
  const EnvironmentState& state_;
  std::string_view name_;
  const FilterEntry* filter_ = nullptr;
  Args args_;
  std::uint64_t built_ = 0;
};

/// A test that another filter (select …) asks of one item after the other; without a name, the
/// item's truth.
class TestApplication {
 public:
  /// @throws Error{Runtime} when there is no such test
  TestApplication(const EnvironmentState& state, const Value* name, const Args& args);

  /// @throws Error{Undefined}, and what the test throws
  bool operator()(const Value& item) const;

 private:
  const EnvironmentState& state_;
  std::string_view name_;
  const TestFunction* test_ = nullptr;
  Args args_;
};

}  // namespace pgjinja::jinja
