// Any bytes as a template in any delimiters through lexer, parser and compiler: a program that is
// the same each time, or errors with a place in the source.

#include "choices.hpp"
#include "requirements.hpp"

#include <pgjinja/jinja/environment.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>

namespace {

using namespace pgjinja;
using namespace pgjinja::jinja;
using fuzz::Choices;
using fuzz::require;

constexpr const char* kName = "fuzz";

struct Tags {
  std::array<const char*, 6> tags;  // block, variable and comment: how they begin and end
};

constexpr Tags kTags[] = {
    {{"{%", "%}", "{{", "}}", "{#", "#}"}},       {{"<%", "%>", "${", "}", "<#", "#>"}},
    {{"<%", "%>", "<%=", "%>", "<%#", "%>"}},     {{"{", "}", "{{", "}}", "{{{", "}}}"}},
    {{"<!--{", "}-->", "{", "}", "<!--", "-->"}}, {{"[", "]", "(", ")", "'", "'"}},
    {{"-", "-", "+", "+", "--", "--"}},
};
constexpr const char* kPrefixes[] = {nullptr, nullptr, "#", "##", "%", "{%", "-", " "};
constexpr const char* kNewlines[] = {"\n", "\r\n", "\r", "x"};

/// Up to three of the bytes themselves, also none, which an environment refuses.
std::string odd(Choices& choices) { return std::string(choices.bytes(choices.below(4))); }

Delimiters delimiters(Choices& choices) {
  const std::size_t which = choices.below(std::size(kTags) + 1);
  const std::size_t prefixes = choices.below(64);
  Delimiters d;
  std::string* const all[] = {&d.block_start_string,    &d.block_end_string,
                              &d.variable_start_string, &d.variable_end_string,
                              &d.comment_start_string,  &d.comment_end_string};
  for (std::size_t i = 0; i < std::size(all); ++i) {
    *all[i] = which < std::size(kTags) ? kTags[which].tags[i] : odd(choices);
  }
  if (const char* prefix = kPrefixes[prefixes % 8]) d.line_statement_prefix = prefix;
  if (const char* prefix = kPrefixes[prefixes / 8]) d.line_comment_prefix = prefix;
  return d;
}

std::uint64_t length_of(std::string_view text) { return text.size(); }

Options options(Choices& choices) {
  const std::uint8_t flags = choices.byte();
  const std::uint8_t more = choices.byte();
  Options options;
  options.trim_blocks = (flags & 1U) != 0;
  options.lstrip_blocks = (flags & 2U) != 0;
  options.keep_trailing_newline = (flags & 4U) != 0;
  options.do_statement = (flags & 8U) == 0;
  options.loop_controls = (flags & 16U) == 0;
  options.captures = (flags & 32U) != 0 ? Captures::Fragment : Captures::Text;
  options.newline_sequence = kNewlines[more & 3U];
  options.undefined = static_cast<UndefinedPolicy>((more >> 2U) % 5U);
  if ((more & 32U) != 0) options.limits.nesting = 8;
  if ((more & 64U) != 0) options.limits.template_bytes = 200;
  if ((more & 128U) != 0) options.annotate = length_of;
  options.delimiters = delimiters(choices);
  return options;
}

/// What compiling gives: the program as text, or the error.
struct Outcome {
  std::string program;
  std::optional<Error> error;
};

Outcome compile(const Environment& environment, const std::string& text) {
  try {
    const Template compiled = environment.compile(kName, text);
    static_cast<void>(compiled.parameters());
    static_cast<void>(compiled.dependencies());
    return {compiled.disassemble(), std::nullopt};
  } catch (const Error& error) {
    return {{}, error};
  }
}

/// Of a template that is too large no place is to blame.
void check_error(const Environment& environment, const Error& error, const fuzz::Sources& sources) {
  require(error.kind() == ErrorKind::Syntax || error.kind() == ErrorKind::Limit,
          "compiling ends in a syntax or a limit error");
  const bool too_large = sources.at(kName).size() > environment.options().limits.template_bytes;
  require(too_large || !error.places().empty(), "an error has a place");
  fuzz::require_places(error, sources);
}

/// As in Jinja2, a filter or test that an if stands around is looked for when it is used.
bool is_unknown_name(const Error& error) {
  return error.message().starts_with("no filter named") ||
         error.message().starts_with("no test named");
}

void check(const Environment& environment, const std::string& text) {
  const fuzz::Sources sources{{kName, text}};
  const Outcome first = compile(environment, text);
  const Outcome second = compile(environment, text);
  require(first.program == second.program, "compiling twice gives the same program");
  require(first.error.has_value() == second.error.has_value(), "compiling twice ends alike");
  const std::vector<Error> all = environment.diagnose(kName);
  require(!all.empty() || !first.error, "diagnose finds an error if compile does");
  require(first.error || std::ranges::all_of(all, is_unknown_name),
          "what only diagnose finds are names that may never be looked for");
  for (const Error& error : all) check_error(environment, error, sources);
  if (!first.error) return;
  check_error(environment, *first.error, sources);
  require(fuzz::summary(*first.error) == fuzz::summary(*second.error), "errors are the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices choices(data, size);
  const Options chosen = options(choices);
  const std::string text(choices.rest());
  try {
    const Environment environment(
        chosen, std::make_shared<MapLoader>(std::map<std::string, std::string>{{kName, text}}));
    check(environment, text);
  } catch (const Error& error) {
    require(error.kind() == ErrorKind::Config, "only the options are refused beforehand");
  }
  return 0;
}
