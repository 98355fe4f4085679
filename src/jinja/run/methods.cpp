#include "jinja/run/methods.hpp"

#include "core/access.hpp"
#include "jinja/run/cycler.hpp"
#include "jinja/run/method_table.hpp"
#include "jinja/run/parameters.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

std::span<const Method> methods_of(const Value& self) {
  switch (self.kind()) {
    case Kind::Text: return text_methods();
    case Kind::List: return self.as_list().is_tuple() ? tuple_methods() : list_methods();
    case Kind::Map: return map_methods();
    case Kind::Bool:
    case Kind::Int: return integer_methods();
    case Kind::Float: return float_methods();
    case Kind::Object:
      if (self.as<Cycler>() != nullptr) return Cycler::methods();
      return {};
    default: return {};
  }
}

std::span<const Method> changes_of(const Value& self) {
  if (self.is_map()) return map_changes();
  return self.is_list() && !self.as_list().is_tuple() ? list_changes() : std::span<const Method>();
}

const Method* find_in(std::span<const Method> methods, std::string_view name) noexcept {
  const auto found = std::find_if(methods.begin(), methods.end(),
                                  [name](const Method& method) { return method.name == name; });
  return found == methods.end() ? nullptr : &*found;
}

const Method* find_method(const Value& self, std::string_view name) {
  const Method* method = find_in(methods_of(self), name);
  return method != nullptr ? method : find_in(changes_of(self), name);
}

/// What came from outside is shared: with the caller, and perhaps with other threads.
[[noreturn]] void refuse_change(const Value& self) {
  const bool list = self.is_list();
  throw Error(ErrorKind::Runtime, fmt::format("the template cannot change this {}, which was made "
                                              "outside of it",
                                              list ? "list" : "map"))
      .hint(list ? "change a copy: {% set xs = xs | list %}"
                 : "change a copy: {% set m = dict(m) %}");
}

Value call_found(const Method& method, const Value& self, const Args& args, Changes* changes) {
  if (method.change == nullptr) return method.call(self, args);
  if (changes == nullptr || !detail::Access::is_changeable(self)) refuse_change(self);
  return method.change(*changes, self, args);
}

bool accepts(const Method& method, const Args& args) {
  if (args.positional().size() > method.most) return false;
  for (const Args::Named& named : args.named()) {
    const auto known = std::find(method.names.begin(), method.names.end(), named.first);
    // An unused place in the table holds an empty name, which `**` could have brought in.
    const bool expected = known != method.names.end() && !named.first.empty();
    if (!expected && !method.open) return false;
  }
  for (std::size_t i = args.positional().size(); i < method.least; ++i) {
    if (i >= method.names.size() || args.get(i, method.names[i]) == nullptr) return false;
  }
  return true;
}

}  // namespace

bool has_method(const Value& self, std::string_view name) {
  return find_method(self, name) != nullptr;
}

bool changes_self(std::string_view method) noexcept {
  return find_in(list_changes(), method) != nullptr || find_in(map_changes(), method) != nullptr;
}

Value call_method(const Value& self, std::string_view name, const Args& args, Changes* changes) {
  const Method* method = find_method(self, name);
  if (accepts(*method, args)) return call_found(*method, self, args, changes);
  throw Error(
      ErrorKind::Runtime,
      fmt::format("{}.{}() takes {} argument{}, not {}", kind_of(self), name,
                  method->least == method->most
                      ? std::to_string(method->least)
                      : fmt::format("{} to {}", method->least, method->most),
                  method->most == 1 ? "" : "s", args.positional().size() + args.named().size()));
}

}  // namespace pgjinja::jinja
