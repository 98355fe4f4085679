// The cases below tests/golden: KIND/CASE/ with
//   cmd              the arguments, one a line; without it the command that its kind is about
//   templates/       and params.json, or whatever else the arguments name
//   fill             "PATH BYTES": a file of that many bytes is made, too large for the repository
//   expected_stdout, expected_stderr, expected_exit     without one: nothing, nothing, 0
// Each runs in a copy of its directory. After a change that is meant,
//   PGJINJA_UPDATE_GOLDEN=1 build/dev/tests/cli/golden_test
// writes the expectations anew: read the difference before you commit it.

#include "cli/program.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

namespace fs = std::filesystem;
using test::contents;

const fs::path kGolden = fs::path(PGJINJA_TEST_DATA) / "golden";

/// "render/whitespace": all directories two levels below tests/golden.
std::vector<std::string> all_cases() {
  std::vector<std::string> cases;
  for (const auto& kind : fs::directory_iterator(kGolden)) {
    for (const auto& one : fs::directory_iterator(kind)) {
      cases.push_back(one.path().lexically_relative(kGolden).string());
    }
  }
  std::sort(cases.begin(), cases.end());
  return cases;
}

std::vector<std::string> default_command(const fs::path& directory, const std::string& kind) {
  if (kind == "validate") return {"validate", "--templates", "templates"};
  std::vector<std::string> words{"render", "main", "--templates", "templates"};
  if (kind == "render") words.emplace_back("--text");
  if (fs::exists(directory / "params.json")) {
    words.insert(words.end(), {"--params", "@params.json"});
  }
  return words;
}

std::vector<std::string> command(const fs::path& directory, const std::string& kind) {
  if (!fs::exists(directory / "cmd")) return default_command(directory, kind);
  std::vector<std::string> words;
  std::istringstream lines(contents(directory / "cmd"));
  for (std::string line; std::getline(lines, line);) words.push_back(line);
  return words;
}

void fill(const fs::path& directory) {
  std::istringstream wanted(contents(directory / "fill"));
  std::string path;
  for (std::size_t bytes = 0; wanted >> path >> bytes;) {
    fs::create_directories((directory / path).parent_path());
    std::ofstream(directory / path) << std::string(bytes, 'x');
  }
}

void write_or_remove(const fs::path& file, const std::string& text) {
  if (text.empty()) {
    fs::remove(file);
  } else {
    std::ofstream(file, std::ios::binary) << text;
  }
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, IsAsExpected) {
  const fs::path directory = kGolden / GetParam();
  const test::TemporaryDirectory copy;
  fs::copy(directory, copy.path() / "case", fs::copy_options::recursive);
  fill(copy.path() / "case");
  const std::string kind = fs::path(GetParam()).begin()->string();
  const test::Outcome run =
      test::run_pgjinja(command(directory, kind), {.directory = copy.path() / "case"});
  const std::string exit = run.exit == 0 ? "" : std::to_string(run.exit) + "\n";

  if (std::getenv("PGJINJA_UPDATE_GOLDEN") != nullptr) {
    write_or_remove(directory / "expected_stdout", run.out);
    write_or_remove(directory / "expected_stderr", run.err);
    write_or_remove(directory / "expected_exit", exit);
    return;
  }
  EXPECT_EQ(run.out, contents(directory / "expected_stdout"));
  EXPECT_EQ(run.err, contents(directory / "expected_stderr"));
  EXPECT_EQ(exit, contents(directory / "expected_exit"));
}

std::string test_name(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace_if(name.begin(), name.end(), [](char c) { return c == '/' || c == '-'; }, '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Cases, Golden, testing::ValuesIn(all_cases()), test_name);

// A kind whose directory is empty or misspelt would pass in silence.
TEST(GoldenCases, AreThereForEveryKind) {
  std::map<std::string, int> counted;
  for (const std::string& one : all_cases()) ++counted[fs::path(one).begin()->string()];
  std::set<std::string> kinds;
  for (const auto& [kind, cases] : counted) kinds.insert(kind);
  EXPECT_EQ(kinds, (std::set<std::string>{"bind", "cli", "error", "render", "shapes", "validate"}));
  EXPECT_GE(counted["render"], 25);
  EXPECT_GE(counted["bind"], 25);
  EXPECT_GE(counted["error"], 30);
  EXPECT_GE(counted["validate"], 35);
  EXPECT_GE(counted["shapes"], 4);
}

}  // namespace
}  // namespace pgjinja
