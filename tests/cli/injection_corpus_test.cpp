// The attacks below tests/sql/injection, one a line: a template, what an attacker passes, and what
// has to happen:
//   bound     the SQL, to the byte, and the parameters in order;
//   quoted    the same where the author let a name or a literal into the text: it is one token;
//   refused   the error's kind, and words of its message or hint.
// `fixed` names the values that the template's control flow or a choice depends on.
//
// PGJINJA_INJECTION_VALUES=1000000 says how many random values the last test tries.

#include "cli/mutation.hpp"
#include "cli/sql_case.hpp"
#include "sql/tokens.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <set>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kSeed = 20'240'229;
constexpr std::size_t kLeastAttacks = 500;

std::vector<std::string> corpus() {
  std::vector<std::string> files;
  for (const auto& one : fs::directory_iterator(fs::path(PGJINJA_TEST_DATA) / "sql/injection")) {
    files.push_back(one.path().stem().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<test::SqlCase> attacks(const std::string& file) {
  return test::sql_cases("sql/injection/" + file + ".jsonl");
}

std::set<std::string> fixed_names(const test::SqlCase& attack) {
  std::set<std::string> names;
  const Value fixed = attack.field("fixed");
  if (!fixed.is_list()) return names;
  for (const Value& name : fixed.as_list()) names.emplace(name.as_text());
  return names;
}

bool is_nan(const Value& value) { return value.is_float() && value.as_float() != value.as_float(); }

/// The same to SQL: a tuple is a list, and NaN, which equals nothing, is NaN.
bool same(const Value& a, const Value& b) {
  if (!a.is_list() || !b.is_list()) return a == b || (is_nan(a) && is_nan(b));
  return std::equal(a.as_list().begin(), a.as_list().end(), b.as_list().begin(), b.as_list().end(),
                    same);
}

void expect_parameters(const test::SqlCase& attack, const sql::Statement& statement) {
  const Value wanted = attack.field("params");
  ASSERT_TRUE(wanted.is_list());
  ASSERT_EQ(statement.parameters.size(), wanted.as_list().size());
  for (std::size_t i = 0; i < statement.parameters.size(); ++i) {
    EXPECT_TRUE(same(statement.parameters[i], wanted.as_list()[i])) << "$" << i + 1;
  }
}

void expect_refused(const test::SqlCase& attack, const Error& error) {
  EXPECT_EQ(error_kind_name(error.kind()), attack.text("refused")) << error.what();
  const std::string said = error.message() + "\n" + error.hint();
  for (const Value& words : attack.field("words").as_list()) {
    EXPECT_NE(said.find(words.as_text()), std::string::npos) << words.as_text() << " in\n" << said;
  }
}

void expect_as_stated(const test::SqlCase& attack) {
  try {
    const sql::Statement statement = attack.client().render("main", attack.context());
    ASSERT_FALSE(attack.has("refused")) << "got through: " << statement.sql;
    EXPECT_EQ(statement.sql, attack.text(attack.has("bound") ? "bound" : "quoted"));
    expect_parameters(attack, statement);
  } catch (const Error& error) {
    ASSERT_TRUE(attack.has("refused")) << error.what();
    expect_refused(attack, error);
  }
}

class Injection : public testing::TestWithParam<std::string> {};

TEST_P(Injection, IsBoundQuotedOrRefused) {
  std::set<std::string> names;
  for (const test::SqlCase& attack : attacks(GetParam())) {
    const std::string name = attack.text("name");
    SCOPED_TRACE(name + ": " + attack.text("template"));
    EXPECT_TRUE(names.insert(name).second) << "two attacks of this name";
    EXPECT_EQ(attack.has("bound") + attack.has("quoted") + attack.has("refused"), 1);
    expect_as_stated(attack);
  }
}

INSTANTIATE_TEST_SUITE_P(Corpus, Injection, testing::ValuesIn(corpus()),
                         [](const auto& file) { return file.param; });

TEST(InjectionCorpus, IsLargeEnough) {
  std::size_t count = 0;
  for (const std::string& file : corpus()) count += attacks(file).size();
  EXPECT_GE(count, kLeastAttacks);
}

/// A way for a value to get to where the template prints it: `print` stands for `{{ x }}`, `before`
/// and `after` around the template. `other` is what the template "other" has.
struct Way {
  std::string_view print;
  std::string_view before = {};
  std::string_view other = {};
  std::string_view after = {};
};

constexpr Way kWays[] = {
    {"{{ m(x) }}", "{% macro m(v) %}{{ v }}{% endmacro %}"},
    {"{{ n(x) }}", "{% macro m(v) %}{{ v }}{% endmacro %}{% macro n(v) %}{{ m(v) }}{% endmacro %}"},
    {"{{ m(m(x)) }}", "{% macro m(v) %}{{ v }}{% endmacro %}"},
    {"{{ m() }}", "{% macro m(v=x) %}{{ v }}{% endmacro %}"},
    {"{{ m(a=x) }}", "{% macro m() %}{{ kwargs.a }}{% endmacro %}"},
    {"{{ m(x) }}", "{% macro m() %}{{ varargs[0] }}{% endmacro %}"},
    {"{% call m() %}{{ x }}{% endcall %}", "{% macro m() %}{{ caller() }}{% endmacro %}"},
    {"{% call(v) m() %}{{ v }}{% endcall %}", "{% macro m() %}{{ caller(x) }}{% endmacro %}"},
    {"{{ f }}", "{% set f %}{{ x }}{% endset %}"},
    {"{{ f | sqlsafe }}", "{% set f %}{{ x }}{% endset %}"},
    {"{{ f | default('a') }}", "{% set f %}{{ x }}{% endset %}"},
    {"{{ [f] | join }}", "{% set f %}{{ x }}{% endset %}"},
    {"{{ [f][0] }}", "{% set f %}{{ x }}{% endset %}"},
    {"{{ f if true }}", "{% set f %}{{ x }}{% endset %}"},
    {"{{ e ~ x }}", "{% set e %}{% endset %}"},
    {"{{ y }}", "{% set y = x %}"},
    {"{{ ns.y }}", "{% set ns = namespace(y=x) %}"},
    {"{{ ns.y }}", "{% set ns = namespace() %}{% set ns.y %}{{ x }}{% endset %}"},
    {"{{ d.y }}", "{% set d = {'y': x} %}"},
    {"{{ x | string }}"},
    {"{{ x ~ '' }}"},
    {"{{ [x] | map('upper') | first }}"},
    {"{{ '%s' | format(x) }}"},
    {"{{ c.next() }}", "{% set c = cycler(x) %}"},
    {"{% if true %}{{ x }}{% endif %}"},
    {"{% with y = x %}{{ y }}{% endwith %}"},
    {"{% for i in [x] %}{{ i }}{% endfor %}"},
    {"{% for i in [x] recursive %}{{ i }}{% endfor %}"},
    {"{% for i in [[x]] recursive %}{{ loop(i) if i is not string else i }}{% endfor %}"},
    {"{% for i in [x] %}{{ loop.cycle(i) }}{% endfor %}"},
    {"{% include 'other' %}", "", "{{ x }}"},
    {"{% include ['missing', 'other'] %}", "", "{{ x }}"},
    {"{{ m(x) }}", "{% from 'other' import m %}", "{% macro m(v) %}{{ v }}{% endmacro %}"},
    {"{{ o.m() }}", "{% import 'other' as o with context %}",
     "{% macro m() %}{{ x }}{% endmacro %}"},
    {"{{ o.f }}", "{% import 'other' as o with context %}", "{% set f %}{{ x }}{% endset %}"},
    {"{{ super() }}", "{% extends 'other' %}{% block b %}", "{% block b %}{{ x }}{% endblock %}",
     "{% endblock %}"},
    {"{{ self.c() }}", "{% extends 'other' %}{% block c %}{{ x }}{% endblock %}{% block b %}",
     "{% block b %}{% endblock %}", "{% endblock %}"},
};

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// The attack with its value coming another way.
test::SqlCase rerouted(const test::SqlCase& attack, const Way& way) {
  const std::string text = replaced(attack.text("template"), "{{ x }}", way.print);
  Map line;
  line.set("template", Value(std::string(way.before) + text + std::string(way.after)));
  line.set("templates", Value(Map({{"other", Value(way.other)}})));
  line.set("context", attack.field("context"));
  return test::SqlCase(Value(std::move(line)));
}

/// The SQL, or the kind of the error.
std::string outcome_of(const test::SqlCase& attack) {
  try {
    return attack.client().render("main", attack.context()).sql;
  } catch (const Error& error) {
    return std::string(error_kind_name(error.kind()));
  }
}

TEST(InjectionCorpus, APositionIsWhatItIsWhicheverWayTheValueComes) {
  std::size_t tried = 0;
  for (const test::SqlCase& attack : attacks("positions")) {
    const std::string text = attack.text("template");
    if (text.find("{{ x }}") == std::string::npos || text.starts_with("{% raw %}")) continue;
    const std::string wanted = attack.text(attack.has("bound") ? "bound" : "refused");
    for (const Way& way : kWays) {
      const test::SqlCase other = rerouted(attack, way);
      EXPECT_EQ(outcome_of(other), wanted) << other.text("template");
      ++tried;
    }
  }
  EXPECT_GT(tried, 3'000U);
}

/// One attack, to be tried with many values.
class Target {
 public:
  explicit Target(test::SqlCase attack)
      : attack_(std::move(attack)),
        client_(std::make_unique<Client>(attack_.client())),
        context_(attack_.context()),
        fixed_(fixed_names(attack_)) {}

  [[nodiscard]] const test::SqlCase& attack() const { return attack_; }
  [[nodiscard]] sql::Statement render(test::Mutation& mutation) const {
    return client_->render("main", mutation.of(context_, fixed_));
  }

 private:
  test::SqlCase attack_;
  std::unique_ptr<Client> client_;
  Context context_;
  std::set<std::string> fixed_;
};

std::vector<Target> targets(std::string_view outcome) {
  std::vector<Target> all;
  for (const std::string& file : corpus()) {
    for (test::SqlCase& attack : attacks(file)) {
      if (attack.has(outcome)) all.emplace_back(std::move(attack));
    }
  }
  return all;
}

/// The tokens of a text; what stands in quotes is only known to stand there.
std::vector<std::string> skeleton(std::string_view sql) {
  std::vector<std::string> tokens;
  sql::TokenReader reader(sql);
  for (sql::Token token; reader.next(token);) {
    const bool quoted =
        token.kind == sql::TokenKind::Identifier || token.kind == sql::TokenKind::String;
    tokens.push_back(!quoted                                ? std::string(token.text)
                     : token.kind == sql::TokenKind::String ? "a string"
                                                            : "a name");
  }
  return tokens;
}

TEST(InjectionCorpus, AQuotedValueIsOneTokenWhateverItIs) {
  std::mt19937 random(kSeed);
  std::size_t rendered = 0;
  for (const Target& target : targets("quoted")) {
    const auto expected = skeleton(target.attack().text("quoted"));
    for (int round = 0; round < 200; ++round) {
      test::Mutation mutation(random, test::Mutation::Keys::Change);
      std::string sql;
      try {
        sql = target.render(mutation).sql;
      } catch (const Error& error) {
        ASSERT_NE(error.message().find(" bytes"), std::string::npos) << error.what();  // too long
        continue;
      }
      ++rendered;
      ASSERT_EQ(skeleton(sql), expected) << target.attack().text("name") << ": " << sql;
    }
  }
  EXPECT_GT(rendered, 5'000U);
}

std::size_t wanted_values() {
  const char* wanted = std::getenv("PGJINJA_INJECTION_VALUES");
  return wanted == nullptr ? 100'000 : std::stoul(wanted);
}

TEST(InjectionCorpus, SameShapeSameText) {
  const std::vector<Target> all = targets("bound");
  std::mt19937 random(kSeed);
  test::Mutation mutation(random);
  for (std::size_t i = 0; mutation.count() < wanted_values(); ++i) {
    const Target& target = all[i % all.size()];
    const std::string name = target.attack().text("name");
    try {
      const sql::Statement statement = target.render(mutation);
      ASSERT_EQ(statement.sql, target.attack().text("bound")) << name << ", round " << i;
      ASSERT_EQ(statement.parameters.size(), target.attack().field("params").as_list().size());
    } catch (const Error& error) {
      FAIL() << name << ", round " << i << ": " << error.what();
    }
  }
}

}  // namespace
}  // namespace pgjinja
