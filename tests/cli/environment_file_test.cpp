#include "cli/environment_file.hpp"

#include <pgjinja/core/error.hpp>

#include <string>

#include <gtest/gtest.h>

namespace pgjinja::cli {
namespace {

using jinja::UndefinedPolicy;

/// The first line of the error, and its hint.
std::string refusal(const std::string& json) {
  try {
    static_cast<void>(read_environment(json));
    return "no error";
  } catch (const Error& error) {
    return std::string(error_kind_name(error.kind())) + ": " + error.message() + " / " +
           error.hint();
  }
}

TEST(EnvironmentFile, SaysNothingByItself) {
  const EnvironmentFile file = read_environment("{}");
  EXPECT_EQ(file.options.delimiters, jinja::default_delimiters());
  EXPECT_FALSE(file.options.trim_blocks || file.options.lstrip_blocks);
  EXPECT_FALSE(file.options.keep_trailing_newline);
  EXPECT_EQ(file.options.newline_sequence, "\n");
  EXPECT_TRUE(file.options.do_statement && file.options.loop_controls);
  EXPECT_FALSE(file.undefined || file.templates);
  EXPECT_TRUE(file.globals.empty());
}

TEST(EnvironmentFile, TakesEveryOptionByItsNameInJinja2) {
  const EnvironmentFile file = read_environment(R"({
    "trim_blocks": true, "lstrip_blocks": true, "keep_trailing_newline": true,
    "newline_sequence": "\r\n",
    "block_start_string": "a", "block_end_string": "b", "variable_start_string": "c",
    "variable_end_string": "d", "comment_start_string": "e", "comment_end_string": "f",
    "line_statement_prefix": "g", "line_comment_prefix": "h", "autoescape": false,
    "templates": {"main": "text"}, "globals": {"x": [1]}})");
  const jinja::Delimiters delimiters{"a", "b", "c", "d", "e", "f", "g", "h"};
  EXPECT_EQ(file.options.delimiters, delimiters);
  EXPECT_TRUE(file.options.trim_blocks);
  EXPECT_TRUE(file.options.lstrip_blocks);
  EXPECT_TRUE(file.options.keep_trailing_newline);
  EXPECT_EQ(file.options.newline_sequence, "\r\n");
  EXPECT_EQ(file.templates.value().at("main"), "text");
  EXPECT_EQ(file.globals.entries().at(0).value, Value::list({1}));
}

TEST(EnvironmentFile, NullSwitchesALinePrefixOff) {
  const EnvironmentFile file =
      read_environment(R"({"line_statement_prefix": null, "line_comment_prefix": null})");
  EXPECT_FALSE(file.options.delimiters.line_statement_prefix);
  EXPECT_FALSE(file.options.delimiters.line_comment_prefix);
}

TEST(EnvironmentFile, KnowsTheUndefinedKindsByBothNames) {
  const struct {
    const char* name;
    UndefinedPolicy policy;
  } kinds[] = {{"default", UndefinedPolicy::Default},
               {"strict", UndefinedPolicy::Strict},
               {"chainable", UndefinedPolicy::Chainable},
               {"debug", UndefinedPolicy::Debug},
               {"Undefined", UndefinedPolicy::Default},
               {"StrictUndefined", UndefinedPolicy::Strict},
               {"ChainableUndefined", UndefinedPolicy::Chainable},
               {"DebugUndefined", UndefinedPolicy::Debug}};
  for (const auto& kind : kinds) {
    const std::string json = std::string(R"({"undefined": ")") + kind.name + "\"}";
    EXPECT_EQ(read_environment(json).undefined, kind.policy) << kind.name;
  }
}

TEST(EnvironmentFile, HasTheExtensionsThatItLists) {
  const struct {
    const char* list;
    bool does;
    bool controls;
  } rows[] = {{"[]", false, false},
              {R"(["do"])", true, false},
              {R"(["loopcontrols"])", false, true},
              {R"(["jinja2.ext.do", "jinja2.ext.loopcontrols"])", true, true},
              {R"(["autoescape", "with", "jinja2.ext.with_"])", false, false}};
  for (const auto& row : rows) {
    const auto options =
        read_environment(std::string(R"({"extensions": )") + row.list + "}").options;
    EXPECT_EQ(options.do_statement, row.does) << row.list;
    EXPECT_EQ(options.loop_controls, row.controls) << row.list;
  }
}

TEST(EnvironmentFile, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(refusal(R"({"trimblocks": true})"),
            "config: --env has no key 'trimblocks' / did you mean 'trim_blocks'?");
  EXPECT_EQ(refusal(R"({"undefined": "strictly"})"),
            "config: --env has no undefined kind 'strictly' / did you mean 'strict'?");
  EXPECT_EQ(refusal(R"({"extensions": ["i18n"]})"),
            "config: --env has no extension 'i18n' / there are do, loopcontrols, autoescape, with, "
            "with_");
  EXPECT_EQ(refusal(R"({"autoescape": true})"),
            "config: --env: autoescape cannot be on / pgjinja makes SQL and plain text; for HTML "
            "write {{ value | e }}");
}

TEST(EnvironmentFile, RefusesValuesOfAnotherKind) {
  const struct {
    const char* json;
    const char* message;
  } rows[] = {
      {"[]", "config: --env takes a JSON object, not list / "},
      {R"({"trim_blocks": 1})", "config: --env: trim_blocks takes true or false, not int / "},
      {R"({"autoescape": "no"})", "config: --env: autoescape takes true or false, not text / "},
      {R"({"block_start_string": null})",
       "config: --env: block_start_string takes a text, not null / "},
      {R"({"line_comment_prefix": 1})",
       "config: --env: line_comment_prefix takes a text, not int / "},
      {R"({"newline_sequence": 1})", "config: --env: newline_sequence takes a text, not int / "},
      {R"({"undefined": null})", "config: --env: undefined takes a text, not null / "},
      {R"({"extensions": "do"})", "config: --env: extensions takes a list of names, not text / "},
      {R"({"extensions": [1]})", "config: --env: extensions takes a text, not int / "},
      {R"({"templates": []})",
       "config: --env: templates takes an object: {\"name\": \"source\"}, not list / "},
      {R"({"templates": {"a": 1}})", "config: --env: a takes a text, not int / "},
      {R"({"globals": 1})",
       "config: --env: globals takes an object: {\"name\": value}, not int / "}};
  for (const auto& row : rows) EXPECT_EQ(refusal(row.json), row.message);
}

}  // namespace
}  // namespace pgjinja::cli
