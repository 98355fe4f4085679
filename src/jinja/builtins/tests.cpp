#include "jinja/builtins/builtins.hpp"
#include "jinja/run/objects.hpp"
#include "jinja/run/operators.hpp"
#include "jinja/run/text_form.hpp"
#include "jinja/run/unicode.hpp"

#include <pgjinja/core/error.hpp>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

using ast::CompareOp;

bool is_number(const Value& v) { return v.is_int() || v.is_float() || v.is_bool(); }
bool is_sequence(const Value& v) {
  return v.is_list() || v.is_text() || v.is_map() || v.is_bytes();
}
bool is_iterable(const Value& v) {
  return is_sequence(v) || v.is_undefined() ||
         (v.is_object() && v.as_object().iterate().has_value());
}
bool is_callable(const Value& v) {
  return v.as<Macro>() != nullptr || v.as<Function>() != nullptr || v.as<BoundMethod>() != nullptr;
}
bool is_lower(const Value& v) {
  const std::string text = str(v);
  return to_lower(text) == text && to_upper(text) != text;
}
bool is_upper(const Value& v) {
  const std::string text = str(v);
  return to_upper(text) == text && to_lower(text) != text;
}

const Value& argument(std::string_view test, const Args& args) {
  if (args.positional().size() == 1 && args.named().empty()) return args.positional()[0];
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
    {"defined", [](const Value& v) { return !v.is_undefined(); }},
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
    {"eq", CompareOp::Equal},        {"equalto", CompareOp::Equal},
    {"ge", CompareOp::GreaterEqual}, {"greaterthan", CompareOp::Greater},
    {"gt", CompareOp::Greater},      {"in", CompareOp::In},
    {"le", CompareOp::LessEqual},    {"lessthan", CompareOp::Less},
    {"lt", CompareOp::Less},         {"ne", CompareOp::NotEqual},
};

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
  state.tests["divisibleby"] = [](const Value& value, const Args& args) {
    return divisible(value, argument("divisibleby", args));
  };
  state.tests["filter"] = [&state](const Value& value, const Args&) {
    return value.is_text() && state.filters.contains(value.as_text());
  };
  state.tests["test"] = [&state](const Value& value, const Args&) {
    return value.is_text() && state.tests.contains(value.as_text());
  };
}

}  // namespace pgjinja::jinja
