#include "jinja/builtins/builtins.hpp"
#include "jinja/builtins/lorem_ipsum.hpp"
#include "jinja/run/cycler.hpp"
#include "jinja/run/joiner.hpp"
#include "jinja/run/literal_text.hpp"
#include "jinja/run/namespace.hpp"
#include "jinja/run/objects.hpp"
#include "jinja/run/operators.hpp"
#include "jinja/run/parameters.hpp"
#include "jinja/run/plain_text.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/fragment.hpp>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

/// Python's range, as a list: it is short enough for one, or an error.
Value range(std::size_t most, const Args& args) {
  const auto given = args.positional();
  if (given.empty() || given.size() > 3 || !args.named().empty()) {
    throw Error(ErrorKind::Runtime, "range takes one to three integers");
  }
  const std::int64_t start = given.size() > 1 ? as_integer(given[0]) : 0;
  const std::int64_t stop = as_integer(given.size() > 1 ? given[1] : given[0]);
  const std::int64_t step = given.size() > 2 ? as_integer(given[2]) : 1;
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

/// What Python's dict() makes of a map or of pairs, and of named values.
Map dict_of(const Args& args) {
  if (args.positional().size() > 1) {
    throw Error(ErrorKind::Runtime, "dict takes one map or list of pairs, and named values");
  }
  Map map;
  if (!args.positional().empty()) {
    const Value& from = args.positional()[0];
    demand_defined(from);
    if (from.is_map()) {
      map = from.as_map();
    } else {
      add_pairs(map, from);
    }
  }
  for (const Args::Named& named : args.named()) map.set(Value(named.first), named.second);
  return map;
}

Value dict(const Args& args) { return Value(dict_of(args)); }
Value new_namespace(const Args& args) { return Value::object<Namespace>(dict_of(args)); }

Value cycler(const Args& args) {
  args.allow("cycler", kAnyNumber, {});
  return Value::object<Cycler>(
      std::vector<Value>(args.positional().begin(), args.positional().end()));
}

/// Where rendered text has its values apart, the separator has to become text of the statement, and
/// for that it has to be written in the template.
Value joiner_of_fragments(const Args& args) {
  const Value* given = args.get(0, "sep");
  if (given != nullptr && !args.is_literal(0, "sep")) {
    throw Error(ErrorKind::Binding, "the separator of a joiner has to be a string literal")
        .hint("write it in the template: joiner(' AND ')");
  }
  const auto text = literal_text(given == nullptr ? ", " : given->as_text());
  Fragment separator;
  separator.keep(text);
  separator.append(*text);
  return Value::object<Joiner>(Value::object<FragmentObject>(Fragment()),
                               Value::object<FragmentObject>(std::move(separator)));
}

Value joiner(const EnvironmentState& state, const Args& args) {
  args.allow("joiner", 1, {"sep"});
  if (state.options.captures == Captures::Fragment) return joiner_of_fragments(args);
  const Value* separator = args.get(0, "sep");
  return Value::object<Joiner>(Value(""), separator == nullptr ? Value(", ") : *separator);
}

Value lipsum(const Args& args) {
  args.allow("lipsum", 4, {"n", "html", "min", "max"});
  LoremIpsum options;
  options.paragraphs = integer_or(args, 0, "n", options.paragraphs);
  options.html = flag_or(args, 1, "html", true);
  options.least = integer_or(args, 2, "min", options.least);
  options.most = integer_or(args, 3, "max", options.most);
  return lorem_ipsum(options);
}

}  // namespace

void install_functions(EnvironmentState& state) {
  const auto add = [&state](const std::string& name, GlobalFunction function) {
    Value object = Value::object<Function>(name, std::move(function), Made::ByEngine);
    state.globals.set(Value(name), std::move(object));
  };
  add("cycler", cycler);
  add("dict", dict);
  add("joiner", [&state](const Args& args) { return joiner(state, args); });
  add("lipsum", lipsum);
  add("namespace", new_namespace);
  add("range",
      [most = state.options.limits.range_items](const Args& args) { return range(most, args); });
}

}  // namespace pgjinja::jinja
