#pragma once

#include <pgjinja/core/value.hpp>

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace pgjinja::jinja {

/// Which arguments of a call were written as string literals: bit i stands for the i-th of its
/// kind.
struct LiteralArguments {
  std::uint32_t positional = 0;
  std::uint32_t named = 0;
};

/// The arguments of one call of a filter, test or function, without the value that a filter or
/// test is applied to. Views: valid during the call only.
class Args {
 public:
  using Named = std::pair<std::string_view, Value>;

  Args() = default;
  Args(std::span<const Value> positional, std::span<const Named> named,
       LiteralArguments literals = {})
      : positional_(positional), named_(named), literals_(literals) {}

  [[nodiscard]] std::span<const Value> positional() const noexcept { return positional_; }
  [[nodiscard]] std::span<const Named> named() const noexcept { return named_; }

  /// The argument at position `index` or of that name; nullptr if the caller gave neither.
  /// @throws Error{Runtime} when it was given both ways.
  [[nodiscard]] const Value* get(std::size_t index, std::string_view name) const;
  /// Was the argument at position `index`, or of that name, written as a string literal in the
  /// template? Only such an argument may become text of a Fragment.
  [[nodiscard]] bool is_literal(std::size_t index, std::string_view name) const noexcept;
  /// The arguments without the first `count` positional ones: what map passes on to a filter.
  [[nodiscard]] Args after(std::size_t count) const {
    const std::uint32_t literals = count < 32 ? literals_.positional >> count : 0;
    return {positional_.subspan(count), named_, {literals, literals_.named}};
  }
  /// The same arguments with other values.
  [[nodiscard]] Args with(std::span<const Value> positional, std::span<const Named> named) const {
    return {positional, named, literals_};
  }
  /// Refuses arguments that the callee does not know.
  /// @throws Error{Runtime} naming the callee and the first superfluous argument.
  void allow(std::string_view callee, std::size_t most_positional,
             std::initializer_list<std::string_view> names) const;

 private:
  std::span<const Value> positional_;
  std::span<const Named> named_;
  LiteralArguments literals_;
};

/// A filter gets the value on its left and its arguments, and returns a new value. It throws
/// Error{Runtime} without a place; the engine adds where in the template it happened. What a filter
/// or function is given never changes, and may be kept; what it gives may be changed by the
/// template, unless it has kept it as well.
using FilterFunction = std::function<Value(const Value&, const Args&)>;
using TestFunction = std::function<bool(const Value&, const Args&)>;
using GlobalFunction = std::function<Value(const Args&)>;

/// What a filter may be applied to. A *sealed* value is an Object that stands for text or marks
/// (Fragment, identifier, raw …); most filters would silently lose what it stands for, so the
/// engine refuses them on one.
enum class Accepts : std::uint8_t { PlainValues, SealedValues };

/// What a filter gives. One that makes *marks* turns values into text of the statement (identifier,
/// raw …): the template's author has to name it, so `map` does not take such a name from a value.
enum class Makes : std::uint8_t { Values, Marks };

}  // namespace pgjinja::jinja
