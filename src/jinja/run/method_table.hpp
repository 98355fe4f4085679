#pragma once

#include <pgjinja/core/value.hpp>
#include <pgjinja/jinja/function.hpp>

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace pgjinja::jinja {

class Changes;

struct Method {
  std::string_view name;
  std::size_t least;
  std::size_t most;
  Value (*call)(const Value& self, const Args& args);
  /// The names that its first arguments may be given by, where Python allows it.
  std::array<std::string_view, 2> names = {};
  /// Takes named arguments of any name, too.
  bool open = false;
  /// What there is instead of `call` for a method that changes `self`.
  Value (*change)(Changes& changes, const Value& self, const Args& args) = nullptr;
};

inline constexpr std::size_t kAnyNumber = static_cast<std::size_t>(-1);

/// A method that changes the list or map that it is called on.
constexpr Method changing(std::string_view name, std::size_t least, std::size_t most,
                          Value (*change)(Changes&, const Value&, const Args&),
                          std::array<std::string_view, 2> names = {}, bool open = false) {
  return {name, least, most, nullptr, names, open, change};
}

std::span<const Method> text_methods();
std::span<const Method> list_methods();
std::span<const Method> tuple_methods();
std::span<const Method> map_methods();
std::span<const Method> integer_methods();
std::span<const Method> float_methods();
/// Those that change lists, and maps.
std::span<const Method> list_changes();
std::span<const Method> map_changes();

}  // namespace pgjinja::jinja
