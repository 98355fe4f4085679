#include "sql/straight_statement.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/sql/binder.hpp>
#include <pgjinja/sql/filters.hpp>
#include <pgjinja/sql/marks.hpp>
#include <pgjinja/sql/summarise.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace pgjinja::sql {
namespace {

jinja::Options options_with(std::size_t output_bytes) {
  jinja::Options options;
  options.captures = jinja::Captures::Fragment;
  options.front_matter = true;
  options.summarise = &summarise;
  options.annotate = &annotate;
  options.limits.output_bytes = output_bytes;
  return options;
}

/// A template, bound as a Client does it, or past what it keeps.
class StraightStatementTest : public testing::Test {
 protected:
  void use(std::string text, std::size_t output_bytes = 1U << 20U) {
    environment_ = std::make_unique<jinja::Environment>(options_with(output_bytes), nullptr);
    install(*environment_);
    environment_->add_global("tenant", Value(7));
    template_ = environment_->compile("query.sql", std::move(text));
  }
  [[nodiscard]] Statement bound(const Context& arguments) const {
    Statement out;
    Binder().bind(template_->render(arguments), "query.sql", out);
    return out;
  }
  void keep(const Context& arguments) const {
    StraightStatement::keep(*template_, arguments, bound(arguments));
  }
  [[nodiscard]] const StraightStatement* kept() const { return StraightStatement::of(*template_); }
  /// nullopt: it has to be rendered.
  [[nodiscard]] std::optional<Statement> straight(const Context& arguments) const {
    Statement out;
    out.raw_texts.emplace_back("of a statement before");
    out.parameters.emplace_back("of a statement before");
    out.fragment.append(Value("of a statement before"));
    if (!kept()->bind(*template_, arguments, out)) return std::nullopt;
    return out;
  }
  void forget_template() {
    template_.reset();
    environment_.reset();
  }

 private:
  std::unique_ptr<jinja::Environment> environment_;
  std::optional<jinja::Template> template_;
};

std::string places_of(const Statement& statement) {
  std::string all;
  for (std::size_t at = 0; at <= statement.sql.size(); ++at) {
    const auto place = statement.place_of(at);
    all += place
               ? fmt::format("{}:{}:{}+{} ", place->name, place->line, place->column, place->length)
               : "nowhere ";
  }
  for (const jinja::PrintSite* site : statement.sites) {
    all += fmt::format("{} at {} ", site->expression, site->place().column);
  }
  return all;
}

void expect_same(const std::optional<Statement>& straight, const Statement& rendered) {
  ASSERT_TRUE(straight);
  EXPECT_EQ(straight->sql, rendered.sql);
  EXPECT_EQ(straight->parameters, rendered.parameters);
  EXPECT_EQ(straight->raw_texts, rendered.raw_texts);
  EXPECT_EQ(straight->template_name, rendered.template_name);
  EXPECT_EQ(places_of(*straight), places_of(rendered));
  EXPECT_TRUE(straight->fragment.empty()) << "no value lives on in it";
}

TEST_F(StraightStatementTest, IsWhatRenderingAndBindingMake) {
  use("SELECT *, {{ tenant }}\nFROM city\nWHERE id = {{ id }} AND name = {{ name }} OR {{ id }}");
  keep({{"id", 1}, {"name", "Lyon"}});
  for (const Context& arguments :
       {Context{{"id", 2}, {"name", "Paris"}}, Context{{"name", "Orléans"}, {"id", nullptr}},
        Context{{"id", 2.5},
                {"more", 1},
                {"name", Value::bytes(std::string_view("\0\xFF", 2))},
                {"tenant", true}}}) {
    expect_same(straight(arguments), bound(arguments));
  }
}

TEST_F(StraightStatementTest, MayHaveNoValues) {
  use("SELECT 1");
  keep({});
  expect_same(straight({}), bound({}));
}

TEST_F(StraightStatementTest, HoldsArgumentsToTheDeclarations) {
  use("{#---\n@param id: int\n@param most: int = 5\n---#}\nSELECT {{ id }} LIMIT {{ most }}");
  keep({{"id", 1}});
  expect_same(straight({{"id", 2}}), bound({{"id", 2}}));
  expect_same(straight({{"id", 2}, {"most", 3}}), bound({{"id", 2}, {"most", 3}}));
  for (const Context& wrong : {Context{{"id", "x"}}, Context{}, Context{{"id", 1}, {"mots", 2}}}) {
    std::string rendered;
    try {
      static_cast<void>(bound(wrong));
    } catch (const Error& error) {
      rendered = error.what();
    }
    try {
      static_cast<void>(straight(wrong));
      ADD_FAILURE() << "not refused, but by rendering: " << rendered;
    } catch (const Error& error) {
      EXPECT_EQ(error.what(), rendered);
    }
  }
}

TEST_F(StraightStatementTest, LeavesToRenderingWhatIsNoPlainValue) {
  use("SELECT * FROM city WHERE name = {{ name }}");
  keep({{"name", "Lyon"}});
  EXPECT_FALSE(straight({}));
  EXPECT_FALSE(straight({{"name", identifier({"name"})}}));
  EXPECT_FALSE(straight({{"name", Value::list({Value(1)})}}));
  EXPECT_FALSE(straight({{"name", Value(Map{{"a", 1}})}}));
  EXPECT_TRUE(straight({{"name", "Paris"}}));
}

TEST_F(StraightStatementTest, IsMadeOfAListAsOfAnotherValue) {
  use("SELECT * FROM city WHERE id = ANY({{ ids }})");
  keep({{"ids", Value::list({Value(1)})}});
  ASSERT_NE(kept(), nullptr);
  EXPECT_FALSE(straight({{"ids", Value::list({Value(1)})}}));
  expect_same(straight({{"ids", "{1,2}"}}), bound({{"ids", "{1,2}"}}));
}

TEST_F(StraightStatementTest, LeavesToRenderingWhatNoServerTakes) {
  use("SELECT {{ name }}, {{ id }}");
  keep({{"name", "Lyon"}, {"id", 1}});
  EXPECT_FALSE(straight({{"name", "\xFF"}, {"id", 1}}));
  EXPECT_FALSE(straight({{"name", std::string_view("a\0b", 3)}, {"id", 1}}));
  EXPECT_FALSE(straight({{"name", "Lyon"}, {"id", "\xC3"}}));
}

TEST_F(StraightStatementTest, LeavesToRenderingWhatIsTooMuchText) {
  constexpr std::size_t kConstant = std::string_view("SELECT , ").size();
  use("SELECT {{ a }}, {{ b }}", kConstant + 10);
  keep({{"a", "x"}, {"b", "y"}});
  EXPECT_TRUE(straight({{"a", "12345"}, {"b", "12345"}}));
  EXPECT_FALSE(straight({{"a", "12345"}, {"b", "123456"}}));
  EXPECT_FALSE(straight({{"a", "12345678901"}, {"b", 1}}));
}

TEST_F(StraightStatementTest, IsNotMadeOfWhatAMarkWasPrintedIn) {
  use("SELECT * FROM city ORDER BY name, {{ key }}");
  keep({{"key", identifier({"id"})}});
  EXPECT_EQ(kept(), nullptr);
}

TEST_F(StraightStatementTest, IsNotMadeOfWhatLacksAValue) {
  use("SELECT 1 {{ more }}");
  keep({});  // the policy lets it be: it printed nothing
  EXPECT_EQ(kept(), nullptr);
  keep({{"more", 1}});
  expect_same(straight({{"more", 2}}), bound({{"more", 2}}));
}

TEST_F(StraightStatementTest, IsKeptOfATemplateOnce) {
  use("SELECT {{ id }}");
  keep({{"id", 1}});
  const StraightStatement* first = kept();
  keep({{"id", 2}});
  EXPECT_EQ(kept(), first);
}

TEST_F(StraightStatementTest, KnowsThatATemplateIsNotStraight) {
  use("SELECT {{ id }}{% if more %}, 1{% endif %}");
  keep({{"id", 1}, {"more", false}});
  ASSERT_NE(kept(), nullptr);
  EXPECT_FALSE(straight({{"id", 1}, {"more", false}}));
  EXPECT_FALSE(straight({{"id", 1}, {"more", true}}));
}

TEST_F(StraightStatementTest, LeadsBackToTheTemplateWhenThatIsGone) {
  use("SELECT {{ id }}");
  keep({{"id", 1}});
  const std::optional<Statement> statement = straight({{"id", 1}});
  const std::string before = places_of(*statement);
  forget_template();
  EXPECT_EQ(places_of(*statement), before);
}

}  // namespace
}  // namespace pgjinja::sql
