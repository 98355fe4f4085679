#include "jinja/builtins/application.hpp"
#include "jinja/builtins/attribute_path.hpp"
#include "jinja/builtins/registration.hpp"
#include "jinja/run/operators.hpp"
#include "jinja/run/parameters.hpp"

#include <pgjinja/core/error.hpp>

// map, and what keeps some of the items: the filters that name other filters and tests.

namespace pgjinja::jinja {

namespace {

[[noreturn]] void fail(std::string message) { throw Error(ErrorKind::Runtime, std::move(message)); }

Value map_attribute(const EnvironmentState& state, const Value& value, const Args& args) {
  args.allow("map", 0, {"attribute", "default"});
  const AttributePath path(*args.get(0, "attribute"), state.options.undefined);
  const Value* fallback = if_given(args, 1, "default");
  std::vector<Value> out;
  for (Value& each : iterate(value)) out.push_back(path.of(std::move(each), fallback));
  return Value::list(std::move(out));
}

/// `xs | map('filter', …)` or `xs | map(attribute='name')`.
Value map(const EnvironmentState& state, const Value& value, const Args& args) {
  if (!truthy(value)) return Value::list({});  // none and 0, too, as in Jinja2
  if (args.positional().empty()) {
    if (args.get(0, "attribute") != nullptr) return map_attribute(state, value, args);
    fail("map takes the name of a filter, or attribute=");
  }
  const std::vector<Value> items = iterate(value);
  if (items.empty()) return Value::list({});
  FilterApplication apply(state, args);
  std::vector<Value> out;
  for (const Value& each : items) out.push_back(apply(each));
  return Value::list(std::move(out));
}

/// The items of which the test `wanted`s: `of` says what of an item is tested.
Value choose(const EnvironmentState& state, bool wanted, const Value& value, const Args& args,
             const AttributePath& of) {
  const std::vector<Value> items = iterate(value);
  if (items.empty()) return Value::list({});
  const Value* name = args.positional().empty() ? nullptr : &args.positional()[0];
  const TestApplication test(state, name, name == nullptr ? args : args.after(1));
  std::vector<Value> out;
  for (const Value& each : items) {
    if (test(of.of(each)) == wanted) out.push_back(each);
  }
  return Value::list(std::move(out));
}

/// `select('test', …)` and `reject`: without a test, by truth.
Value select(const EnvironmentState& state, bool wanted, const Value& value, const Args& args) {
  if (!truthy(value)) return Value::list({});
  return choose(state, wanted, value, args, AttributePath(Value()));
}

/// `selectattr('attribute', 'test', …)` and `rejectattr`.
Value select_attribute(const EnvironmentState& state, bool wanted, const Value& value,
                       const Args& args) {
  if (!truthy(value)) return Value::list({});
  if (args.positional().empty()) {
    fail("selectattr and rejectattr take the name of an attribute");
  }
  return choose(state, wanted, value, args.after(1),
                AttributePath(args.positional()[0], state.options.undefined));
}

}  // namespace

void install_choosing_filters(EnvironmentState& state) {
  add_filter(state, "map", [&state](const Value& v, const Args& a) { return map(state, v, a); });
  add_filter(state, "reject",
             [&state](const Value& v, const Args& a) { return select(state, false, v, a); });
  add_filter(state, "rejectattr", [&state](const Value& v, const Args& a) {
    return select_attribute(state, false, v, a);
  });
  add_filter(state, "select",
             [&state](const Value& v, const Args& a) { return select(state, true, v, a); });
  add_filter(state, "selectattr", [&state](const Value& v, const Args& a) {
    return select_attribute(state, true, v, a);
  });
}

}  // namespace pgjinja::jinja
