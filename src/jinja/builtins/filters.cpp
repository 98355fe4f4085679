#include "jinja/builtins/attribute_path.hpp"
#include "jinja/builtins/builtins.hpp"
#include "jinja/builtins/number_text.hpp"
#include "jinja/run/operators.hpp"
#include "jinja/run/text_form.hpp"
#include "jinja/run/text_operations.hpp"
#include "jinja/run/unicode.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/fragment.hpp>

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

bool sealed(const Value& v) { return v.is_object() && v.as_object().sealed(); }

[[noreturn]] void fail(std::string message) { throw Error(ErrorKind::Runtime, std::move(message)); }

/// The value that stands in for an undefined one, or for any false one with `true` behind it.
Value default_value(const Value& value, const Args& args) {
  args.allow("default", 2, {"default_value", "boolean"});
  const Value* fallback = args.get(0, "default_value");
  const Value* boolean = args.get(1, "boolean");
  const bool also_false = boolean != nullptr && truthy(*boolean);
  if (!value.is_undefined() && !(also_false && !truthy(value))) return value;
  return fallback != nullptr ? *fallback : Value("");
}

/// With marks or fragments among the items the result is a fragment. Its separator is then text of
/// the statement, so it has to be constant text of the template.
Value join_sealed(const std::vector<Value>& items, const Args& args) {
  const Value* separator = args.get(0, "d");
  const bool none = separator == nullptr || (separator->is_text() && separator->as_text().empty());
  if (!none && !args.is_literal(0)) {
    throw Error(ErrorKind::Binding,
                "the separator between marked values has to be a string literal")
        .hint("write it in the template: join(', ')");
  }
  Fragment fragment;
  std::shared_ptr<TextConstant> text;
  if (!none) {
    struct Literal {
      std::string copy;
      TextConstant constant;
    };
    auto literal = std::make_shared<Literal>();
    literal->copy = separator->as_text();
    literal->constant.text = literal->copy;
    literal->constant.literal = true;
    text = std::shared_ptr<TextConstant>(literal, &literal->constant);
    fragment.keep(text);
  }
  bool first = true;
  for (const Value& item : items) {
    if (!first && text != nullptr) fragment.append(*text);
    first = false;
    if (const auto* inner = item.as<FragmentObject>()) {
      fragment.append(inner->fragment());
    } else {
      fragment.append(item);
    }
  }
  return Value::object<FragmentObject>(std::move(fragment));
}

Value join(const Value& value, const Args& args) {
  args.allow("join", 2, {"d", "attribute"});
  std::vector<Value> items = iterate(value);
  if (const Value* attribute = args.get(1, "attribute");
      attribute != nullptr && !attribute->is_null()) {
    const AttributePath path(*attribute);
    for (Value& each : items) each = path.of(each);
  }
  if (std::any_of(items.begin(), items.end(), sealed)) return join_sealed(items, args);
  const Value* separator = args.get(0, "d");
  const std::string between = separator == nullptr ? "" : str(*separator);
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += between;
    append_str(items[i], out);
    check_result_size(out.size());
  }
  return out;
}

Value length_filter(const Value& value, const Args& args) {
  args.allow("length", 0, {});
  return length(value);
}
Value upper(const Value& value, const Args&) { return to_upper(str(value)); }
Value lower(const Value& value, const Args&) { return to_lower(str(value)); }

Value trim(const Value& value, const Args& args) {
  args.allow("trim", 1, {"chars"});
  const std::string text = str(value);
  const Value* chars = args.get(0, "chars");
  if (chars == nullptr || chars->is_null()) return strip(text);
  return strip_of(text, chars->as_text(), true, true);
}

Value replace(const Value& value, const Args& args) {
  args.allow("replace", 3, {"old", "new", "count"});
  const Value* from = args.get(0, "old");
  const Value* to = args.get(1, "new");
  const Value* count = args.get(2, "count");
  if (from == nullptr || to == nullptr) fail("replace takes what to replace, and by what");
  const std::int64_t most = count == nullptr || count->is_null() ? -1 : count->as_int();
  return replaced(str(value), str(*from), str(*to), most);
}

Value first(const Value& value, const Args&) {
  const std::vector<Value> items = iterate(value);
  return items.empty() ? Value::undefined("first of nothing") : items.front();
}
Value last(const Value& value, const Args&) {
  const std::vector<Value> items = iterate(value);
  return items.empty() ? Value::undefined("last of nothing") : items.back();
}
Value list(const Value& value, const Args&) { return Value::list(iterate(value)); }

Value reverse(const Value& value, const Args&) {
  if (value.is_text()) {
    std::string out;
    std::vector<std::string_view> points = code_points(value.as_text());
    for (auto it = points.rbegin(); it != points.rend(); ++it) out += *it;
    return out;
  }
  std::vector<Value> items = iterate(value);
  std::reverse(items.begin(), items.end());
  return Value::list(std::move(items));
}

Value abs(const Value& value, const Args&) {
  demand_defined(value);
  if (value.is_float()) return std::fabs(value.as_float());
  return value.is_int() && value.as_int() < 0 ? negate(value) : positive(value);
}

/// int("12"), as Jinja2: what cannot be read gives the default.
Value to_int(const Value& value, const Args& args) {
  args.allow("int", 2, {"default", "base"});
  const Value* fallback = args.get(0, "default");
  Value otherwise = fallback == nullptr ? Value(0) : *fallback;
  if (value.is_int() || value.is_bool()) return positive(value);
  if (value.is_float()) {
    const double d = std::trunc(value.as_float());
    return d >= -9.2e18 && d <= 9.2e18 ? Value(static_cast<std::int64_t>(d)) : otherwise;
  }
  demand_defined(value);
  if (!value.is_text()) return otherwise;
  const Value* base = args.get(1, "base");
  if (const auto number = read_integer(value.as_text(), base == nullptr ? 10 : base->as_int())) {
    return *number;
  }
  const auto real = read_real(value.as_text());
  return real && std::fabs(*real) < 9.2e18 ? Value(static_cast<std::int64_t>(*real)) : otherwise;
}

Value to_float(const Value& value, const Args& args) {
  args.allow("float", 1, {"default"});
  if (value.is_float()) return value;
  if (value.is_int() || value.is_bool()) return binary(ast::BinaryOp::Add, value, Value(0.0));
  demand_defined(value);
  if (value.is_text()) {
    if (const auto real = read_real(value.as_text())) return *real;
  }
  const Value* fallback = args.get(0, "default");
  return fallback == nullptr ? Value(0.0) : *fallback;
}

Value to_string(const Value& value, const Args&) { return str(value); }

Value sort(const Value& value, const Args& args) {
  args.allow("sort", 3, {"reverse", "case_sensitive", "attribute"});
  const Value* reversed = args.get(0, "reverse");
  const Value* case_sensitive = args.get(1, "case_sensitive");
  const Value* attribute = args.get(2, "attribute");
  const bool fold = case_sensitive == nullptr || !truthy(*case_sensitive);
  const std::vector<AttributePath> paths =
      attribute_paths(attribute == nullptr ? Value() : *attribute);
  std::vector<std::pair<Value, Value>> keyed;
  for (const Value& each : iterate(value)) {
    std::vector<Value> key;
    for (const AttributePath& path : paths) {
      key.push_back(path.of(each));
      if (fold && key.back().is_text()) key.back() = Value(to_lower(key.back().as_text()));
    }
    keyed.emplace_back(Value::list(std::move(key)), each);
  }
  const bool descending = reversed != nullptr && truthy(*reversed);
  std::stable_sort(keyed.begin(), keyed.end(), [descending](const auto& a, const auto& b) {
    return descending ? less(b.first, a.first) : less(a.first, b.first);
  });
  std::vector<Value> out;
  for (auto& [key, each] : keyed) out.push_back(std::move(each));
  return Value::list(std::move(out));
}

/// `xs | map('filter', …)` or `xs | map(attribute='name')`.
Value map(const EnvironmentState& state, const Value& value, const Args& args) {
  std::vector<Value> out;
  if (!truthy(value)) return Value::list(std::move(out));  // none and 0, too, as in Jinja2
  const Value* attribute = args.positional().empty() ? args.get(0, "attribute") : nullptr;
  if (attribute != nullptr) {
    args.allow("map", 0, {"attribute", "default"});
    const Value* fallback = args.get(1, "default");
    const AttributePath path(*attribute);
    for (const Value& each : iterate(value)) out.push_back(path.of(each, fallback));
    return Value::list(std::move(out));
  }
  if (args.positional().empty() || !args.positional()[0].is_text()) {
    fail("map takes the name of a filter, or attribute=");
  }
  const std::string_view name = args.positional()[0].as_text();
  const auto filter = state.filters.find(name);
  if (filter == state.filters.end()) fail(fmt::format("no filter named '{}'", name));
  const Args rest(args.positional().subspan(1), args.named());
  for (const Value& each : iterate(value)) {
    if (sealed(each) && filter->second.accepts == Accepts::PlainValues) {
      throw Error(ErrorKind::Binding,
                  fmt::format("the filter '{}' would lose what its input, a {}, "
                              "stands for",
                              name, each.as_object().type_name()));
    }
    out.push_back(filter->second.function(each, rest));
  }
  return Value::list(std::move(out));
}

/// `select('test', …)` and `reject`: without a test, by truth.
Value choose(const EnvironmentState& state, bool wanted, const Value& value, const Args& args) {
  const TestFunction* test = nullptr;
  if (!args.positional().empty()) {
    const std::string name = str(args.positional()[0]);
    const auto found = state.tests.find(name);
    if (found == state.tests.end()) fail(fmt::format("no test named '{}'", name));
    test = &found->second;
  }
  const Args rest(args.positional().empty() ? args.positional() : args.positional().subspan(1),
                  args.named());
  std::vector<Value> out;
  if (!truthy(value)) return Value::list(std::move(out));  // none and 0, too, as in Jinja2
  for (const Value& each : iterate(value)) {
    const bool holds = test == nullptr ? truthy(each) : (*test)(each, rest);
    if (holds == wanted) out.push_back(each);
  }
  return Value::list(std::move(out));
}

Value round(const Value& value, const Args& args) {
  args.allow("round", 2, {"precision", "method"});
  demand_defined(value);
  if (!value.is_int() && !value.is_bool() && !value.is_float()) {
    fail(fmt::format("round takes a number, not {}", kind_name(value.kind())));
  }
  const Value* given = args.get(0, "precision");
  const Value* method = args.get(1, "method");
  const std::int64_t precision = given == nullptr ? 0 : given->as_int();
  const std::string_view how = method == nullptr ? "common" : method->as_text();
  if (how == "common" && !value.is_float() && precision >= 0) return positive(value);
  const double number = to_float(value, Args()).as_float();
  if (how == "common") {
    const double rounded = round_decimal(number, precision);
    if (value.is_float()) return rounded;
    if (std::fabs(rounded) < 9.2e18) return static_cast<std::int64_t>(rounded);
    fail("the rounded number does not fit into 64 bits");
  }
  const double scale = std::pow(10.0, static_cast<double>(precision));
  if (how == "ceil") return std::ceil(number * scale) / scale;
  if (how == "floor") return std::floor(number * scale) / scale;
  fail("the method of round is 'common', 'ceil' or 'floor'");
}

}  // namespace

void install_filters(EnvironmentState& state) {
  const auto add = [&state](std::string name, FilterFunction function,
                            Accepts accepts = Accepts::PlainValues) {
    state.filters[std::move(name)] = {std::move(function), accepts};
  };
  const auto add_plain = [&add](const std::string& name,
                                Value (*filter)(const Value&, const Args&)) {
    add(name, [name, filter](const Value& value, const Args& args) {
      args.allow(name, 0, {});
      return filter(value, args);
    });
  };
  add_plain("abs", abs);
  add("count", length_filter);
  add("d", default_value, Accepts::SealedValues);
  add("default", default_value, Accepts::SealedValues);
  add_plain("first", first);
  add("float", to_float);
  add("int", to_int);
  add("join", join);
  add_plain("last", last);
  add("length", length_filter);
  add_plain("list", list);
  add_plain("lower", lower);
  add("map", [&state](const Value& v, const Args& a) { return map(state, v, a); });
  add("reject", [&state](const Value& v, const Args& a) { return choose(state, false, v, a); });
  add("replace", replace);
  add_plain("reverse", reverse);
  add("round", round);
  add("select", [&state](const Value& v, const Args& a) { return choose(state, true, v, a); });
  add("sort", sort);
  add_plain("string", to_string);
  add("trim", trim);
  add_plain("upper", upper);
}

}  // namespace pgjinja::jinja
