#include "core/access.hpp"
#include "jinja/run/changes.hpp"
#include "jinja/run/method_table.hpp"
#include "jinja/run/operators.hpp"
#include "jinja/run/parameters.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>

#include <fmt/format.h>

// Python's methods that change a list.

namespace pgjinja::jinja {

namespace {

constexpr std::uint64_t kItemsPerUnit = 8;  // that are moved, and cost one instruction

[[noreturn]] void fail(std::string message) { throw Error(ErrorKind::Runtime, std::move(message)); }

const Value& argument(const Args& args, std::size_t index) { return args.positional()[index]; }

std::vector<Value>& items_of(const Value& self) { return detail::Access::items(self); }

using Place = std::vector<Value>::difference_type;

void put(Changes& changes, const Value& self, Place at, const Value& item) {
  std::vector<Value>& items = items_of(self);
  check_result_size(items.size() + 1);
  changes.add(self, item);
  changes.work((items.size() - static_cast<std::size_t>(at)) / kItemsPerUnit);
  items.insert(items.begin() + at, item);
}

Value take(Changes& changes, const Value& self, Place at) {
  std::vector<Value>& items = items_of(self);
  Value item = items[static_cast<std::size_t>(at)];
  changes.remove(self, item);
  changes.work((items.size() - static_cast<std::size_t>(at)) / kItemsPerUnit);
  items.erase(items.begin() + at);
  return item;
}

Place size_of(const Value& self) { return static_cast<Place>(self.as_list().size()); }

Value append(Changes& changes, const Value& self, const Args& args) {
  put(changes, self, size_of(self), argument(args, 0));
  return {};
}

Value extend(Changes& changes, const Value& self, const Args& args) {
  const std::vector<Value> more = iterate(argument(args, 0));
  changes.work(more.size());
  for (const Value& item : more) put(changes, self, size_of(self), item);
  return {};
}

Value insert(Changes& changes, const Value& self, const Args& args) {
  const std::int64_t size = size_of(self);
  const std::int64_t at = as_integer(argument(args, 0));
  put(changes, self, std::clamp<std::int64_t>(at < 0 ? at + size : at, 0, size), argument(args, 1));
  return {};
}

Value pop(Changes& changes, const Value& self, const Args& args) {
  const std::int64_t size = size_of(self);
  const std::int64_t index = integer_or(args, 0, "", -1);
  if (size == 0) fail("pop from an empty list");
  const std::int64_t at = index < 0 ? index + size : index;
  if (at < 0 || at >= size) {
    fail(fmt::format("the list has no item {} to pop: its length is {}", index, size));
  }
  return take(changes, self, at);
}

Value remove(Changes& changes, const Value& self, const Args& args) {
  const std::vector<Value>& items = items_of(self);
  changes.work(changes.extent(self));
  const auto found = std::find(items.begin(), items.end(), argument(args, 0));
  if (found == items.end()) fail("the list has no such item to remove");
  take(changes, self, found - items.begin());
  return {};
}

Value clear(Changes& changes, const Value& self, const Args&) {
  changes.work(self.as_list().size());
  const std::vector<Value> gone = std::exchange(items_of(self), {});
  changes.empty(self);
  return {};
}

Value reverse(Changes& changes, const Value& self, const Args&) {
  changes.reorder();
  changes.work(self.as_list().size());
  std::reverse(items_of(self).begin(), items_of(self).end());
  return {};
}

/// Python takes any number for the flag, and nothing else.
bool is_reversed(const Args& args) {
  const Value* reversed = args.get(0, "reverse");
  return reversed != nullptr && as_integer(*reversed) != 0;
}

/// In a copy: a comparison may fail half-way.
Value sort(Changes& changes, const Value& self, const Args& args) {
  if (args.get(0, "key") != nullptr && !args.get(0, "key")->is_null()) {
    throw Error(ErrorKind::Runtime, "list.sort() takes no key here")
        .hint("make a new list: {% set xs = xs | sort(attribute='name') %}");
  }
  const bool reversed = is_reversed(args);
  changes.reorder();
  changes.work(changes.extent(self));
  std::vector<Value> items = items_of(self);
  std::stable_sort(items.begin(), items.end(), [reversed](const Value& a, const Value& b) {
    return reversed ? less(b, a) : less(a, b);
  });
  items_of(self) = std::move(items);
  return {};
}

constexpr Method kChanges[] = {
    changing("append", 1, 1, append),   changing("clear", 0, 0, clear),
    changing("extend", 1, 1, extend),   changing("insert", 2, 2, insert),
    changing("pop", 0, 1, pop),         changing("remove", 1, 1, remove),
    changing("reverse", 0, 0, reverse), changing("sort", 0, 0, sort, {"key", "reverse"}),
};

}  // namespace

std::span<const Method> list_changes() { return kChanges; }

}  // namespace pgjinja::jinja
