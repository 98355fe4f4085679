#include "jinja/builtins/builtins.hpp"
#include "jinja/builtins/group.hpp"
#include "jinja/builtins/is_defined.hpp"
#include "jinja/run/joiner.hpp"
#include "jinja/run/objects.hpp"
#include "jinja/run/operators.hpp"
#include "jinja/run/parameters.hpp"
#include "jinja/run/plain_text.hpp"
#include "jinja/run/text_predicates.hpp"

#include <pgjinja/core/error.hpp>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

using ast::CompareOp;

bool is_number(const Value& v) { return v.is_int() || v.is_float() || v.is_bool(); }
bool is_sequence(const Value& v) {
  return v.is_list() || v.is_text() || v.is_map() || v.is_bytes() || v.as<Group>() != nullptr;
}
bool is_iterable(const Value& v) {
  return is_sequence(v) || v.is_undefined() ||
         (v.is_object() && v.as_object().iterate().has_value());
}
bool is_callable(const Value& v) {
  return v.as<Macro>() != nullptr || v.as<Function>() != nullptr ||
         v.as<BoundMethod>() != nullptr || v.as<Joiner>() != nullptr;
}
bool is_lower(const Value& v) { return is_lower_text(plain_text(v)); }
bool is_upper(const Value& v) { return is_upper_text(plain_text(v)); }

/// Python's `is`. Of what it makes anew each time, such as a large number, only the value is known.
bool is_same(const Value& a, const Value& b) {
  if (a.kind() != b.kind() || a.is_undefined()) return false;
  if (a.is_list()) return &a.as_list() == &b.as_list();
  if (a.is_map()) return &a.as_map() == &b.as_map();
  return a == b;
}

/// The one argument of a test; only those of Python's functions have a name for it.
const Value& argument(std::string_view test, const Args& args, std::string_view name = {}) {
  if (args.positional().size() == 1 && args.named().empty()) return args.positional()[0];
  const bool named = args.positional().empty() && args.named().size() == 1 && !name.empty();
  if (named && args.named()[0].first == name) return args.named()[0].second;
  throw Error(ErrorKind::Runtime, fmt::format("the test '{}' takes one argument", test));
}

bool divisible(const Value& value, const Value& by) {
  return !truthy(binary(ast::BinaryOp::Modulo, value, by));
}

struct Plain {
  std::string_view name;
  bool (*holds)(const Value&);
};
constexpr Plain kPlain[] = {
    {"boolean", [](const Value& v) { return v.is_bool(); }},
    {"callable", is_callable},
    // No text knows that it is HTML. Jinja2's ChainableUndefined says that it is.
    {"escaped", [](const Value& v) { return v.is_undefined() && v.undefined_chains(); }},
    {"even", [](const Value& v) { return divisible(v, Value(2)); }},
    {"false", [](const Value& v) { return v.is_bool() && !v.as_bool(); }},
    {"float", [](const Value& v) { return v.is_float(); }},
    {"integer", [](const Value& v) { return v.is_int(); }},
    {"iterable", is_iterable},
    {"lower", is_lower},
    {"mapping", [](const Value& v) { return v.is_map(); }},
    {"none", [](const Value& v) { return v.is_null(); }},
    {"number", is_number},
    {"odd", [](const Value& v) { return binary(ast::BinaryOp::Modulo, v, Value(2)) == Value(1); }},
    {"sequence", is_sequence},
    {"string", [](const Value& v) { return v.is_text(); }},
    {"true", [](const Value& v) { return v.is_bool() && v.as_bool(); }},
    {"undefined", [](const Value& v) { return v.is_undefined(); }},
    {"upper", is_upper},
};

struct Comparing {
  std::string_view name;
  CompareOp op;
};
constexpr Comparing kComparing[] = {
    {"!=", CompareOp::NotEqual},     {"<", CompareOp::Less},
    {"<=", CompareOp::LessEqual},    {"==", CompareOp::Equal},
    {">", CompareOp::Greater},       {">=", CompareOp::GreaterEqual},
    {"eq", CompareOp::Equal},        {"equalto", CompareOp::Equal},
    {"ge", CompareOp::GreaterEqual}, {"greaterthan", CompareOp::Greater},
    {"gt", CompareOp::Greater},      {"le", CompareOp::LessEqual},
    {"lessthan", CompareOp::Less},   {"lt", CompareOp::Less},
    {"ne", CompareOp::NotEqual},
};

/// Is there one of that name? Anything that could be a key may be asked for.
template <class Entry>
TestFunction known_in(const EnvironmentState::Registry<Entry>& registry, std::string_view test) {
  return [&registry, test](const Value& value, const Args& args) {
    args.allow(test, 0, {});
    static_cast<void>(hash_value(value));  // which refuses what Python cannot look up
    return value.is_text() && registry.contains(value.as_text());
  };
}

}  // namespace

void install_tests(EnvironmentState& state) {
  for (const Plain& test : kPlain) {
    state.tests[std::string(test.name)] = [test](const Value& value, const Args& args) {
      args.allow(test.name, 0, {});
      return test.holds(value);
    };
  }
  for (const Comparing& test : kComparing) {
    state.tests[std::string(test.name)] = [test](const Value& value, const Args& args) {
      return compare(test.op, value, argument(test.name, args));
    };
  }
  state.tests["defined"] = IsDefined();
  state.tests["divisibleby"] = [](const Value& value, const Args& args) {
    return divisible(value, argument("divisibleby", args, "num"));
  };
  state.tests["in"] = [](const Value& value, const Args& args) {
    return contains(argument("in", args, "seq"), value);
  };
  state.tests["sameas"] = [](const Value& value, const Args& args) {
    return is_same(value, argument("sameas", args, "other"));
  };
  state.tests["filter"] = known_in(state.filters, "filter");
  state.tests["test"] = known_in(state.tests, "test");
}

}  // namespace pgjinja::jinja
