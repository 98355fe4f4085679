#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/detail/given_argument.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace pgjinja::jinja::detail {

namespace {

void check_names(const Callee& callee) {
  const auto& parameters = callee.signature.parameters();
  for (auto each = parameters.begin(); each != parameters.end(); ++each) {
    if (each->name.empty()) {
      throw Error(ErrorKind::Config, fmt::format("an argument of {} has no name", callee.name));
    }
    const bool twice = std::any_of(parameters.begin(), each,
                                   [&](const auto& other) { return other.name == each->name; });
    if (twice) {
      throw Error(ErrorKind::Config,
                  fmt::format("{} has two arguments '{}'", callee.name, each->name));
    }
  }
}

}  // namespace

Callee make_callee(std::string_view kind, std::string_view name, bool has_input, std::size_t arity,
                   const Signature& signature) {
  const std::size_t count = has_input ? arity - 1 : arity;
  Callee callee{fmt::format("the {} '{}'", kind, name), has_input, count, signature};
  const std::size_t described = signature.parameters().size();
  if (described != 0 && described != count) {
    throw Error(ErrorKind::Config,
                fmt::format("the signature of {} has {} argument{}, and not {}", callee.name,
                            described, described == 1 ? "" : "s", count))
        .hint(has_input ? "the value on its left is none of them" : "");
  }
  check_names(callee);
  return callee;
}

void check_default(const Callee& callee, std::size_t index,
                   void (*convert)(const GivenArgument& argument)) {
  const auto& parameters = callee.signature.parameters();
  if (parameters.empty() || (callee.has_input && index == 0)) return;
  const auto& fallback = parameters[callee.has_input ? index - 1 : index].fallback;
  if (!fallback) return;
  try {
    convert(GivenArgument(callee, index, &*fallback));
  } catch (const Error& error) {
    throw Error(ErrorKind::Config, error.message()).hint("it is the default that does not fit");
  }
}

}  // namespace pgjinja::jinja::detail
