#include "client/nearest_name.hpp"

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

TEST(NearestName, FindsTheMisspeltAndTheAbbreviated) {
  const struct {
    std::string_view name;
    std::vector<std::string> candidates;
    std::string near;
  } cases[] = {
      {"nmae", {"id", "name"}, "name"},
      {"popn", {"id", "population"}, "population"},
      {"population", {"id", "pop"}, "pop"},
      {"pn", {"population"}, ""},
      {"opn", {"population"}, ""},
      {"elevation", {"id", "name"}, ""},
      {"", {"id", ""}, ""},
      {"x", {}, ""},
  };
  for (const auto& [name, candidates, near] : cases) {
    EXPECT_EQ(nearest_name(name, candidates), near) << name;
  }
}

}  // namespace
}  // namespace pgjinja
