#include "jinja/run/methods.hpp"

#include "jinja/run/operators.hpp"
#include "jinja/run/text_operations.hpp"
#include "jinja/run/unicode.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

struct Method {
  Kind self;
  std::string_view name;
  std::size_t least;
  std::size_t most;
  Value (*call)(const Value& self, const Args& args);
};

std::string_view text_argument(const Args& args, std::size_t index) {
  const Value& value = args.positional()[index];
  if (value.is_text()) return value.as_text();
  throw Error(ErrorKind::Runtime,
              fmt::format("expected a text, found {}", kind_name(value.kind())));
}

Value get(const Value& self, const Args& args) {
  const auto positional = args.positional();
  const Value* found = self.as_map().find(positional[0]);
  if (found != nullptr) return *found;
  return positional.size() > 1 ? positional[1] : Value();
}

Value items(const Value& self, const Args&) {
  std::vector<Value> out;
  for (const Map::Entry& entry : self.as_map())
    out.push_back(Value::tuple({entry.key, entry.value}));
  return Value::list(std::move(out));
}
Value keys(const Value& self, const Args&) { return Value::list(iterate(self)); }
Value values(const Value& self, const Args&) {
  std::vector<Value> out;
  for (const Map::Entry& entry : self.as_map()) out.push_back(entry.value);
  return Value::list(std::move(out));
}

Value index(const Value& self, const Args& args) {
  const List& list = self.as_list();
  const auto found = std::find(list.begin(), list.end(), args.positional()[0]);
  if (found == list.end()) throw Error(ErrorKind::Runtime, "the list has no such item");
  return found - list.begin();
}
Value count_items(const Value& self, const Args& args) {
  const List& list = self.as_list();
  return std::count(list.begin(), list.end(), args.positional()[0]);
}

Value strip_method(const Value& self, const Args& args) {
  return args.positional().empty() || args.positional()[0].is_null()
             ? Value(strip(self.as_text()))
             : Value(strip_of(self.as_text(), text_argument(args, 0), true, true));
}
Value starts_with(const Value& self, const Args& args) {
  return self.as_text().starts_with(text_argument(args, 0));
}
Value ends_with(const Value& self, const Args& args) {
  return self.as_text().ends_with(text_argument(args, 0));
}
Value replace(const Value& self, const Args& args) {
  const std::int64_t most = args.positional().size() > 2 ? args.positional()[2].as_int() : -1;
  return replaced(self.as_text(), text_argument(args, 0), text_argument(args, 1), most);
}
Value split(const Value& self, const Args& args) {
  const bool by_space = args.positional().empty() || args.positional()[0].is_null();
  return Value::list(by_space ? split_words(self.as_text())
                              : split_by(self.as_text(), text_argument(args, 0)));
}
Value join(const Value& self, const Args& args) {
  std::string out;
  bool first = true;
  for (const Value& item : iterate(args.positional()[0])) {
    if (!item.is_text()) throw Error(ErrorKind::Runtime, "join takes texts only");
    if (!first) out += self.as_text();
    first = false;
    out += item.as_text();
    check_result_size(out.size());
  }
  return out;
}
Value upper(const Value& self, const Args&) { return to_upper(self.as_text()); }
Value lower(const Value& self, const Args&) { return to_lower(self.as_text()); }
Value find(const Value& self, const Args& args) {
  const std::size_t at = self.as_text().find(text_argument(args, 0));
  if (at == std::string_view::npos) return -1;
  return static_cast<std::int64_t>(count_code_points(self.as_text().substr(0, at)));
}

constexpr std::array kMethods = {
    Method{Kind::Map, "get", 1, 2, get},
    Method{Kind::Map, "items", 0, 0, items},
    Method{Kind::Map, "keys", 0, 0, keys},
    Method{Kind::Map, "values", 0, 0, values},
    Method{Kind::List, "count", 1, 1, count_items},
    Method{Kind::List, "index", 1, 1, index},
    Method{Kind::Text, "endswith", 1, 1, ends_with},
    Method{Kind::Text, "find", 1, 1, find},
    Method{Kind::Text, "join", 1, 1, join},
    Method{Kind::Text, "lower", 0, 0, lower},
    Method{Kind::Text, "replace", 2, 3, replace},
    Method{Kind::Text, "split", 0, 1, split},
    Method{Kind::Text, "startswith", 1, 1, starts_with},
    Method{Kind::Text, "strip", 0, 1, strip_method},
    Method{Kind::Text, "upper", 0, 0, upper},
};

const Method* find_method(const Value& self, std::string_view name) {
  for (const Method& method : kMethods) {
    if (method.self == self.kind() && method.name == name) return &method;
  }
  return nullptr;
}

}  // namespace

bool has_method(const Value& self, std::string_view name) {
  return find_method(self, name) != nullptr;
}

Value call_method(const Value& self, std::string_view name, const Args& args) {
  const Method* method = find_method(self, name);
  const std::size_t given = args.positional().size();
  if (!args.named().empty() || given < method->least || given > method->most) {
    throw Error(ErrorKind::Runtime,
                fmt::format("{}.{}() takes {} argument{}, not {}", kind_name(self.kind()), name,
                            method->least == method->most
                                ? std::to_string(method->least)
                                : fmt::format("{} to {}", method->least, method->most),
                            method->most == 1 ? "" : "s", given + args.named().size()));
  }
  return method->call(self, args);
}

}  // namespace pgjinja::jinja
