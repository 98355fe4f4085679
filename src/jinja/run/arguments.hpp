#pragma once

#include "jinja/compile/program.hpp"

#include <pgjinja/jinja/function.hpp>

#include <vector>

namespace pgjinja::jinja {

/// The arguments of one call as they lie on the stack, as Args. Only `*` and `**` cost a copy.
class StackArguments {
 public:
  /// `first` points to the call site's first argument. @throws Error{Runtime} for a `*` that is no
  /// sequence, a `**` that is no map with text keys, or a name given twice.
  StackArguments(const CallSite& site, const Value* first);
  [[nodiscard]] const Args& args() const noexcept { return args_; }

 private:
  void spread_named(const CallSite& site, const Value* value);

  std::vector<Value> positional_;
  std::vector<Args::Named> named_;
  std::vector<Value> keys_;  // what the names are viewed in, where a map may change
  Args args_;
};

}  // namespace pgjinja::jinja
