// The promise of the binder, over the templates of tests/golden/bind: the SQL text is the same for
// all values of the same shape. A case's file `fixed` names the parameters that its template's
// control flow or marks depend on: they keep their value.

#include "cli/program.hpp"
#include "cli/value_json.hpp"

#include <pgjinja/client/client.hpp>
#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kSeed = 20240229;
constexpr int kRounds = 300;

/// Makes other values of the same shape: kind, truth, and the lengths of lists and maps stay.
class Mutation {
 public:
  explicit Mutation(std::mt19937& random) : random_(random) {}

  Value of(const Value& value) {
    switch (value.kind()) {
      case Kind::Int: return value.as_int() == 0 ? value : Value(nonzero());
      case Kind::Float: return Value(static_cast<double>(nonzero()) / 7.0);
      case Kind::Text: return value.as_text().empty() ? value : Value(text());
      case Kind::Bytes: return Value::bytes(text());
      case Kind::List: {
        std::vector<Value> items;
        for (const Value& item : value.as_list()) items.push_back(of(item));
        return Value::list(std::move(items));
      }
      case Kind::Map: {
        Map map;
        for (const Map::Entry& entry : value.as_map()) map.set(entry.key, of(entry.value));
        return Value(std::move(map));
      }
      default: return value;
    }
  }

 private:
  std::int64_t nonzero() {
    const auto number = static_cast<std::int64_t>(random_() % 1'000'003) - 500'000;
    return number == 0 ? 1 : number;
  }

  std::string text() {
    static const std::vector<std::string> kHostile = {
        "'",        "''",
        "\\'",      "\"",
        "`",        "--",
        "/*",       "*/",
        ";",        "$1",
        "$$",       "$tag$",
        "{{ x }}",  "{% raw %}",
        "E'\\''",   "U&'\\0027'",
        "%",        "_",
        "\\",       "\n",
        "\r\n--",   "\xE2\x80\xA8",
        "\xC2\xA0", "' OR '1'='1",
        "NULL",     "1); DROP TABLE city; --",
        "::int",    "|| '",
        "a",
    };
    std::string out;
    for (auto n = 1 + random_() % 4; n > 0; --n) out += kHostile[random_() % kHostile.size()];
    return out;
  }

  std::mt19937& random_;
};

std::set<std::string> fixed_names(const fs::path& directory) {
  std::set<std::string> names;
  std::istringstream words(test::contents(directory / "fixed"));
  for (std::string word; words >> word;) names.insert(word);
  return names;
}

Context mutated(const Context& context, const std::set<std::string>& fixed, std::mt19937& random) {
  Context other;
  Mutation mutation(random);
  for (const Map::Entry& entry : context.values()) {
    const std::string name(entry.key.as_text());
    other.set(name, fixed.contains(name) ? entry.value : mutation.of(entry.value));
  }
  return other;
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
    const Context other = mutated(context, fixed, random);
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
