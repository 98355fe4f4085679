#include "jinja/builtins/builtins.hpp"
#include "jinja/run/namespace.hpp"
#include "jinja/run/objects.hpp"
#include "jinja/run/operators.hpp"

#include <pgjinja/core/error.hpp>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

/// Python's range, as a list: it is short enough for one, or an error.
Value range(std::size_t most, const Args& args) {
  const auto given = args.positional();
  if (given.empty() || given.size() > 3 || !args.named().empty()) {
    throw Error(ErrorKind::Runtime, "range takes one to three integers");
  }
  const std::int64_t start = given.size() > 1 ? given[0].as_int() : 0;
  const std::int64_t stop = given.size() > 1 ? given[1].as_int() : given[0].as_int();
  const std::int64_t step = given.size() > 2 ? given[2].as_int() : 1;
  if (step == 0) throw Error(ErrorKind::Runtime, "the step of range cannot be zero");
  std::vector<Value> items;
  for (std::int64_t i = start; step > 0 ? i < stop : i > stop;) {
    if (items.size() == most) {
      throw Error(ErrorKind::Limit, fmt::format("range would have more than {} items", most))
          .hint("generate_series in SQL has no such limit");
    }
    items.emplace_back(i);
    if (__builtin_add_overflow(i, step, &i)) break;
  }
  return Value::list(std::move(items));
}

void add_pairs(Map& map, const Value& pairs) {
  for (const Value& each : iterate(pairs)) {
    const std::vector<Value> pair = iterate(each);
    if (pair.size() != 2) throw Error(ErrorKind::Runtime, "dict takes pairs of a key and a value");
    map.set(pair[0], pair[1]);
  }
}

Value dict(const Args& args) {
  if (args.positional().size() > 1) {
    throw Error(ErrorKind::Runtime, "dict takes one map or list of pairs, and named values");
  }
  Map map;
  if (!args.positional().empty()) {
    const Value& from = args.positional()[0];
    if (from.is_map()) {
      map = from.as_map();
    } else {
      add_pairs(map, from);
    }
  }
  for (const Args::Named& named : args.named()) map.set(Value(named.first), named.second);
  return Value(std::move(map));
}

Value make_namespace(const Args& args) {
  return Value::object<Namespace>(dict(args).as_map());
}

}  // namespace

void install_functions(EnvironmentState& state) {
  const auto add = [&state](const std::string& name, GlobalFunction function) {
    Value object = Value::object<Function>(name, std::move(function));
    state.globals.set(Value(name), std::move(object));
  };
  add("dict", dict);
  add("namespace", make_namespace);
  add("range",
      [most = state.options.limits.range_items](const Args& args) { return range(most, args); });
}

}  // namespace pgjinja::jinja
