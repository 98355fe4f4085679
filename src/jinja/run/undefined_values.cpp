#include "jinja/run/undefined_values.hpp"

#include "jinja/run/demands.hpp"
#include "jinja/run/missing_value.hpp"
#include "jinja/run/text_form.hpp"

#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

/// What a value, or one of the engine's objects, would be an instance of in Python.
std::string python_type(const Value& value) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kObjects = {
      {{"block", "jinja2.runtime.BlockReference"},
       {"cycler", "jinja2.utils.Cycler"},
       {"function", "type"},  // range, dict and their like are classes
       {"group", "jinja2.filters._GroupTuple"},
       {"joiner", "jinja2.utils.Joiner"},
       {"loop", "jinja2.runtime.LoopContext"},
       {"module", "jinja2.environment.TemplateModule"},
       {"namespace", "jinja2.utils.Namespace"},
       {"template", "jinja2.runtime.TemplateReference"},
       {"macro", "jinja2.runtime.Macro"},
       {"method", "builtin_function_or_method"},
       {"fragment", "str"}}};
  switch (value.kind()) {
    case Kind::Bool: return "bool";
    case Kind::Int: return "int";
    case Kind::Float: return "float";
    case Kind::Text: return "str";
    case Kind::Bytes: return "bytes";
    case Kind::List: return value.as_list().is_tuple() ? "tuple" : "list";
    case Kind::Map: return "dict";
    case Kind::Object: break;
    default: return std::string(kind_name(value.kind()));
  }
  const std::string_view name = value.as_object().type_name();
  for (const auto& [ours, theirs] : kObjects) {
    if (ours == name) return std::string(theirs);
  }
  return std::string(name);
}

/// Jinja2's object_type_repr.
std::string type_of(const Value& value) {
  return value.is_null() ? "None" : python_type(value) + " object";
}

/// DebugUndefined.__str__, which writes braces whatever the delimiters are.
Value debug(std::string_view name, std::string_view text) {
  return Value::undefined(name, fmt::format("{{{{ {} }}}}", text), false);
}

std::string name_of_key(const Value& key) {
  if (key.is_text()) return std::string(key.as_text());
  return key.is_int() ? fmt::format("[{}]", key.as_int()) : "item";
}

}  // namespace

Value undefined_name(UndefinedPolicy policy, std::string_view name) {
  if (policy == UndefinedPolicy::Chainable) return Value::undefined(name, {}, true);
  return policy == UndefinedPolicy::Debug ? debug(name, name) : Value::undefined(name);
}

Value undefined_element(UndefinedPolicy policy, const Value& object, const Value& key) {
  const std::string name = name_of_key(key);
  if (policy != UndefinedPolicy::Debug) return undefined_name(policy, name);
  return debug(name, fmt::format("no such element: {}[{}]", type_of(object), repr(key)));
}

Value undefined_parameter(UndefinedPolicy policy, std::string_view name) {
  return undefined_because(policy, name, fmt::format("parameter '{}' was not provided", name));
}

Value undefined_because(UndefinedPolicy policy, std::string_view name, std::string_view reason) {
  if (policy != UndefinedPolicy::Debug) return undefined_name(policy, name);
  return debug(name, fmt::format("undefined value printed: {}", reason));
}

Value by_policy(UndefinedPolicy policy, const Value& undefined) {
  if (policy != UndefinedPolicy::Chainable && policy != UndefinedPolicy::Debug) return undefined;
  const bool made = undefined.undefined_chains() || !undefined.undefined_text().empty();
  if (made) return undefined;
  const std::string_view name = undefined.undefined_name();
  const MissingValue* missing = missing_value(name);
  if (missing == nullptr) return undefined_name(policy, name);
  return missing->printed.empty() ? undefined : undefined_because(policy, name, missing->printed);
}

bool is_strict(UndefinedPolicy policy, const Value& undefined) {
  return policy == UndefinedPolicy::Strict && undefined.undefined_name() != kNoElse;
}

void demand_if_strict(UndefinedPolicy policy, const Value& value) {
  if (value.is_undefined() && is_strict(policy, value)) demand_defined(value);
}

bool is_lenient(UndefinedPolicy policy, const Value& undefined) {
  return policy != UndefinedPolicy::Unprintable && !is_strict(policy, undefined);
}

}  // namespace pgjinja::jinja
