#pragma once

#include <pgjinja/client/detail/visit_members.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

/// What the compiler knows of a struct's members: how many, of which types, where, and named how.
/// Works for any aggregate, in an unnamed namespace or in a function too.
namespace pgjinja::detail {

/// Stands for a value of any type in `T{Anything{}, …}`, never evaluated. It converts to a member
/// that is itself an aggregate, so that no braces are elided and each one counts for one member.
struct Anything {
  std::size_t index;
  template <class T>
  operator T() const noexcept;
};

template <class T, std::size_t... I>
consteval bool takes_initialisers(std::index_sequence<I...>) {
  return requires { T{Anything{I}...}; };
}

template <class T, std::size_t Count = 0>
consteval std::size_t count_members() {
  if constexpr (Count > kMostMembers) {
    return Count;
  } else if constexpr (takes_initialisers<T>(std::make_index_sequence<Count + 1>{})) {
    return count_members<T, Count + 1>();
  } else {
    return Count;
  }
}

/// Converts to the bases of T only.
template <class T>
struct AnyBaseOf {
  template <class Base>
    requires(std::is_base_of_v<Base, T> && !std::is_same_v<Base, T>)
  operator Base() const noexcept;
};

/// A base class is the first element of an aggregate (C++20 [dcl.init.aggr]).
template <class T>
inline constexpr bool has_base = requires { T{AnyBaseOf<T>{}}; };

/// A C array takes its elements one by one from `Anything`, but also takes `{}` as a whole: then
/// initialisers are left over behind it.
template <class T, std::size_t... Before, std::size_t... After>
consteval bool takes_braces(std::index_sequence<Before...>, std::index_sequence<After...>) {
  return requires { T{Anything{Before}..., {}, Anything{After}...}; };
}

template <class T, std::size_t... I>
consteval bool each_takes_braces(std::index_sequence<I...>) {
  return (takes_braces<T>(std::make_index_sequence<I>{},
                          std::make_index_sequence<sizeof...(I) - I - 1>{}) &&
          ...);
}

/// Says why T cannot be mapped by member names; an instantiation that compiles is the proof.
template <class T>
consteval std::size_t check_members() {
  static_assert(std::is_class_v<T> && std::is_aggregate_v<T>,
                "pgjinja: rows map to scalars, std::tuple, or aggregates: structs without "
                "constructors, private members and virtual functions");
  static_assert(!has_base<T>,
                "pgjinja: a mapped struct may not inherit: write the members of its base out");
  static_assert(std::is_default_constructible_v<T> && std::is_move_constructible_v<T>,
                "pgjinja: a mapped struct must be default-constructible and movable (no members "
                "that are references)");
  constexpr std::size_t count = count_members<T>();
  static_assert(count > 0, "pgjinja: a mapped struct needs at least one member");
  if constexpr (count <= kMostMembers) {
    static_assert(each_takes_braces<T>(std::make_index_sequence<count>{}),
                  "pgjinja: a member of a mapped struct may be no C array: take std::string, or "
                  "std::vector for an SQL array");
  } else {
    static_assert(count <= kMostMembers,
                  "pgjinja: a mapped struct has at most 40 members, and no "
                  "C array among them");
  }
  return count;
}

template <class T>
inline constexpr std::size_t kMemberCount = check_members<T>();

/// Room for a T that is never made: its members have addresses, and that is all that is asked.
template <class T>
union Unborn {
  constexpr Unborn() noexcept : nothing{} {}
  constexpr ~Unborn() {}
  Unborn(const Unborn&) = delete;
  Unborn& operator=(const Unborn&) = delete;

  char nothing;
  T object;
};
template <class T>
inline Unborn<T> unborn;

struct MemberAddress {
  const void* member;
};

template <class T>
inline constexpr auto kMemberAddresses =
    visit_members<kMemberCount<T>>(unborn<T>.object, [](auto&... members) {
      return std::array{MemberAddress{std::addressof(members)}...};
    });

template <class... Members>
struct TypeList {};

/// TypeList of the types of T's members, const ones as const.
template <class T>
using MemberTypes = decltype(visit_members<kMemberCount<T>>(unborn<T>.object, [](auto&... members) {
  return TypeList<std::remove_reference_t<decltype(members)>...>{};
}));

/// The compiler's spelling of a constant address ends with the member's name.
template <MemberAddress Address>
constexpr const char* spelled_address() {
  return __PRETTY_FUNCTION__;
}
template <class T>
constexpr const char* spelled_type() {
  return __PRETTY_FUNCTION__;
}

/// "name" of "… [with MemberAddress Address = {&unborn<City>.object.City::name}]".
std::string_view member_name_in(std::string_view spelled) noexcept;
/// "City" of "… [with T = geo::City<int>]": without namespaces, scopes and template arguments.
std::string_view type_name_in(std::string_view spelled) noexcept;

template <class T, std::size_t Index>
std::string_view member_name() {
  return member_name_in(spelled_address<kMemberAddresses<T>[Index]>());
}
template <class T, std::size_t Index>
std::size_t member_offset() {
  return static_cast<std::size_t>(static_cast<const char*>(kMemberAddresses<T>[Index].member) -
                                  reinterpret_cast<const char*>(std::addressof(unborn<T>.object)));
}

}  // namespace pgjinja::detail
