#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/sql/summarise.hpp>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja::sql {
namespace {

TEST(Summarise, CommentsAndWhiteSpaceAreNoCode) {
  for (const char* blank : {"", " \n\t", "-- c", "-- c\n", "--", "/* c */",
                            "/* a /* b */ c */ -- d\n", "/**/", "-- it's\n", "/* ' */"}) {
    EXPECT_FALSE(summarise(blank).has_code) << blank;
  }
  for (const char* code : {"x", ";", "1", "'", "''", "\"a\"", "$$", "$1", "-- c\nx", "/* c */;",
                           "-1", "1-- c", "+", "a /* c", ".", ":"}) {
    EXPECT_TRUE(summarise(code).has_code) << code;
  }
}

TEST(Summarise, SaysWhetherSomethingIsLeftOpen) {
  for (const char* open : {"'", "'a''", "E'\\'", "/* c", "/* /* */", "\"a", "$$ x", "$a$ $$", "b'0",
                           "U&'a", "U&\"a", "-- c\n'"}) {
    EXPECT_TRUE(summarise(open).open_ended) << open;
  }
  for (const char* closed : {"", "x", "'a'", "'a'''", "-- it's", "-- c\n", "/* c */", "\"a\"",
                             "$$ ' $$", "$a$ $$ $a$", "'\\'", "1 -", "'a' "}) {
    EXPECT_FALSE(summarise(closed).open_ended) << closed;
  }
}

std::vector<std::string> queries_of(const std::string& text) {
  jinja::Options options;
  options.summarise = &summarise;
  std::map<std::string, std::string> files{{"f", text}};
  return jinja::Environment(options, std::make_shared<jinja::MapLoader>(std::move(files))).list();
}

TEST(Summarise, TagsAreWhiteSpaceAndRawBlocksAreText) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(queries_of("-- name: a\n1 /{{ x }}* 2\n-- name: b\n"), (Names{"f#a", "f#b"}));
  EXPECT_EQ(queries_of("-- name: a\n{% raw %}'{% endraw %}\n-- name: b\n'"), (Names{"f#a"}));
  EXPECT_EQ(queries_of("-- name: a\n{# ' #}{{ '/*' }}\n-- name: b\n"), (Names{"f#a", "f#b"}));
}

}  // namespace
}  // namespace pgjinja::sql
