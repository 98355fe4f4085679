#include "cli/program.hpp"
#include "core/shown_text.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

// Names and values that would move a terminal's cursor, forge a line, or turn the direction of
// writing: no error passes them on, wherever they come from.

namespace pgjinja::test {
namespace {

using Words = std::vector<std::string>;

/// As bytes, and as JSON has them; JSON texts are UTF-8.
const std::string kHostile = "k\x1B[2J\nerror[x]: \xE2\x80\xAE\xC2\x9B";
const std::string kBytes = kHostile + "\xFF";
const std::string kInJson = R"(k\u001b[2J\nerror[x]: \u202e\u009b)";
const std::string kShown = R"(k\x1b[2J\nerror[x]: \xe2\x80\xae\xc2\x9b)";

/// A report has lines of its own, and tabs of the template.
bool is_harmless(std::string_view report) {
  for (const char c : report) {
    if (c == '\n' || c == '\t') continue;
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return false;
  }
  std::string rest(report);
  std::erase_if(rest, [](char c) { return c == '\n' || c == '\t'; });
  return printable(rest) == rest;
}

struct Case {
  std::string_view kind;
  Words words;
};

/// Renders `source` with the hostile name as `k`.
Case rendering(std::string_view kind, std::string source) {
  return {kind,
          {"render", "--source", std::move(source), "--params", R"({"k": ")" + kInJson + R"("})"}};
}

std::vector<Case> cases() {
  return {
      rendering("undefined", "{{ {}[k] }}"),
      rendering("undefined", "{{ {}[k].x }}"),
      rendering("undefined", "{{ {}[k] + 1 }}"),
      rendering("undefined", "{{ {}[k] | identifier }}"),
      rendering("undefined", "{{ {}[k] | json }}"),
      rendering("not-found", "{% include k %}"),
      rendering("not-found", "{% extends k %}"),
      rendering("not-found", "{% import k as m %}"),
      rendering("runtime", "{{ [1] | map(k) | list }}"),
      rendering("runtime", "{{ [1] | select(k) | list }}"),
      rendering("runtime", "{% macro m() %}{% endmacro %}{{ m(**{k: 1}) }}"),
      rendering("runtime", "{{ 1 | round(**{k: 1}) }}"),
      rendering("runtime", "{{ range(**{k: 1}) }}"),
      rendering("runtime", "{{ 'a'.split(**{k: 1}) }}"),
      rendering("binding", "{{ k | one_of('a') }}"),
      rendering("binding", "{{ [{'a': 1}, {k: 1}] | values }}"),
      rendering("binding", "{{ {'a': 1} | assign([k]) }}"),
      {"usage", {kBytes}},
      {"usage", {"render", "main", "--" + kBytes}},
      {"usage", {"render", "--source", "1", "-p", kBytes}},
      {"config", {"render", "--source", "1", "-p", kBytes + ":={"}},
      {"not-found", {"render", kBytes, "--templates", "templates"}},
      {"config", {"render", "main", "--templates", kBytes}},
      {"config", {"render", "main", "--templates", "templates", "-p", kBytes + "=1"}},
      {"syntax", {"render", "--source", "{{ 1 + " + kBytes + " }}"}},
      {"syntax", {"render", "--source", "{{ '" + kBytes + "' | nofilter }}"}},
      {"syntax", {"render", "--source", "{#---\n@param " + kBytes + "\n---#}"}},
      {"binding", {"render", "--source", "SELECT '" + kBytes + "{{ 1 }}'"}},
      {"config", {"render", "--source", "1", "--params", "{\"" + kBytes}},
      {"config", {"render", "--source", "1", "--params", "@" + kBytes}},
      {"config", {"render", "--source", "1", "--env", "@" + kBytes}},
      {"config", {"render", "--source", "1", "--env", "{\"" + kInJson + "\": 1}"}},
      {"config", {"render", "--source", "1", "--config", kBytes}},
      {"syntax", {"render", "broken" + kBytes, "--templates", "templates"}},
      {"connection",
       {"query", "--source", "SELECT 1", "--dsn", "host=/no/such/" + kHostile.substr(0, 5)}},
  };
}

class HostileNames : public testing::Test {
 protected:
  HostileNames() {
    directory_.write("templates/main.sql.jinja", "{#---\n@param a: int = 1\n---#}\nSELECT {{ a }}");
    directory_.write("templates/fine" + kBytes + ".sql.jinja", "SELECT {{ 1 }}");
    directory_.write("templates/broken" + kBytes + ".sql.jinja", "SELECT {{ \x1B }}\n");
  }
  [[nodiscard]] Outcome run(const Words& words) const {
    return run_pgjinja(words, {.directory = directory_.path()});
  }

  TemporaryDirectory directory_;
};

TEST_F(HostileNames, ReachNoTerminal) {
  for (const Case& each : cases()) {
    const Outcome outcome = run(each.words);
    EXPECT_TRUE(outcome.err.starts_with("error[" + std::string(each.kind) + "]: "))
        << printable(outcome.err);
    EXPECT_TRUE(is_harmless(outcome.err)) << printable(outcome.err);
  }
}

TEST_F(HostileNames, AreShownEscaped) {
  const auto first_line = [&](const Case& one) {
    const std::string err = run(one.words).err;
    return err.substr(0, err.find('\n'));
  };
  EXPECT_EQ(first_line(rendering("undefined", "{{ {}[k] }}")),
            "error[undefined]: '" + kShown + "' is undefined");
  EXPECT_EQ(first_line({"", {"render", kBytes, "--templates", "templates"}}),
            "error[not-found]: template '" + kShown + "\\xff' was not found");
  EXPECT_NE(run({"validate", "--templates", "templates"})
                .err.find(" --> templates/broken" + kShown + "\\xff.sql.jinja:1:"),
            std::string::npos);
}

TEST_F(HostileNames, AreEscapedBesideTheParametersToo) {
  const Outcome outcome = run({"render", "fine" + kBytes, "--templates", "templates"});
  EXPECT_EQ(outcome.exit, 0) << printable(outcome.err);
  EXPECT_TRUE(is_harmless(outcome.out)) << printable(outcome.out);
  EXPECT_NE(outcome.out.find("templates/fine" + kShown + "\\xff.sql.jinja:1:8"), std::string::npos);
}

TEST_F(HostileNames, LeaveTheErrorObjectOneLineOfJson) {
  for (Case& each : cases()) {
    each.words.emplace_back("--json");
    const Outcome outcome = run(each.words);
    ASSERT_TRUE(outcome.out.ends_with("\n")) << printable(outcome.err);
    EXPECT_EQ(outcome.out.find('\n'), outcome.out.size() - 1) << printable(outcome.out);
    const auto object = nlohmann::json::parse(outcome.out, nullptr, false);
    ASSERT_TRUE(object.is_object()) << printable(outcome.out);
    const auto message = object["error"]["message"].get<std::string>();
    EXPECT_EQ(printable(message), message);
  }
}

}  // namespace
}  // namespace pgjinja::test
