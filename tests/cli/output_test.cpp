#include "cli/output.hpp"

#include "cli/error_json.hpp"

#include <string>

#include <gtest/gtest.h>

namespace pgjinja::cli {
namespace {

Error example() {
  return Error(ErrorKind::Binding, "{{ x }} stands inside a string")
      .at({"", "q.sql", 12, 8, 7, "SELECT '{{ x }}'"})
      .hint("drop the quotes");
}

/// Colours as letters: R red, B blue, C cyan, 0 plain.
std::string readable(std::string text) {
  const std::pair<const char*, const char*> names[] = {
      {"\x1b[1;31m", "<R>"}, {"\x1b[34m", "<B>"}, {"\x1b[36m", "<C>"}, {"\x1b[0m", "<0>"}};
  for (const auto& [code, name] : names) {
    for (std::size_t at = 0; (at = text.find(code)) != std::string::npos;) {
      text.replace(at, std::string_view(code).size(), name);
    }
  }
  return text;
}

TEST(ColourReport, ColoursKindArrowCaretsAndHint) {
  EXPECT_EQ(readable(colour_report(example().what())),
            "<R>error[binding]<0>: {{ x }} stands inside a string\n"
            "<B>  --><0> q.sql:12:8\n"
            "<B>   |<0>\n"
            "<B>12 |<0> SELECT '{{ x }}'\n"
            "<B>   |<0><R>        ^^^^^^^<0>\n"
            "<B>   =<0><C> hint: drop the quotes<0>");
}

TEST(ColourReport, LeavesTextWithoutAHeadAlone) { EXPECT_EQ(colour_report("INSERT"), "INSERT"); }

TEST(ErrorObject, HasEveryKeyAlways) {
  EXPECT_EQ(error_object(example()),
            "{\"kind\": \"binding\", \"message\": \"{{ x }} stands inside a string\", "
            "\"template\": \"q.sql\", \"line\": 12, \"column\": 8, \"hint\": \"drop the quotes\", "
            "\"detail\": null, \"sqlstate\": null}");
  EXPECT_EQ(error_object(Error(ErrorKind::Server, "no").sqlstate("42P01").detail("d")),
            "{\"kind\": \"server\", \"message\": \"no\", \"template\": null, \"line\": null, "
            "\"column\": null, \"hint\": null, \"detail\": \"d\", \"sqlstate\": \"42P01\"}");
}

}  // namespace
}  // namespace pgjinja::cli
