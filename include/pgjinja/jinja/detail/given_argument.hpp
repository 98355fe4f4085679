#pragma once

#include <pgjinja/core/value.hpp>
#include <pgjinja/jinja/function.hpp>
#include <pgjinja/jinja/signature.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pgjinja::jinja::detail {

/// A typed filter, test or function as messages tell it.
struct Callee {
  std::string name;     // "the filter 'money'"
  bool has_input;       // argument 0 is the value on the left
  std::size_t count;    // of its arguments, without the input
  Signature signature;  // empty, or as many as `count`
};

/// @throws Error{Config} for a signature of another length, or with an empty or a repeated name
Callee make_callee(std::string_view kind, std::string_view name, bool has_input, std::size_t arity,
                   const Signature& signature);

/// One argument of one call, or an item of one, which knows what messages call it. Asked for what
/// it is not, it throws: Error{Runtime} that names callee and argument, what was expected and what
/// was found (Error{Binding} if that is a mark or a fragment), Error{Undefined}. What it gives
/// lives as long as the call's arguments.
class GivenArgument {
 public:
  /// `value` is null for one that was left out.
  GivenArgument(const Callee& callee, std::size_t index, const Value* value)
      : callee_(&callee), index_(index), value_(value) {}

  /// Was it left out, or given as none?
  [[nodiscard]] bool is_absent() const noexcept { return value_ == nullptr || value_->is_null(); }
  /// Whatever it is, also undefined.
  [[nodiscard]] const Value& any() const;
  [[nodiscard]] bool boolean() const;
  [[nodiscard]] std::int64_t integer(std::int64_t lowest, std::uint64_t highest) const;
  /// Also of an integer, rounded as Python does it.
  [[nodiscard]] double real() const;
  [[nodiscard]] std::string_view text() const;
  [[nodiscard]] const List& list() const;
  [[nodiscard]] const Map& map() const;

  /// An element of it, which has to live as long as this does. `this` has to outlive what it gives.
  [[nodiscard]] GivenArgument item(std::size_t index, const Value& value) const;
  [[nodiscard]] GivenArgument entry(const Map::Entry& entry) const;
  /// The key of an entry() as a text.
  [[nodiscard]] std::string_view key() const;

 private:
  [[nodiscard]] const Value& of(Kind kind, std::string_view wanted) const;
  [[nodiscard]] const Value& defined() const;
  [[nodiscard]] std::string part() const;
  [[noreturn]] void refuse(std::string_view wanted) const;
  [[noreturn]] void refuse(std::string_view wanted, std::string_view found) const;

  const Callee* callee_;
  std::size_t index_;  // of the argument, or in the whole
  const Value* value_;
  const GivenArgument* whole_ = nullptr;  // of which it is an item or an entry
  const Value* key_ = nullptr;            // of an entry
};

/// The arguments of one call, by the places that the callee has for them.
class GivenArguments {
 public:
  /// `input` is null for a function. @throws Error{Runtime} for too many arguments, an unknown
  /// name, or one that is given twice
  GivenArguments(const Callee& callee, const Value* input, const Args& args);

  /// Index 0 is the input, if there is one.
  [[nodiscard]] GivenArgument operator[](std::size_t index) const;

 private:
  void check_name(std::string_view name) const;
  [[nodiscard]] const Value* find(std::size_t at) const;

  const Callee& callee_;
  const Value* input_;
  const Args& args_;
};

/// A default has to fit as an argument does. @throws Error{Config}
void check_default(const Callee& callee, std::size_t index,
                   void (*convert)(const GivenArgument& argument));

}  // namespace pgjinja::jinja::detail
