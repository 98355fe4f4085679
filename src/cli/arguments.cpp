#include "cli/arguments.hpp"

#include "cli/declared_value.hpp"
#include "cli/files.hpp"
#include "cli/usage_error.hpp"
#include "cli/value_json.hpp"

#include <utility>

#include <fmt/format.h>

namespace pgjinja::cli {

namespace {

struct Assignment {
  std::string_view key;
  std::string_view value;
  bool is_json = false;
};

Assignment split(std::string_view text) {
  const std::size_t at = text.find('=');
  if (at == std::string_view::npos || at == 0) {
    throw UsageError(fmt::format("-p takes key=text or key:=json, not '{}'", text),
                     "for example: -p country=FR -p limit:=5");
  }
  const bool is_json = text[at - 1] == ':';
  const std::string_view key = text.substr(0, is_json ? at - 1 : at);
  if (key.empty()) {
    throw UsageError(fmt::format("-p '{}' names no key", text), "for example: -p limit:=5");
  }
  return {key, text.substr(at + 1), is_json};
}

void add_object(Context& context, const std::string& argument) {
  const Given given = read_argument(argument, "--params");
  const Value value = read_json(given.text, given.name);
  if (!value.is_map()) {
    throw Error(ErrorKind::Config, fmt::format("{} holds a JSON {}, not an object", given.name,
                                               kind_name(value.kind())))
        .hint(R"(parameters are one JSON object: {"country": "FR", "limit": 5})");
  }
  for (const Map::Entry& entry : value.as_map()) context.set(entry.key.as_text(), entry.value);
}

void assign(Context& context, const Assignment& one, const jinja::ParameterDeclaration* declared) {
  if (one.is_json) {
    context.set(one.key, read_json(one.value, fmt::format("-p {}", one.key)));
  } else {
    context.set(one.key,
                declared == nullptr ? Value(one.value) : declared_value(declared->type, one.value));
  }
}

bool looks_like_number(std::string_view text) {
  return !text.empty() && text.find_first_of("0123456789") != std::string_view::npos &&
         text.find_first_not_of("0123456789+-.eE") == std::string_view::npos;
}

}  // namespace

Context read_arguments(const std::vector<std::string>& params,
                       const std::vector<std::string>& assignments) {
  Context context;
  for (const std::string& argument : params) add_object(context, argument);
  for (const std::string& text : assignments) assign(context, split(text), nullptr);
  return context;
}

void read_as_declared(Context& context, const std::vector<std::string>& assignments,
                      const jinja::FrontMatter& front_matter) {
  for (const std::string& text : assignments) {
    const Assignment one = split(text);
    assign(context, one, front_matter.find(one.key));
  }
}

Error explain_text_arguments(Error error, const std::vector<std::string>& assignments) {
  if (error.kind() != ErrorKind::Runtime || !error.hint().empty()) return error;
  for (const std::string& text : assignments) {
    const Assignment one = split(text);
    if (one.is_json || !looks_like_number(one.value)) continue;
    return error.hint(fmt::format(
        "-p {0}={1} gives the text '{1}': for the number write -p {0}:={1}", one.key, one.value));
  }
  return error;
}

}  // namespace pgjinja::cli
