#pragma once

#include <pgjinja/core/value.hpp>
#include <pgjinja/jinja/detail/argument_type.hpp>
#include <pgjinja/jinja/detail/given_argument.hpp>
#include <pgjinja/jinja/function.hpp>
#include <pgjinja/jinja/signature.hpp>

#include <concepts>
#include <cstddef>
#include <functional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace pgjinja::jinja::detail {

/// Has F one list of argument types? Then std::function can tell it.
template <class F>
concept HasOneCall = std::copy_constructible<F> && requires(F f) { std::function{f}; };

/// A callable as std::function<R(A...)> tells its types.
template <class Function>
struct Typed;

template <class R, class... A>
struct Typed<std::function<R(A...)>> {
  using Result = R;
  static constexpr std::size_t kArity = sizeof...(A);
  static constexpr bool kReadsArgs = (std::same_as<std::remove_cvref_t<A>, Args> || ...);
  static constexpr bool kTakesArguments = (ArgumentType<A> && ...);
  template <class F>
  static constexpr bool kIsConst = std::is_invocable_v<const F&, A...>;

  /// Calls f, and makes a Gives of the result while the arguments live, which it may look into.
  template <class Gives, class F>
  static Gives call(const F& f, const GivenArguments& given) {
    return call<Gives>(f, given, std::index_sequence_for<A...>());
  }
  static void check_defaults(const Callee& callee) {
    std::size_t index = 0;
    (check_default(callee, index++,
                   [](const GivenArgument& each) { static_cast<void>(get<A>(each)); }),
     ...);
  }

 private:
  template <class T>
  static decltype(auto) get(const GivenArgument& given) {
    return FromArgument<std::remove_cvref_t<T>>::get(given);
  }
  template <class Gives, class F, std::size_t... I>
  static Gives call(const F& f, [[maybe_unused]] const GivenArguments& given,
                    std::index_sequence<I...>) {
    // Braces, so that the first argument that does not fit is the one that is told.
    std::tuple<decltype(get<A>(given[I]))...> arguments{get<A>(given[I])...};
    return Gives(std::apply(f, std::move(arguments)));
  }
};

template <class F>
using TypedOf = Typed<decltype(std::function{std::declval<F>()})>;

/// Is F written for Args, which it reads by itself?
template <class F>
concept ReadsArgs = HasOneCall<F> && TypedOf<F>::kReadsArgs;

/// Refuses a callable that cannot be called with what a template gives, by a sentence each; false
/// behind one of them, so that no other message follows.
template <class F>
constexpr bool check_callable() {
  static_assert(HasOneCall<F>,
                "a filter, test or function is a copyable callable with one call operator that is "
                "no template: write the types of its arguments instead of auto");
  if constexpr (HasOneCall<F>) {
    constexpr bool kTaken = TypedOf<F>::kTakesArguments;
    constexpr bool kConst = !kTaken || TypedOf<F>::template kIsConst<F>;
    static_assert(
        kTaken,
        "an argument of a filter, test or function is, by value or const reference, bool, "
        "an integer, double, std::string, std::string_view, pgjinja::Value, List, Map, or "
        "a std::optional, std::vector or std::map<std::string, ...> of these");
    static_assert(kConst,
                  "a filter, test or function is called from several threads at once, and so may "
                  "not be mutable");
    return kTaken && kConst;
  }
  return false;
}

template <class F>
Callee callee_of(std::string_view kind, std::string_view name, bool has_input,
                 const Signature& signature) {
  Callee callee = make_callee(kind, name, has_input, TypedOf<F>::kArity, signature);
  TypedOf<F>::check_defaults(callee);
  return callee;
}

template <class F>
FilterFunction typed_filter(std::string_view name, F f, const Signature& signature) {
  if constexpr (check_callable<F>()) {
    constexpr bool kGives = ResultType<typename TypedOf<F>::Result>;
    static_assert(TypedOf<F>::kArity > 0, "a filter takes the value on its left");
    static_assert(kGives, "a filter gives something that becomes a pgjinja::Value");
    return [f = std::move(f), callee = callee_of<F>("filter", name, true, signature)](
               const Value& input, const Args& args) -> Value {
      if constexpr (kGives)
        return TypedOf<F>::template call<Value>(f, GivenArguments(callee, &input, args));
    };
  }
}

template <class F>
TestFunction typed_test(std::string_view name, F f, const Signature& signature) {
  if constexpr (check_callable<F>()) {
    constexpr bool kGives = std::same_as<typename TypedOf<F>::Result, bool>;
    static_assert(TypedOf<F>::kArity > 0, "a test takes the value on its left");
    static_assert(kGives, "a test gives bool");
    return [f = std::move(f), callee = callee_of<F>("test", name, true, signature)](
               const Value& input, const Args& args) -> bool {
      if constexpr (kGives)
        return TypedOf<F>::template call<bool>(f, GivenArguments(callee, &input, args));
    };
  }
}

template <class F>
GlobalFunction typed_function(std::string_view name, F f, const Signature& signature) {
  if constexpr (check_callable<F>()) {
    constexpr bool kGives = ResultType<typename TypedOf<F>::Result>;
    static_assert(kGives, "a function gives something that becomes a pgjinja::Value");
    return [f = std::move(f),
            callee = callee_of<F>("function", name, false, signature)](const Args& args) -> Value {
      if constexpr (kGives)
        return TypedOf<F>::template call<Value>(f, GivenArguments(callee, nullptr, args));
    };
  }
}

}  // namespace pgjinja::jinja::detail
