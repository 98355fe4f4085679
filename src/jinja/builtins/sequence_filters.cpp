#include "jinja/builtins/attribute_path.hpp"
#include "jinja/builtins/random.hpp"
#include "jinja/builtins/registration.hpp"
#include "jinja/run/literal_text.hpp"
#include "jinja/run/missing_value.hpp"
#include "jinja/run/operators.hpp"
#include "jinja/run/parameters.hpp"
#include "jinja/run/plain_text.hpp"
#include "jinja/run/text_form.hpp"
#include "jinja/run/undefined_values.hpp"
#include "jinja/run/unicode.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/fragment.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

[[noreturn]] void fail(std::string message) { throw Error(ErrorKind::Runtime, std::move(message)); }

bool sealed(const Value& v) { return v.is_object() && v.as_object().sealed(); }

/// With marks or fragments among the items the result is a fragment. Its separator is then text of
/// the statement, so it has to be constant text of the template.
Value join_sealed(const std::vector<Value>& items, const Args& args) {
  const Value* separator = args.get(0, "d");
  const bool none = separator == nullptr || (separator->is_text() && separator->as_text().empty());
  if (!none && !args.is_literal(0, "d")) {
    throw Error(ErrorKind::Binding,
                "the separator between marked values has to be a string literal")
        .hint("write it in the template: join(', ')");
  }
  Fragment fragment;
  const auto text = none ? nullptr : literal_text(separator->as_text());
  if (text != nullptr) fragment.keep(text);
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

Value join_texts(const std::vector<Value>& items, const Args& args) {
  const Value* separator = args.get(0, "d");
  const std::string between = separator == nullptr ? "" : plain_text(*separator);
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += between;
    refuse_sealed(items[i]);
    append_str(items[i], out);
    check_result_size(out.size());
  }
  return out;
}

Value join(const EnvironmentState& state, const Value& value, const Args& args) {
  args.allow("join", 2, {"d", "attribute"});
  std::vector<Value> items = iterate(value);
  if (const Value* attribute = if_given(args, 1, "attribute")) {
    const AttributePath path(*attribute, state.options.undefined);
    for (Value& each : items) each = path.of(each);
  }
  for (const Value& each : items) demand_if_strict(state.options.undefined, each);
  if (std::any_of(items.begin(), items.end(), sealed)) return join_sealed(items, args);
  return join_texts(items, args);
}

Value length_filter(const Value& value, const Args& args) {
  args.allow("length", 0, {});
  return length(value);
}

Value first(const Value& value, const Args& args) {
  args.allow("first", 0, {});
  if (value.is_text() && !value.as_text().empty()) return first_code_point(value.as_text());
  const std::vector<Value> items = iterate(value);
  return items.empty() ? Value::undefined(kNoFirst) : items.front();
}
Value last(const Value& value, const Args& args) {
  args.allow("last", 0, {});
  if (value.is_text() && !value.as_text().empty()) return last_code_point(value.as_text());
  const std::vector<Value> items = iterate(value);
  return items.empty() ? Value::undefined(kNoLast) : items.back();
}

Value random(const Value& value, const Args& args) {
  args.allow("random", 0, {});
  if (value.is_map() && !value.as_map().empty()) fail("random takes a list or a text, not a map");
  const std::vector<Value> items = iterate(value);
  if (items.empty()) return Value::undefined(kNoRandom);
  return items[static_cast<std::size_t>(
      random_between(0, static_cast<std::int64_t>(items.size())))];
}

Value list(const Value& value, const Args& args) {
  args.allow("list", 0, {});
  return Value::list(iterate(value));
}

Value reverse(const Value& value, const Args& args) {
  args.allow("reverse", 0, {});
  if (value.is_text()) {
    std::string out;
    for (std::string_view rest = value.as_text(); !rest.empty();) {
      const std::string_view point = last_code_point(rest);
      out += point;
      rest.remove_suffix(point.size());
    }
    return out;
  }
  std::vector<Value> items = iterate(value);
  std::reverse(items.begin(), items.end());
  return Value::list(std::move(items));
}

/// Rows of `linecount` items; the last is filled up. The comparison is Python's `==`, so that a
/// text or a negative number as `linecount` gives one row.
Value batch(const Value& value, const Args& args) {
  args.allow("batch", 2, {"linecount", "fill_with"});
  const Value& count = required(args, 0, "linecount", "batch");
  const Value* fill = if_given(args, 1, "fill_with");
  std::vector<Value> rows;
  std::vector<Value> row;
  for (Value& item : iterate(value)) {
    if (Value(row.size()) == count) rows.push_back(Value::list(std::exchange(row, {})));
    row.push_back(std::move(item));
  }
  if (!row.empty() && fill != nullptr && less(Value(row.size()), count)) {
    check_result_size(static_cast<std::uint64_t>(as_integer(count)));
    row.resize(static_cast<std::size_t>(as_integer(count)), *fill);
  }
  if (!row.empty()) rows.push_back(Value::list(std::move(row)));
  return Value::list(std::move(rows));
}

/// So many columns, the first ones being longer if it does not come out even.
Value slice(const Value& value, const Args& args) {
  args.allow("slice", 2, {"slices", "fill_with"});
  const std::int64_t slices = as_integer(required(args, 0, "slices", "slice"));
  const Value* fill = if_given(args, 1, "fill_with");
  const std::vector<Value> items = iterate(value);
  if (slices == 0) fail("slice takes at least one slice");
  if (slices < 0) return Value::list({});
  constexpr std::uint64_t kSizeOfList = 8;  // an empty list takes as much room as so many items
  check_result_size(static_cast<std::uint64_t>(std::min(slices, INT64_MAX / 8)) * kSizeOfList);
  const auto columns = static_cast<std::size_t>(slices);
  const std::size_t each = items.size() / columns;
  const std::size_t longer = items.size() % columns;
  std::vector<Value> out;
  auto next = items.begin();
  for (std::size_t i = 0; i < columns; ++i) {
    const auto end = next + static_cast<std::ptrdiff_t>(each + (i < longer ? 1 : 0));
    std::vector<Value> column(next, end);
    next = end;
    if (fill != nullptr && i >= longer) column.push_back(*fill);
    out.push_back(Value::list(std::move(column)));
  }
  return Value::list(std::move(out));
}

/// Lists are collected in one go: adding one to the other would copy the sum each time.
Value sum_of_lists(const List& start, const std::vector<Value>& items) {
  std::vector<Value> out = start.items();
  for (const Value& each : items) {
    if (!each.is_list() || each.as_list().is_tuple() != start.is_tuple()) {
      fail(fmt::format("sum cannot add {} to a list", kind_of(each)));
    }
    out.insert(out.end(), each.as_list().begin(), each.as_list().end());
    check_result_size(out.size());
  }
  return Value(List(std::move(out), start.is_tuple()));
}

Value sum(const Value& value, const Args& args) {
  args.allow("sum", 2, {"attribute", "start"});
  std::vector<Value> items = iterate(value);
  if (const Value* attribute = if_given(args, 0, "attribute")) {
    const AttributePath path(*attribute);
    for (Value& each : items) each = path.of(each);
  }
  const Value* start = args.get(1, "start");
  Value total = start == nullptr ? Value(0) : *start;
  if (total.is_text()) fail("sum adds no texts: use join");
  if (total.is_list()) return sum_of_lists(total.as_list(), items);
  for (const Value& each : items) total = binary(ast::BinaryOp::Add, total, each);
  return total;
}

constexpr NamedFilter kFilters[] = {
    {"batch", batch},   {"count", length_filter},  {"first", first},
    {"last", last},     {"length", length_filter}, {"list", list},
    {"random", random}, {"reverse", reverse},      {"slice", slice},
    {"sum", sum},
};

}  // namespace

void install_sequence_filters(EnvironmentState& state) {
  add_filters(state, kFilters);
  add_filter(state, "join", [&state](const Value& v, const Args& a) { return join(state, v, a); });
}

}  // namespace pgjinja::jinja
