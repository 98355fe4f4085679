#include "sql/check/checking.hpp"

#include <pgjinja/sql/shapes.hpp>

#include <gtest/gtest.h>

namespace pgjinja::sql {
namespace {

using Texts = std::vector<std::string>;

Texts texts_of(const Shapes& found) {
  Texts texts;
  for (const Shape& shape : found.shapes) texts.push_back(shape.sql);
  return texts;
}

Shapes shapes_of(const std::string& text, std::size_t limit = 1'000) {
  const Checking checking(text);
  return shapes(checking.environment.get_template("main"), {.shapes = limit});
}

TEST(Shapes, AreTheTextsThatATemplateCanGive) {
  struct Row {
    std::string text;
    Texts shapes;
  };
  for (const Row& row : {
           Row{"SELECT {{ a }}", {"SELECT $1"}},
           {"{% if a %}A{% endif %}{% if b %}B{% endif %}", {"AB", "A", "B", ""}},
           {"{% if a %}A {% endif %}{{ b }}{% if a %} C{% endif %}", {"A $1 C", "$1"}},
           {"{% if k == 1 %}A{% elif k == 2 %}B{% else %}C{% endif %}{% if k == 2 %}D{% endif %}",
            {"A", "BD", "C"}},
           {"{% if a is defined and a %}A{% else %}B{% endif %}", {"A", "B"}},
           {"A {{ 'B' | raw if a else 'C' | raw }}", {"A B", "A C"}},
           {"{% for x in xs %}{{ x }}{% if not loop.last %}, {% endif %}{% else %}none{% endfor %}",
            {"none", "$1", "$1, $2"}},
           {"{% for x in xs %} {{ x }}{% endfor %};{% for x in xs %} {{ x }}{% endfor %}",
            {";", " $1; $2", " $1 $2; $3 $4"}},
           {"{% for x in xs %}{% if x.a %}A{% else %}B{% endif %}{% endfor %}",
            {"", "A", "B", "AA", "AB", "BA", "BB"}},
           {"{% for x in ['a', 'b'] %}{{ x | identifier }} {% endfor %}", {"\"a\" \"b\" "}},
           {"{% macro m(x) %}{% if x %}= {{ x }}{% else %}IS NULL{% endif %}{% endmacro %}"
            "a {{ m(a) }} b {{ m(none) }}",
            {"a = $1 b IS NULL", "a IS NULL b IS NULL"}},
           {"SELECT {{ [1, 2] | in }}", {"SELECT ($1, $2)"}},
           {"{% if a %}'{{ b }}'{% else %}{{ b }}{% endif %}", {"$1"}},  // the other is refused
           {"{% if a %}A{% else %}A{% endif %}", {"A"}},
       }) {
    const Shapes found = shapes_of(row.text);
    EXPECT_EQ(texts_of(found), row.shapes) << row.text;
    EXPECT_TRUE(found.complete) << row.text;
  }
}

TEST(Shapes, TellTheirParametersAndWhatAValueWrites) {
  const Shapes found = shapes_of("{{ a }}, {{ b.c }} {{ d | identifier }}");
  ASSERT_EQ(found.shapes.size(), 1U);
  EXPECT_EQ(found.shapes[0].parameters, (Texts{"a", "b.c"}));
  EXPECT_EQ(found.shapes[0].by_value, (Texts{"d | identifier"}));
  EXPECT_EQ(shapes_of("{% if a %}A{% endif %}").shapes[0].when, "`a` is true");
}

TEST(Shapes, SayWhenThereMayBeMore) {
  std::string text;
  for (int i = 0; i < 12; ++i) {
    text += "{% if a" + std::to_string(i) + " %}A" + std::to_string(i) + " {% endif %}";
  }
  const Shapes cut = shapes_of(text, 100);
  EXPECT_EQ(cut.shapes.size(), 100U);
  EXPECT_FALSE(cut.complete);
  EXPECT_EQ(cut.reasons, (Texts{"more than 100 shapes"}));
  EXPECT_EQ(shapes_of(text, 4'096).shapes.size(), 4'096U);
  EXPECT_FALSE(shapes_of("A{% include x %}").complete);
}

}  // namespace
}  // namespace pgjinja::sql
