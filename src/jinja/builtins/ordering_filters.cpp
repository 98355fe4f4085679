#include "jinja/builtins/attribute_path.hpp"
#include "jinja/builtins/group.hpp"
#include "jinja/builtins/registration.hpp"
#include "jinja/run/letter_case.hpp"
#include "jinja/run/missing_value.hpp"
#include "jinja/run/operators.hpp"
#include "jinja/run/parameters.hpp"
#include "jinja/run/undefined_values.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>

#include <fmt/format.h>

// What compares items: sorting, grouping, extremes, and what is there twice.

namespace pgjinja::jinja {

namespace {

[[noreturn]] void fail(std::string message) { throw Error(ErrorKind::Runtime, std::move(message)); }

/// An item, and what it is compared by.
struct Keyed {
  Value key;
  Value item;
};

/// Without case, unless it is asked for: so texts are compared everywhere in Jinja2.
Value comparable(Value key, bool case_sensitive) {
  if (case_sensitive || !key.is_text()) return key;
  return to_lower(key.as_text());
}

void sort_by_key(std::vector<Keyed>& items, bool descending) {
  std::stable_sort(items.begin(), items.end(), [descending](const Keyed& a, const Keyed& b) {
    return descending ? less(b.key, a.key) : less(a.key, b.key);
  });
}

Value items_of(std::vector<Keyed> keyed) {
  std::vector<Value> out;
  out.reserve(keyed.size());
  for (Keyed& each : keyed) out.push_back(std::move(each.item));
  return Value::list(std::move(out));
}

Value attribute_or_none(const Args& args, std::size_t index) {
  const Value* given = args.get(index, "attribute");
  return given == nullptr ? Value() : *given;
}

/// The items by one attribute, or by themselves.
std::vector<Keyed> keyed_by(const Value& value, const AttributePath& path, const Value* fallback,
                            bool case_sensitive) {
  std::vector<Keyed> out;
  for (Value& each : iterate(value)) {
    Value key = comparable(path.of(each, fallback), case_sensitive);
    out.push_back({std::move(key), std::move(each)});
  }
  return out;
}

void refuse_undefined_keys(const EnvironmentState& state, const std::vector<Keyed>& items) {
  for (const Keyed& each : items) demand_if_strict(state.options.undefined, each.key);
}

/// `descending` of sort and dictsort, which Python takes as a number only.
bool descending(const Args& args, std::size_t index) {
  return integer_or(args, index, "reverse", 0) != 0;
}

// ---- sorting ------------------------------------------------------------------------------------

Value sort(const EnvironmentState& state, const Value& value, const Args& args) {
  args.allow("sort", 3, {"reverse", "case_sensitive", "attribute"});
  const bool case_sensitive = flag_or(args, 1, "case_sensitive", false);
  const std::vector<AttributePath> paths =
      attribute_paths(attribute_or_none(args, 2), state.options.undefined);
  std::vector<Keyed> keyed;
  const std::vector<Value> items = iterate(value);
  for (const Value& each : items) {
    std::vector<Value> key;
    for (const AttributePath& path : paths) {
      key.push_back(comparable(path.of(each), case_sensitive));
      if (items.size() > 1) demand_if_strict(state.options.undefined, key.back());
    }
    keyed.push_back({Value::list(std::move(key)), each});
  }
  sort_by_key(keyed, descending(args, 0));
  return items_of(std::move(keyed));
}

Value dictsort(const Value& value, const Args& args) {
  args.allow("dictsort", 3, {"case_sensitive", "by", "reverse"});
  const bool case_sensitive = flag_or(args, 0, "case_sensitive", false);
  const Value* by = args.get(1, "by");
  const bool by_value = by != nullptr && *by == Value("value");
  if (!by_value && by != nullptr && !(*by == Value("key"))) {
    fail("dictsort sorts by 'key' or by 'value'");
  }
  demand_defined(value);
  if (!value.is_map()) fail(fmt::format("dictsort takes a map, not {}", kind_of(value)));
  std::vector<Keyed> keyed;
  for (const Map::Entry& entry : value.as_map()) {
    keyed.push_back({comparable(by_value ? entry.value : entry.key, case_sensitive),
                     Value::tuple({entry.key, entry.value})});
  }
  sort_by_key(keyed, descending(args, 2));
  return items_of(std::move(keyed));
}

// ---- extremes and doubles -----------------------------------------------------------------------

/// Of several extremes it is the first, as with Python's min() and max().
Value extreme(const EnvironmentState& state, bool greatest, const Value& value, const Args& args) {
  args.allow(greatest ? "max" : "min", 2, {"case_sensitive", "attribute"});
  const bool case_sensitive = flag_or(args, 0, "case_sensitive", false);
  const AttributePath path(attribute_or_none(args, 1), state.options.undefined);
  std::vector<Keyed> items = keyed_by(value, path, nullptr, case_sensitive);
  if (items.empty()) return Value::undefined(kNoItem);
  if (items.size() > 1) refuse_undefined_keys(state, items);
  const Keyed* found = &items.front();
  for (std::size_t i = 1; i < items.size(); ++i) {
    const bool better = greatest ? less(found->key, items[i].key) : less(items[i].key, found->key);
    if (better) found = &items[i];
  }
  return found->item;
}

Value unique(const EnvironmentState& state, const Value& value, const Args& args) {
  args.allow("unique", 2, {"case_sensitive", "attribute"});
  const bool case_sensitive = flag_or(args, 0, "case_sensitive", false);
  const AttributePath path(attribute_or_none(args, 1), state.options.undefined);
  const std::vector<Keyed> items = keyed_by(value, path, nullptr, case_sensitive);
  refuse_undefined_keys(state, items);
  Map seen;
  std::vector<Value> out;
  for (const Keyed& each : items) {
    if (seen.find(each.key) != nullptr) continue;
    seen.set(each.key, Value());
    out.push_back(each.item);
  }
  return Value::list(std::move(out));
}

// ---- grouping -----------------------------------------------------------------------------------

Value groupby(const EnvironmentState& state, const Value& value, const Args& args) {
  args.allow("groupby", 3, {"attribute", "default", "case_sensitive"});
  const AttributePath path(required(args, 0, "attribute", "groupby"), state.options.undefined);
  const Value* fallback = if_given(args, 1, "default");
  const bool case_sensitive = flag_or(args, 2, "case_sensitive", false);
  std::vector<Keyed> items = keyed_by(value, path, fallback, case_sensitive);
  if (items.size() > 1) refuse_undefined_keys(state, items);
  sort_by_key(items, false);
  std::vector<Value> groups;
  for (auto begin = items.begin(); begin != items.end();) {
    const auto end = std::find_if_not(
        begin, items.end(), [begin](const Keyed& each) { return each.key == begin->key; });
    // The group's key is that of its first item, in the case that it has there.
    Value grouper = case_sensitive ? begin->key : path.of(begin->item, fallback);
    std::vector<Value> members;
    for (; begin != end; ++begin) members.push_back(begin->item);
    groups.push_back(Value::object<Group>(std::move(grouper), std::move(members)));
  }
  return Value::list(std::move(groups));
}

constexpr NamedFilter kFilters[] = {{"dictsort", dictsort}};

}  // namespace

void install_ordering_filters(EnvironmentState& state) {
  add_filters(state, kFilters);
  add_filter(state, "groupby",
             [&state](const Value& v, const Args& a) { return groupby(state, v, a); });
  add_filter(state, "max",
             [&state](const Value& v, const Args& a) { return extreme(state, true, v, a); });
  add_filter(state, "min",
             [&state](const Value& v, const Args& a) { return extreme(state, false, v, a); });
  add_filter(state, "sort", [&state](const Value& v, const Args& a) { return sort(state, v, a); });
  add_filter(state, "unique",
             [&state](const Value& v, const Args& a) { return unique(state, v, a); });
}

}  // namespace pgjinja::jinja
