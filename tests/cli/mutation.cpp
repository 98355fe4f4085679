#include "cli/mutation.hpp"

#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace pgjinja::test {

Value Mutation::of(const Value& value) {
  ++count_;
  switch (value.kind()) {
    case Kind::Int: return value.as_int() == 0 ? value : Value(nonzero());
    case Kind::Float: return Value(static_cast<double>(nonzero()) / 7.0);
    case Kind::Text: return value.as_text().empty() ? value : Value(text());
    case Kind::Bytes: return Value::bytes(text());
    default: --count_; break;
  }
  if (value.is_list()) {
    std::vector<Value> items;
    for (const Value& item : value.as_list()) items.push_back(of(item));
    return Value::list(std::move(items));
  }
  if (!value.is_map()) return value;
  Map map;
  for (const Map::Entry& entry : value.as_map()) map.set(key(entry.key), of(entry.value));
  return Value(std::move(map));
}

Context Mutation::of(const Context& context, const std::set<std::string>& fixed) {
  Context other;
  for (const Map::Entry& entry : context.values()) {
    const std::string name(entry.key.as_text());
    other.set(name, fixed.contains(name) ? entry.value : of(entry.value));
  }
  return other;
}

std::int64_t Mutation::nonzero() {
  const auto number = static_cast<std::int64_t>(random_() % 1'000'003) - 500'000;
  return number == 0 ? 1 : number;
}

std::string Mutation::text() {
  static constexpr auto kHostile = std::to_array<std::string_view>({"'",
                                                                    "''",
                                                                    "\\'",
                                                                    "\"",
                                                                    "`",
                                                                    "--",
                                                                    "/*",
                                                                    "*/",
                                                                    ";",
                                                                    "$1",
                                                                    "$$",
                                                                    "$tag$",
                                                                    "{{ x }}",
                                                                    "{% raw %}",
                                                                    "E'\\''",
                                                                    "U&'\\0027'",
                                                                    "%",
                                                                    "_",
                                                                    "\\",
                                                                    "\n",
                                                                    "\r\n--",
                                                                    "\xE2\x80\xA8",
                                                                    "\xC2\xA0",
                                                                    "' OR '1'='1",
                                                                    "NULL",
                                                                    "1); DROP TABLE city; --",
                                                                    "::int",
                                                                    "|| '",
                                                                    "a",
                                                                    "\xEF\xBC\x87",
                                                                    "\xEF\xBB\xBF",
                                                                    "{",
                                                                    "}",
                                                                    ",",
                                                                    "(",
                                                                    ")",
                                                                    "\t",
                                                                    "\x01",
                                                                    "<>&",
                                                                    "=",
                                                                    "x'27'",
                                                                    "\" = 1, \"",
                                                                    "UESCAPE '!'",
                                                                    "\xF0\x9F\x92\xA3",
                                                                    ".",
                                                                    "-",
                                                                    "0"});
  std::string out;
  for (auto n = 1 + random_() % 4; n > 0; --n) out += kHostile[random_() % kHostile.size()];
  return out;
}

/// Another one each time, so that no two keys become one.
Value Mutation::key(const Value& key) {
  if (keys_ == Keys::Stay || !key.is_text()) return key;
  ++count_;
  return text() + std::to_string(count_);
}

}  // namespace pgjinja::test
