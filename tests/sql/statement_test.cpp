#include "sql/rendering.hpp"

#include <pgjinja/sql/marks.hpp>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace pgjinja::sql {
namespace {

std::string show(const std::optional<SourcePlace>& place) {
  if (!place) return "nowhere";
  return fmt::format("{}:{}:{} +{}", place->name, place->line, place->column, place->length);
}

TEST(Statement, LeadsBackToTheTemplate) {
  const Statement s = Binder().bind(
      Rendering("SELECT nane\nFROM {{ t }}\nWHERE \"größe\" = {{ n }} AND bogus\v LIMIT x",
                {{"t", identifier({"city"})}, {"n", 7}}));
  ASSERT_EQ(s.sql, "SELECT nane\nFROM \"city\"\nWHERE \"größe\" = $1 AND bogus LIMIT x");
  const auto at = [&](std::string_view text) { return s.sql.find(text); };

  EXPECT_EQ(show(s.place_of(0)), "query.sql:1:1 +6");
  EXPECT_EQ(show(s.place_of(at("nane"))), "query.sql:1:8 +4");
  EXPECT_EQ(show(s.place_of(at(" nane"))), "query.sql:1:7 +1");
  EXPECT_EQ(show(s.place_of(at("\"city\""))), "query.sql:2:6 +7");
  EXPECT_EQ(show(s.place_of(at("ity\""))), "query.sql:2:6 +7");
  EXPECT_EQ(show(s.place_of(at("\"größe\""))), "query.sql:3:7 +7");
  EXPECT_EQ(show(s.place_of(at("$1"))), "query.sql:3:17 +7");
  EXPECT_EQ(show(s.place_of(at("bogus"))), "query.sql:3:29 +5");
  EXPECT_EQ(show(s.place_of(at("LIMIT"))), "query.sql:3:36 +5");
  EXPECT_EQ(show(s.place_of(s.sql.size())), "query.sql:3:43 +1");
  EXPECT_EQ(show(s.place_of(s.sql.size() + 1)), "nowhere");
}

TEST(Statement, CountsCharactersFromOne) {
  const Statement s = Binder().bind(Rendering("SELECT 'größe', {{ n }}, x", {{"n", 7}}));
  EXPECT_EQ(show(s.place_of_position(0)), "nowhere");
  EXPECT_EQ(show(s.place_of_position(1)), "query.sql:1:1 +6");
  EXPECT_EQ(show(s.place_of_position(8)), "query.sql:1:8 +7");
  EXPECT_EQ(show(s.place_of_position(17)), "query.sql:1:17 +7");
  EXPECT_EQ(show(s.place_of_position(21)), "query.sql:1:26 +1");
  EXPECT_EQ(show(s.place_of_position(22)), "query.sql:1:27 +1");
  EXPECT_EQ(show(s.place_of_position(23)), "nowhere");
  EXPECT_EQ(show(s.place_of_position(SIZE_MAX)), "nowhere");
}

TEST(Statement, EmptyHasNoPlaces) {
  const Statement s = Binder().bind(jinja::Fragment());
  EXPECT_EQ(s.sql, "");
  EXPECT_EQ(show(s.place_of(0)), "nowhere");
  EXPECT_EQ(show(s.place_of_position(1)), "nowhere");
}

TEST(Statement, ALiteralIsOnePlace) {
  jinja::Source source{"query", "query.sql", "{{ xs | join(', ') }}"};
  const jinja::TextConstant comma{", ", &source, 14, 2, 0};
  jinja::Fragment fragment;
  fragment.append(comma);
  const Statement s = Binder().bind(fragment);
  EXPECT_EQ(show(s.place_of(0)), "query.sql:1:15 +2");
  EXPECT_EQ(show(s.place_of(1)), "query.sql:1:15 +2");
}

}  // namespace
}  // namespace pgjinja::sql
