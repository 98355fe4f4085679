#pragma once

#include <pgjinja/core/value.hpp>

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace pgjinja::jinja {

/// The arguments of one call of a filter, test or function, without the value that a filter or
/// test is applied to. Views: valid during the call only.
class Args {
 public:
  using Named = std::pair<std::string_view, Value>;

  Args() = default;
  Args(std::span<const Value> positional, std::span<const Named> named, std::uint32_t literals = 0)
      : positional_(positional), named_(named), literals_(literals) {}

  [[nodiscard]] std::span<const Value> positional() const noexcept { return positional_; }
  [[nodiscard]] std::span<const Named> named() const noexcept { return named_; }

  /// The argument at position `index` or of that name; nullptr if the caller gave neither.
  /// @throws Error{Runtime} when it was given both ways.
  [[nodiscard]] const Value* get(std::size_t index, std::string_view name) const;
  /// Was positional argument `index` written as a string literal in the template? Only such an
  /// argument may become text of a Fragment.
  [[nodiscard]] bool is_literal(std::size_t index) const noexcept {
    return index < 32 && ((literals_ >> index) & 1U) != 0;
  }
  /// The arguments without the first `count` positional ones: what map passes on to a filter.
  [[nodiscard]] Args after(std::size_t count) const {
    return {positional_.subspan(count), named_, count < 32 ? literals_ >> count : 0};
  }
  /// Refuses arguments that the callee does not know.
  /// @throws Error{Runtime} naming the callee and the first superfluous argument.
  void allow(std::string_view callee, std::size_t most_positional,
             std::initializer_list<std::string_view> names) const;

 private:
  std::span<const Value> positional_;
  std::span<const Named> named_;
  std::uint32_t literals_ = 0;
};

/// A filter gets the value on its left and its arguments, and returns a new value. It throws
/// Error{Runtime} without a place; the engine adds where in the template it happened.
using FilterFunction = std::function<Value(const Value&, const Args&)>;
using TestFunction = std::function<bool(const Value&, const Args&)>;
using GlobalFunction = std::function<Value(const Args&)>;

/// What a filter may be applied to. A *sealed* value is an Object that stands for text or marks
/// (Fragment, identifier, raw …); most filters would silently lose what it stands for, so the
/// engine refuses them on one.
enum class Accepts : std::uint8_t { PlainValues, SealedValues };

}  // namespace pgjinja::jinja
