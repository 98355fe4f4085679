#pragma once

#include <pgjinja/core/value.hpp>
#include <pgjinja/jinja/detail/given_argument.hpp>

#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace pgjinja::jinja::detail {

/// How an argument becomes a T: one specialisation for each type that a callable may take.
template <class T>
struct FromArgument;
template <class T>
concept FromArgumentGives = requires(const GivenArgument& given) { FromArgument<T>::get(given); };

template <>
struct FromArgument<bool> {
  static bool get(const GivenArgument& given) { return given.boolean(); }
};
template <>
struct FromArgument<double> {
  static double get(const GivenArgument& given) { return given.real(); }
};
template <>
struct FromArgument<std::string_view> {
  static std::string_view get(const GivenArgument& given) { return given.text(); }
};
template <>
struct FromArgument<std::string> {
  static std::string get(const GivenArgument& given) { return std::string(given.text()); }
};
template <>
struct FromArgument<Value> {
  static const Value& get(const GivenArgument& given) { return given.any(); }
};
template <>
struct FromArgument<List> {
  static const List& get(const GivenArgument& given) { return given.list(); }
};
template <>
struct FromArgument<Map> {
  static const Map& get(const GivenArgument& given) { return given.map(); }
};

template <class T>
concept Character = std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
                    std::same_as<T, char16_t> || std::same_as<T, char32_t>;

template <std::integral T>
  requires(!Character<T>)
struct FromArgument<T> {
  static T get(const GivenArgument& given) {
    using Limits = std::numeric_limits<T>;
    return static_cast<T>(given.integer(Limits::min(), Limits::max()));
  }
};

template <FromArgumentGives T>
struct FromArgument<std::optional<T>> {
  static std::optional<T> get(const GivenArgument& given) {
    if (given.is_absent()) return std::nullopt;
    return FromArgument<T>::get(given);
  }
};

template <FromArgumentGives T>
struct FromArgument<std::vector<T>> {
  static std::vector<T> get(const GivenArgument& given) {
    const List& list = given.list();
    std::vector<T> items;
    items.reserve(list.size());
    for (std::size_t i = 0; i < list.size(); ++i) {
      items.push_back(FromArgument<T>::get(given.item(i, list[i])));
    }
    return items;
  }
};

template <FromArgumentGives T>
struct FromArgument<std::map<std::string, T>> {
  static std::map<std::string, T> get(const GivenArgument& given) {
    std::map<std::string, T> entries;
    for (const Map::Entry& each : given.map()) {
      const GivenArgument entry = given.entry(each);
      const std::string key(entry.key());
      entries.emplace(key, FromArgument<T>::get(entry));
    }
    return entries;
  }
};

/// What an argument of type A is converted to. Nobody would see what is written to a reference.
template <class A>
concept ArgumentType =
    (!std::is_lvalue_reference_v<A> || std::is_const_v<std::remove_reference_t<A>>) &&
    FromArgumentGives<std::remove_cvref_t<A>>;

/// What a callable may give: whatever becomes a Value. A pointer would become a bool.
template <class R>
concept ResultType =
    std::constructible_from<Value, R> &&
    (!std::is_pointer_v<std::remove_cvref_t<R>> || std::same_as<std::decay_t<R>, const char*>);

}  // namespace pgjinja::jinja::detail
