#include "cli/environment_file.hpp"

#include "cli/files.hpp"
#include "cli/value_json.hpp"
#include "jinja/nearest.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace pgjinja::cli {

namespace {

using jinja::Delimiters;
using jinja::Options;
using jinja::UndefinedPolicy;

template <class Table>
std::vector<std::string> names_of(const Table& table) {
  std::vector<std::string> names;
  for (const auto& entry : table) names.emplace_back(entry.first);
  return names;
}

/// Reads one object; `name_` is what messages call it.
class Reader {
 public:
  explicit Reader(std::string name) : name_(std::move(name)) {}

  EnvironmentFile read(const Value& object) {
    if (!object.is_map()) fail("", object, "a JSON object");
    for (const Map::Entry& entry : object.as_map()) key(entry.key.as_text(), entry.value);
    return std::move(file_);
  }

 private:
  using Read = void (Reader::*)(std::string_view key, const Value& value);

  void key(std::string_view key, const Value& value) {
    static const std::vector<std::pair<std::string_view, Read>> kKeys = {
        {"autoescape", &Reader::autoescape},
        {"block_end_string", &Reader::delimiter<&Delimiters::block_end_string>},
        {"block_start_string", &Reader::delimiter<&Delimiters::block_start_string>},
        {"comment_end_string", &Reader::delimiter<&Delimiters::comment_end_string>},
        {"comment_start_string", &Reader::delimiter<&Delimiters::comment_start_string>},
        {"extensions", &Reader::extensions},
        {"globals", &Reader::globals},
        {"keep_trailing_newline", &Reader::flag<&Options::keep_trailing_newline>},
        {"line_comment_prefix", &Reader::prefix<&Delimiters::line_comment_prefix>},
        {"line_statement_prefix", &Reader::prefix<&Delimiters::line_statement_prefix>},
        {"lstrip_blocks", &Reader::flag<&Options::lstrip_blocks>},
        {"newline_sequence", &Reader::newline_sequence},
        {"templates", &Reader::templates},
        {"trim_blocks", &Reader::flag<&Options::trim_blocks>},
        {"undefined", &Reader::undefined},
        {"variable_end_string", &Reader::delimiter<&Delimiters::variable_end_string>},
        {"variable_start_string", &Reader::delimiter<&Delimiters::variable_start_string>}};
    const auto known = std::find_if(kKeys.begin(), kKeys.end(),
                                    [key](const auto& entry) { return entry.first == key; });
    if (known == kKeys.end()) unknown("key", key, names_of(kKeys));
    (this->*known->second)(key, value);
  }

  template <bool Options::* option>
  void flag(std::string_view key, const Value& value) {
    file_.options.*option = truth(key, value);
  }
  template <std::string Delimiters::* delimiter_>
  void delimiter(std::string_view key, const Value& value) {
    file_.options.delimiters.*delimiter_ = text(key, value);
  }
  template <std::optional<std::string> Delimiters::* prefix_>
  void prefix(std::string_view key, const Value& value) {
    if (!value.is_null()) file_.options.delimiters.*prefix_ = text(key, value);
  }
  void newline_sequence(std::string_view key, const Value& value) {
    file_.options.newline_sequence = text(key, value);
  }

  void autoescape(std::string_view key, const Value& value) {
    if (!truth(key, value)) return;
    throw Error(ErrorKind::Config, fmt::format("{}: autoescape cannot be on", name_))
        .hint("pgjinja makes SQL and plain text; for HTML write {{ value | e }}");
  }

  void undefined(std::string_view key, const Value& value) {
    static const std::vector<std::pair<std::string_view, UndefinedPolicy>> kKinds = {
        {"default", UndefinedPolicy::Default},
        {"strict", UndefinedPolicy::Strict},
        {"chainable", UndefinedPolicy::Chainable},
        {"debug", UndefinedPolicy::Debug},
        {"Undefined", UndefinedPolicy::Default},  // and as Jinja2 calls the classes
        {"StrictUndefined", UndefinedPolicy::Strict},
        {"ChainableUndefined", UndefinedPolicy::Chainable},
        {"DebugUndefined", UndefinedPolicy::Debug}};
    const std::string_view name = text(key, value);
    for (const auto& [kind, policy] : kKinds) {
      if (kind == name) file_.undefined = policy;
    }
    if (!file_.undefined) unknown("undefined kind", name, names_of(kKinds));
  }

  void extensions(std::string_view key, const Value& value) {
    if (!value.is_list()) fail(key, value, "a list of names");
    file_.options.do_statement = file_.options.loop_controls = false;
    for (const Value& item : value.as_list()) extension(text(key, item));
  }

  void extension(std::string_view name) {
    // autoescape and with are part of the language since Jinja2 2.9.
    static const std::vector<std::pair<std::string_view, bool Options::*>> kExtensions = {
        {"do", &Options::do_statement},
        {"loopcontrols", &Options::loop_controls},
        {"autoescape", nullptr},
        {"with", nullptr},
        {"with_", nullptr}};
    constexpr std::string_view kModule = "jinja2.ext.";
    const std::string_view plain = name.starts_with(kModule) ? name.substr(kModule.size()) : name;
    const auto known = std::find_if(kExtensions.begin(), kExtensions.end(),
                                    [plain](const auto& entry) { return entry.first == plain; });
    if (known == kExtensions.end()) unknown("extension", name, names_of(kExtensions));
    if (known->second != nullptr) file_.options.*known->second = true;
  }

  void templates(std::string_view key, const Value& value) {
    if (!value.is_map()) fail(key, value, "an object: {\"name\": \"source\"}");
    file_.templates.emplace();
    for (const Map::Entry& entry : value.as_map()) {
      file_.templates->emplace(entry.key.as_text(), text(entry.key.as_text(), entry.value));
    }
  }

  void globals(std::string_view key, const Value& value) {
    if (!value.is_map()) fail(key, value, "an object: {\"name\": value}");
    file_.globals = value.as_map();
  }

  bool truth(std::string_view key, const Value& value) const {
    if (!value.is_bool()) fail(key, value, "true or false");
    return value.as_bool();
  }
  std::string_view text(std::string_view key, const Value& value) const {
    if (!value.is_text()) fail(key, value, "a text");
    return value.as_text();
  }

  [[noreturn]] void fail(std::string_view key, const Value& value, std::string_view wanted) const {
    throw Error(ErrorKind::Config,
                fmt::format("{}{}{} takes {}, not {}", name_, key.empty() ? "" : ": ", key, wanted,
                            kind_name(value.kind())));
  }

  [[noreturn]] void unknown(std::string_view what, std::string_view name,
                            const std::vector<std::string>& known) const {
    const std::string near = jinja::nearest(name, known);
    throw Error(ErrorKind::Config, fmt::format("{} has no {} '{}'", name_, what, name))
        .hint(near.empty() ? fmt::format("there are {}", fmt::join(known, ", "))
                           : fmt::format("did you mean '{}'?", near));
  }

  std::string name_;
  EnvironmentFile file_;
};

}  // namespace

EnvironmentFile read_environment(const std::string& argument) {
  const Given given = read_argument(argument, "--env");
  return Reader(given.name).read(read_json(given.text, given.name));
}

}  // namespace pgjinja::cli
