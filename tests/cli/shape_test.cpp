// The promise of the binder, over the templates of tests/golden/bind: the SQL text is the same for
// all values of the same shape. A case's file `fixed` names the parameters that its template's
// control flow or marks depend on: they keep their value.

#include "cli/mutation.hpp"
#include "cli/program.hpp"
#include "cli/value_json.hpp"

#include <pgjinja/client/client.hpp>
#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kSeed = 20240229;
constexpr int kRounds = 300;

std::set<std::string> fixed_names(const fs::path& directory) {
  std::set<std::string> names;
  std::istringstream words(test::contents(directory / "fixed"));
  for (std::string word; words >> word;) names.insert(word);
  return names;
}

std::vector<std::string> bind_cases() {
  std::vector<std::string> names;
  for (const auto& one : fs::directory_iterator(fs::path(PGJINJA_TEST_DATA) / "golden/bind")) {
    if (fs::exists(one.path() / "params.json")) names.push_back(one.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class Shape : public testing::TestWithParam<std::string> {};

TEST_P(Shape, AloneDecidesTheText) {
  const fs::path directory = fs::path(PGJINJA_TEST_DATA) / "golden/bind" / GetParam();
  const Client client({.templates = {directory / "templates"}});
  const Value given = cli::read_json(test::contents(directory / "params.json"), "params.json");
  const Context context{Map(given.as_map())};
  const sql::Statement expected = client.render("main", context);
  const std::set<std::string> fixed = fixed_names(directory);

  std::mt19937 random(kSeed);
  for (int round = 0; round < kRounds; ++round) {
    const Context other = test::Mutation(random).of(context, fixed);
    const sql::Statement statement = client.render("main", other);
    ASSERT_EQ(statement.sql, expected.sql)
        << "seed " << kSeed << ", round " << round << ", with " << [&] {
             std::string json;
             cli::append_value_json(json, Value(Map(other.values())));
             return json;
           }();
    ASSERT_EQ(statement.parameters.size(), expected.parameters.size());
  }
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Golden, Shape, testing::ValuesIn(bind_cases()), test_name);

}  // namespace
}  // namespace pgjinja
