// The checks go all paths without values; renderings go some of them with values. Where the first
// say that all is well, no rendering may be refused for a position; and where they report an error,
// some rendering has to be refused.

#include "sql/check/checking.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/sql/binder.hpp>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja::sql {
namespace {

constexpr std::string_view kTexts[] = {
    " ",  " ",  " ",  "a",   "'",   "'",          "\"",    "--",    "\n", "\n",
    "/*", "*/", "$$", ",",   "(",   ")",          "1",     ".",     "-",  "E'",
    "U&", ";",  "+",  " = ", " x ", " ORDER BY ", " DESC", "::int", "$1"};
constexpr std::string_view kPrints[] = {"{{ p }}",
                                        "{{ p }}",
                                        "{{ q }}",
                                        "{{ p | identifier }}",
                                        "{{ [1, 2] | in }}",
                                        "{{ 'x' if a else p }}",
                                        "{{ p if a and b else q | identifier }}",
                                        "{{ 't' | raw }}",
                                        "{{ p ~ q }}",
                                        "{{ p | identifier ~ q }}",
                                        "{{ names | map('identifier') | join(', ') }}",
                                        "{{ j() }}"};
constexpr std::string_view kCalls[] = {"{{ m(p) }}", "{{ c }}", "{{ m(c) }}"};
constexpr std::string_view kConditions[] = {"a",
                                            "b",
                                            "not a",
                                            "a and b",
                                            "a or b",
                                            "xs",
                                            "kind == 'x'",
                                            "kind == 'y'",
                                            "kind in ('x', 'z')",
                                            "a is defined",
                                            "none_is is none"};
constexpr std::string_view kLoopConditions[] = {
    "loop.first", "loop.last", "not loop.first", "loop.index > 1", "loop.index0", "a", "x"};

class Generator {
 public:
  explicit Generator(std::mt19937& random) : random_(random) {}

  std::string main() {
    std::string out = "{% macro m(v) %}" + body(1, false) + "{{ v }}{% endmacro %}";
    out += "{% set j = joiner(',') %}";
    out += "{% set c %}" + body(1, false) + "{% endset %}";
    calls_ = true;
    return out + body(3, false);
  }
  std::string body(int depth, bool in_loop) {
    std::string out;
    const std::size_t parts = 1 + random_() % 3;
    for (std::size_t i = 0; i < parts; ++i) out += part(depth, in_loop);
    return out;
  }

 private:
  template <std::size_t N>
  std::string pick(const std::string_view (&from)[N]) {
    return std::string(from[random_() % N]);
  }
  std::string part(int depth, bool in_loop) {
    switch (random_() % (depth > 0 ? 8U : 5U)) {
      case 0:
      case 1:
      case 2: return pick(kTexts);
      case 3:
      case 4:
        if (calls_ && random_() % 4 == 0) return pick(kCalls);
        return in_loop && random_() % 2 == 0 ? "{{ x }}" : pick(kPrints);
      case 5:
      case 6: {
        const std::string condition =
            in_loop && random_() % 2 == 0 ? pick(kLoopConditions) : pick(kConditions);
        std::string out = "{% if " + condition + " %}" + body(depth - 1, in_loop);
        if (in_loop && random_() % 6 == 0)
          out += random_() % 2 == 0 ? "{% break %}" : "{% continue %}";
        if (random_() % 2 == 0) out += "{% else %}" + body(depth - 1, in_loop);
        return out + "{% endif %}";
      }
      default: {
        std::string out = random_() % 4 == 0 ? "{% for x in [1, 2, 3] %}" : "{% for x in xs %}";
        out += body(depth - 1, true);
        if (random_() % 3 == 0) out += "{% else %}" + body(depth - 1, in_loop);
        return out + "{% endfor %}";
      }
    }
  }

  std::mt19937& random_;
  bool calls_ = false;
};

/// The values of a name that the conditions above tell apart; one if the template does not read it.
std::vector<Value> values_of(std::string_view name, const std::string& text,
                             std::vector<Value> values) {
  if (text.find(name) == std::string::npos) values.resize(1);
  return values;
}

/// All contexts that a template can tell apart.
std::vector<Context> contexts(const std::string& text) {
  std::vector<Value> lists;
  for (const std::vector<Value>& xs : {std::vector<Value>{},
                                       {1},
                                       {0},
                                       {1, 2},
                                       {0, 1},
                                       {1, 0},
                                       {0, 0},
                                       {1, 2, 3},
                                       {0, 0, 0},
                                       {1, 0, 1},
                                       {0, 1, 0},
                                       {1, 1, 0},
                                       {0, 1, 1}}) {
    lists.push_back(Value::list(xs));
  }
  std::vector<Context> all;
  for (const Value& a : values_of("a", text, {false, true, Value::undefined("a")})) {
    for (const Value& b : values_of("b", text, {false, true})) {
      for (const Value& kind : values_of("kind", text, {"w", "x", "y", "z"})) {
        for (const Value& xs : values_of("xs", text, lists)) {
          for (const Value& null : values_of("none_is", text, {1, Value()})) {
            all.push_back(Context{{"a", a},
                                  {"b", b},
                                  {"kind", kind},
                                  {"xs", xs},
                                  {"names", Value::list({"n", "o"})},
                                  {"p", "P"},
                                  {"q", "Q"},
                                  {"none_is", null}});
          }
        }
      }
    }
  }
  return all;
}

/// What the binder refuses, or an empty text.
std::string refusal(const Checking& checking, const Context& context) {
  try {
    static_cast<void>(Binder().bind(checking.environment.get_template("main").render(context)));
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::Binding) return error.message();
  }
  return {};
}

std::string first_refusal(const Checking& checking, const std::string& text) {
  for (const Context& context : contexts(text)) {
    if (std::string refused = refusal(checking, context); !refused.empty()) return refused;
  }
  return {};
}

struct Verdict {
  std::string error;
  bool complete = true;
};

Verdict verdict(const Checking& checking) {
  Verdict verdict;
  for (const jinja::Finding& finding : check(checking.environment, {"main"})) {
    if (finding.severity == jinja::Severity::Error) {
      verdict.error += std::string(finding.rule->id) + ": " + finding.error.message() + "\n";
    }
    if (finding.rule->id == "not-followed") verdict.complete = false;
  }
  return verdict;
}

TEST(Agreement, OfChecksAndRenderingsOfRandomTemplates) {
  std::mt19937 random(20'240'229);
  int clean = 0;
  int reported = 0;
  int incomplete = 0;
  int false_alarms = 0;
  // PGJINJA_AGREEMENT=20000 goes on for longer.
  const char* wanted = std::getenv("PGJINJA_AGREEMENT");
  const int templates = wanted == nullptr ? 1'500 : std::atoi(wanted);
  for (int i = 0; i < templates; ++i) {
    const std::string text = Generator(random).main();
    const Checking checking(text);
    const Verdict found = verdict(checking);
    const std::string refused = first_refusal(checking, text);
    if (!found.complete) {
      ++incomplete;
    } else if (found.error.empty()) {
      ++clean;
      ASSERT_EQ(refused, "") << text;
    } else {
      ++reported;
      false_alarms += refused.empty() ? 1 : 0;
      EXPECT_NE(refused, "") << text << "\n" << found.error;
      if (false_alarms > 5) FAIL();
    }
  }
  EXPECT_GT(clean, 300);
  EXPECT_GT(reported, 500);
  EXPECT_LT(incomplete, templates / 10);
  EXPECT_EQ(false_alarms, 0);
  std::printf("clean %d, reported %d, not followed %d, false alarms %d\n", clean, reported,
              incomplete, false_alarms);
}

/// What the checks call an error in the templates of one golden case.
std::string errors_in(const std::filesystem::path& templates) {
  jinja::Environment environment(
      check_options(),
      std::make_shared<jinja::DirectoryLoader>(std::vector{templates}, std::size_t{1} << 20U));
  install(environment);
  std::string errors;
  for (const jinja::Finding& finding : check(environment, environment.list())) {
    if (finding.severity == jinja::Severity::Error) errors += finding.error.message() + "\n";
  }
  return errors;
}

const std::filesystem::path kGolden = std::filesystem::path(PGJINJA_TEST_DATA) / "golden";

TEST(Agreement, NoTemplateThatIsBoundIsReported) {
  int cases = 0;
  for (const auto& each : std::filesystem::directory_iterator(kGolden / "bind")) {
    ++cases;
    EXPECT_EQ(errors_in(each.path() / "templates"), "") << each.path();
  }
  EXPECT_GE(cases, 25);
}

TEST(Agreement, EveryTemplateThatIsRefusedIsReportedUnlessAValueIsToBlame) {
  const std::set<std::string> by_value = {"empty-identifier",      "empty-in",
                                          "filter-named-by-value", "long-identifier",
                                          "mark-in-text",          "raw-left-open"};
  int cases = 0;
  for (const auto& each : std::filesystem::directory_iterator(kGolden / "error")) {
    std::ifstream file(each.path() / "expected_stderr");
    std::string first;
    std::getline(file, first);
    const std::filesystem::path templates = each.path() / "templates";
    if (!first.starts_with("error[binding]") || !std::filesystem::exists(templates)) continue;
    ++cases;
    const bool expected = !by_value.contains(each.path().filename().string());
    EXPECT_EQ(!errors_in(templates).empty(), expected) << each.path() << " " << first;
  }
  EXPECT_GE(cases, 20);
}

}  // namespace
}  // namespace pgjinja::sql
