#include "jinja/builtins/application.hpp"

#include "jinja/nearest.hpp"
#include "jinja/run/foreign_exception.hpp"
#include "jinja/run/frozen_arguments.hpp"
#include "jinja/run/operators.hpp"
#include "jinja/run/parameters.hpp"
#include "jinja/run/strictness.hpp"
#include "jinja/run/undefined_values.hpp"

#include <pgjinja/core/error.hpp>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

/// The entry of `registry` that `name` says. A name that is undefined was hardly meant as one.
template <class Entry>
const Entry* find_named(const EnvironmentState::Registry<Entry>& registry, std::string_view what,
                        const Value& name) {
  if (name.is_undefined()) {
    throw Error(ErrorKind::Runtime, fmt::format("no {} named by an undefined value", what))
        .hint(fmt::format("the name is a text: write '{}' in quotes", name.undefined_name()));
  }
  const auto found = registry.find(as_text(name));
  if (found != registry.end()) return &found->second;
  Error error(ErrorKind::Runtime, fmt::format("no {} named '{}'", what, name.as_text()));
  std::vector<std::string> known;
  for (const auto& [each, entry] : registry) known.push_back(each);
  if (const std::string near = nearest(name.as_text(), known); !near.empty()) {
    error.hint(fmt::format("did you mean '{}'?", near));
  }
  throw error;
}

/// What a value takes up, roughly: each of many results is small enough, but not all of them.
std::uint64_t size_of(const Value& value) {
  if (value.is_text()) return value.as_text().size() + 1;
  if (!value.is_list()) return 1;
  std::uint64_t size = 1;
  for (const Value& item : value.as_list()) size += size_of(item);
  return size;
}

}  // namespace

FilterApplication::FilterApplication(const EnvironmentState& state, const Args& args)
    : state_(state), args_(args.after(1)) {
  const Value& name = args.positional()[0];
  filter_ = find_named(state.filters, "filter", name);
  name_ = name.as_text();
  if (filter_->makes == Makes::Values || args.is_literal(0, {})) return;
  throw Error(ErrorKind::Binding,
              fmt::format("the filter '{}' makes SQL text, and a value cannot choose it", name_))
      .hint(fmt::format("name it in the template: map('{}')", name_));
}

Value FilterApplication::operator()(const Value& item) {
  const bool sealed = item.is_object() && item.as_object().sealed();
  if (sealed && filter_->accepts == Accepts::PlainValues) {
    throw Error(ErrorKind::Binding, fmt::format("the filter '{}' would lose what its input, a {}, "
                                                "stands for",
                                                name_, item.as_object().type_name()));
  }
  if (state_.options.undefined == UndefinedPolicy::Strict) {
    if (!takes_undefined(name_)) demand_if_strict(UndefinedPolicy::Strict, item);
    check_strict_arguments(name_, args_);
  }
  Value result = call_foreign("filter", name_, [&] {
    return filter_->made == Made::ByEngine
               ? filter_->function(item, args_)
               : filter_->function(item.frozen(), FrozenArguments(args_).args());
  });
  if (result.is_undefined()) result = by_policy(state_.options.undefined, result);
  built_ += size_of(result);
  check_result_size(built_);
  return result;
}

TestApplication::TestApplication(const EnvironmentState& state, const Value* name, const Args& args)
    : state_(state), args_(args) {
  if (name == nullptr) return;
  test_ = find_named(state.tests, "test", *name);
  name_ = name->as_text();
}

bool TestApplication::operator()(const Value& item) const {
  if (test_ == nullptr || looks_into_value(name_)) {
    demand_if_strict(state_.options.undefined, item);
  }
  if (test_ == nullptr) return truthy(item);
  return call_foreign("test", name_, [&] { return (*test_)(item, args_); });
}

}  // namespace pgjinja::jinja
