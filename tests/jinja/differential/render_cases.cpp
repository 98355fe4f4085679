// Renders the cases that come in on standard input, one JSON object a line, and answers each with a
// line: {"ok": text} or {"error": kind, "message": report}. compare.py puts these beside Jinja2's.

#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/environment.hpp>

#include <iostream>
#include <map>
#include <memory>
#include <string>

#include <nlohmann/json.hpp>

namespace {

using namespace pgjinja;
// Ordered: a template sees the order of a map.
using json = nlohmann::ordered_json;

Value to_value(const json& j) {
  switch (j.type()) {
    case json::value_t::boolean: return j.get<bool>();
    case json::value_t::number_integer:
    case json::value_t::number_unsigned: return j.get<std::int64_t>();
    case json::value_t::number_float: return j.get<double>();
    case json::value_t::string: return j.get<std::string>();
    case json::value_t::array: {
      std::vector<Value> items;
      for (const json& item : j) items.push_back(to_value(item));
      return Value::list(std::move(items));
    }
    case json::value_t::object: {
      Map map;
      for (const auto& [key, value] : j.items()) map.set(Value(key), to_value(value));
      return Value(std::move(map));
    }
    default: return {};
  }
}

jinja::Options to_options(const json& j) {
  jinja::Options options;
  options.trim_blocks = j.value("trim_blocks", false);
  options.lstrip_blocks = j.value("lstrip_blocks", false);
  options.keep_trailing_newline = j.value("keep_trailing_newline", false);
  if (j.value("undefined", "default") == "strict") {
    options.undefined = jinja::UndefinedPolicy::Strict;
  }
  return options;
}

std::string render(const json& test) {
  const auto sources = test.value("templates", std::map<std::string, std::string>{});
  const jinja::Environment environment(to_options(test.value("options", json::object())),
                                       std::make_shared<jinja::MapLoader>(sources));
  Context context;
  const json arguments = test.value("context", json::object());
  for (const auto& [name, value] : arguments.items()) {
    context.set(name, to_value(value));
  }
  return environment.compile("<template>", test.at("template").get<std::string>())
      .render(context)
      .to_text();
}

json answer(const json& test) {
  try {
    return {{"ok", render(test)}};
  } catch (const Error& error) {
    return {{"error", error_kind_name(error.kind())}, {"message", error.what()}};
  }
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << answer(json::parse(line)).dump(-1, ' ', true, json::error_handler_t::replace)
              << std::endl;  // flushed, so that a crash leaves the answers before it
  }
  return 0;
}
