#pragma once

#include <pgjinja/core/context.hpp>
#include <pgjinja/core/value.hpp>
#include <pgjinja/jinja/environment.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace pgjinja::jinja {

class Program;

/// Takes what a straight template prints (Template::straight_names()) from a context without
/// running the template: its constant text is known. Immutable; the template must outlive it.
class StraightReader {
 public:
  /// `nullopt` for a template that is not straight.
  static std::optional<StraightReader> of(const Template& source);

  /// Puts the values into `out`, in the order in which they are printed. False, with anything in
  /// `out`, when the template has to be rendered, which may find an error: a value is missing, is a
  /// list, a map or an object, or there is more text than Options::limits allow.
  /// @throws Error{Config} for arguments that do not fit the declarations, as Template::render().
  bool read(const Context& context, std::vector<Value>& out) const;
  /// Is every value there, and none an object, which may be text? Lists and maps are none.
  [[nodiscard]] bool finds_values(const Context& context) const;

 private:
  StraightReader(const Program& program, std::vector<std::uint32_t> names, std::size_t room)
      : program_(&program), names_(std::move(names)), room_(room) {}
  bool take(const Context& context, std::vector<Value>& out) const;

  const Program* program_;
  std::vector<std::uint32_t> names_;  // indexes of Program::names
  std::size_t room_;                  // bytes of output that the constant text leaves for values
};

}  // namespace pgjinja::jinja
