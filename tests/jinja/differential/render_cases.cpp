// Renders the cases that come in on standard input, one JSON object a line, and answers each with a
// line: a list with {"ok": text} or {"error": kind, "message": report} for each of its contexts.
// compare.py puts these beside Jinja2's.

#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/environment.hpp>

#include <iostream>
#include <map>
#include <memory>
#include <optional>
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

json failure(const Error& error) {
  return {{"error", error_kind_name(error.kind())}, {"message", error.what()}};
}

jinja::UndefinedPolicy to_policy(const std::string& name) {
  if (name == "strict") return jinja::UndefinedPolicy::Strict;
  if (name == "chainable") return jinja::UndefinedPolicy::Chainable;
  if (name == "debug") return jinja::UndefinedPolicy::Debug;
  return jinja::UndefinedPolicy::Default;
}

void set(std::optional<std::string>& prefix, const json& j) {
  if (j.is_string()) prefix = j.get<std::string>();
}

jinja::Delimiters to_delimiters(const json& j) {
  jinja::Delimiters d;
  d.block_start_string = j.value("block_start_string", d.block_start_string);
  d.block_end_string = j.value("block_end_string", d.block_end_string);
  d.variable_start_string = j.value("variable_start_string", d.variable_start_string);
  d.variable_end_string = j.value("variable_end_string", d.variable_end_string);
  d.comment_start_string = j.value("comment_start_string", d.comment_start_string);
  d.comment_end_string = j.value("comment_end_string", d.comment_end_string);
  set(d.line_statement_prefix, j.value("line_statement_prefix", json()));
  set(d.line_comment_prefix, j.value("line_comment_prefix", json()));
  return d;
}

bool has_extension(const json& j, const std::string& name) {
  if (!j.contains("extensions")) return true;
  for (const auto& each : j.value("extensions", std::vector<std::string>{})) {
    if (each == name || each == "jinja2.ext." + name) return true;
  }
  return false;
}

jinja::Options to_options(const json& j) {
  jinja::Options options;
  options.delimiters = to_delimiters(j);
  options.trim_blocks = j.value("trim_blocks", false);
  options.lstrip_blocks = j.value("lstrip_blocks", false);
  options.keep_trailing_newline = j.value("keep_trailing_newline", false);
  options.newline_sequence = j.value("newline_sequence", options.newline_sequence);
  options.undefined = to_policy(j.value("undefined", "default"));
  options.do_statement = has_extension(j, "do");
  options.loop_controls = has_extension(j, "loopcontrols");
  return options;
}

/// "options", and "env", which is what `pgjinja render --env` takes. As there, the extensions are
/// there unless "extensions" does not list them.
json environment_of(const json& test) {
  json all = test.value("options", json::object());
  all.update(test.value("env", json::object()));
  return all;
}

Context to_context(const json& arguments) {
  Context context;
  for (const auto& [name, value] : arguments.items()) context.set(name, to_value(value));
  return context;
}

json answer(const jinja::Template& compiled, const json& arguments) {
  try {
    return {{"ok", compiled.render(to_context(arguments)).to_text()}};
  } catch (const Error& error) {
    return failure(error);
  }
}

json contexts_of(const json& test) {
  if (test.contains("contexts")) return test.at("contexts");
  return json::array({test.value("context", json::object())});
}

/// An answer for each context.
json render(const json& test, const json& contexts) {
  using Sources = std::map<std::string, std::string>;
  const json env = environment_of(test);
  auto sources = test.value("templates", Sources{});
  sources.merge(env.value("templates", Sources{}));
  jinja::Environment environment(to_options(env),
                                 std::make_shared<jinja::MapLoader>(std::move(sources)));
  const json globals = env.value("globals", json::object());
  for (const auto& [name, value] : globals.items()) environment.add_global(name, to_value(value));
  const auto compiled = environment.compile("<template>", test.at("template").get<std::string>());
  json all = json::array();
  for (const json& context : contexts) all.push_back(answer(compiled, context));
  return all;
}

/// The same, also of a template that does not compile.
json answers(const json& test) {
  const json contexts = contexts_of(test);
  try {
    return render(test, contexts);
  } catch (const Error& error) {
    return json(contexts.size(), failure(error));
  }
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << answers(json::parse(line)).dump(-1, ' ', true, json::error_handler_t::replace)
              << std::endl;  // flushed, so that a crash leaves the answers before it
  }
  return 0;
}
