#include "jinja/builtins/registration.hpp"
#include "jinja/builtins/url_text.hpp"
#include "jinja/run/methods.hpp"
#include "jinja/run/objects.hpp"
#include "jinja/run/operators.hpp"
#include "jinja/run/parameters.hpp"
#include "jinja/run/plain_text.hpp"
#include "jinja/run/undefined_values.hpp"

#include <pgjinja/core/error.hpp>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

[[noreturn]] void fail(std::string message) { throw Error(ErrorKind::Runtime, std::move(message)); }

/// The value that stands in for an undefined one, or for any false one with `true` behind it.
Value default_value(const Value& value, const Args& args) {
  args.allow("default", 2, {"default_value", "boolean"});
  const Value* fallback = args.get(0, "default_value");
  const bool also_false = flag_or(args, 1, "boolean", false);
  if (!value.is_undefined() && !(also_false && !truthy(value))) return value;
  return fallback != nullptr ? *fallback : Value("");
}

/// `x | attr('name')` is `x.name`, but never an item.
Value attr(const EnvironmentState& state, const Value& value, const Args& args) {
  args.allow("attr", 1, {"name"});
  if (value.is_undefined() && value.undefined_chains()) return value;
  demand_defined(value);
  const std::string_view name = as_text(required(args, 0, "name", "attr"));
  if (has_method(value, name)) return Value::object<BoundMethod>(value, name);
  if (value.is_object()) {
    if (auto found = value.as_object().attribute(name)) return std::move(*found);
  }
  return undefined_element(state.options.undefined, value, Value(name));
}

Value items(const Value& value, const Args& args) {
  args.allow("items", 0, {});
  if (value.is_undefined()) return Value::list({});
  if (!value.is_map()) fail(fmt::format("items takes a map, not {}", kind_of(value)));
  return call_method(value, "items", Args());
}

/// `key=value` for each pair, with `&` between them.
std::string query(const std::vector<Value>& pairs) {
  std::string out;
  for (const Value& each : pairs) {
    const std::vector<Value> pair = iterate(each);
    if (pair.size() != 2) fail("urlencode takes a text, a map, or pairs of a key and a value");
    if (!out.empty()) out += '&';
    out += percent_encoded(plain_text(pair[0]), UrlPart::Query);
    out += '=';
    out += percent_encoded(plain_text(pair[1]), UrlPart::Query);
    check_result_size(out.size());
  }
  return out;
}

Value urlencode(const Value& value, const Args& args) {
  args.allow("urlencode", 0, {});
  if (value.is_map()) return query(iterate(call_method(value, "items", Args())));
  const bool pairs = value.is_list() || value.is_undefined() || value.is_bytes() ||
                     (value.is_object() && value.as_object().iterate().has_value());
  return pairs ? query(iterate(value)) : percent_encoded(plain_text(value), UrlPart::Path);
}

constexpr NamedFilter kFilters[] = {
    {"d", default_value, Accepts::SealedValues},
    {"default", default_value, Accepts::SealedValues},
    {"items", items},
    {"urlencode", urlencode},
};

}  // namespace

void install_mapping_filters(EnvironmentState& state) {
  add_filters(state, kFilters);
  add_filter(state, "attr", [&state](const Value& v, const Args& a) { return attr(state, v, a); });
}

}  // namespace pgjinja::jinja
