#include "core/access.hpp"
#include "jinja/run/changes.hpp"
#include "jinja/run/method_table.hpp"
#include "jinja/run/operators.hpp"
#include "jinja/run/parameters.hpp"
#include "jinja/run/text_form.hpp"

#include <pgjinja/core/error.hpp>

#include <utility>

#include <fmt/format.h>

// Python's methods that change a map.

namespace pgjinja::jinja {

namespace {

constexpr std::uint64_t kEntriesPerUnit = 4;  // that are moved, and cost one instruction

[[noreturn]] void fail(std::string message) { throw Error(ErrorKind::Runtime, std::move(message)); }

const Value& argument(const Args& args, std::size_t index) { return args.positional()[index]; }

void put(Changes& changes, const Value& self, const Value& key, const Value& value) {
  Map& map = detail::Access::map(self);
  const Value* known = map.find(key);
  check_result_size(map.size() + 1);
  changes.add(self, value);
  if (known != nullptr) {
    changes.remove(self, Value(*known));
  } else {
    changes.add(self, key);
  }
  map.set(key, value);
}

void take(Changes& changes, const Value& self, const Value& key, const Value& value) {
  Map& map = detail::Access::map(self);
  changes.remove(self, key);
  changes.remove(self, value);
  changes.work(map.size() / kEntriesPerUnit);
  map.erase(key);
}

void put_pairs(Changes& changes, const Value& self, const Value& pairs) {
  const std::vector<Value> all = iterate(pairs);
  changes.work(all.size());
  for (const Value& each : all) {
    const std::vector<Value> pair = iterate(each);
    if (pair.size() != 2) fail("update takes pairs of a key and a value");
    put(changes, self, pair[0], pair[1]);
  }
}

void put_all(Changes& changes, const Value& self, const Value& from) {
  demand_defined(from);
  if (!from.is_map()) return put_pairs(changes, self, from);
  const Map& more = from.as_map();
  if (&more == &self.as_map()) return;
  changes.work(more.size());
  for (const Map::Entry& entry : more) put(changes, self, entry.key, entry.value);
}

Value update(Changes& changes, const Value& self, const Args& args) {
  if (!args.positional().empty()) put_all(changes, self, argument(args, 0));
  for (const Args::Named& named : args.named()) {
    put(changes, self, Value(named.first), named.second);
  }
  return {};
}

Value setdefault(Changes& changes, const Value& self, const Args& args) {
  if (const Value* known = self.as_map().find(argument(args, 0))) return *known;
  Value value = args.positional().size() > 1 ? argument(args, 1) : Value();
  put(changes, self, argument(args, 0), value);
  return value;
}

Value pop(Changes& changes, const Value& self, const Args& args) {
  const Value& key = argument(args, 0);
  if (const Value* known = self.as_map().find(key)) {
    Value value = *known;
    take(changes, self, key, value);
    return value;
  }
  if (args.positional().size() > 1) return argument(args, 1);
  throw Error(ErrorKind::Runtime, fmt::format("the map has no key {} to pop", repr(key)))
      .hint("give it a default: pop(key, none)");
}

Value popitem(Changes& changes, const Value& self, const Args&) {
  if (self.as_map().empty()) fail("popitem from an empty map");
  const Map::Entry last = self.as_map().entries().back();
  take(changes, self, last.key, last.value);
  return Value::tuple({last.key, last.value});
}

Value clear(Changes& changes, const Value& self, const Args&) {
  Map& map = detail::Access::map(self);
  changes.work(map.size());
  const std::vector<Map::Entry> gone = std::exchange(detail::Access::entries(map), {});
  map.clear();
  changes.empty(self);
  return {};
}

constexpr Method kChanges[] = {
    changing("clear", 0, 0, clear),
    changing("pop", 1, 2, pop),
    changing("popitem", 0, 0, popitem),
    changing("setdefault", 1, 2, setdefault),
    changing("update", 0, 1, update, {}, true),
};

}  // namespace

std::span<const Method> map_changes() { return kChanges; }

}  // namespace pgjinja::jinja
