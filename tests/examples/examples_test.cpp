#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

// What the pages of docs/ show is what is compiled, and what it prints.

namespace {

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

/// What a program prints.
std::string output_of(const std::string& program) {
  std::FILE* pipe = ::popen(program.c_str(), "r");
  if (pipe == nullptr) return "no such program";
  std::string out;
  std::array<char, 4096> buffer{};
  while (const std::size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    out.append(buffer.data(), n);
  }
  EXPECT_EQ(::pclose(pipe), 0) << program;
  return out;
}

/// The last fenced block of `page` that begins with ```kind; without the fences.
std::string last_block(const std::string& page, std::string_view kind) {
  const std::string fence = "\n```" + std::string(kind) + "\n";
  const std::size_t begin = page.rfind(fence);
  EXPECT_NE(begin, std::string::npos) << fence;
  const std::size_t from = begin + fence.size();
  return page.substr(from, page.find("\n```\n", from) + 1 - from);
}

/// The page shows the program `name` as it is, and all that it prints.
void expect_shown(const std::string& page_name, const std::string& name) {
  const std::string root = PGJINJA_SOURCE_ROOT;
  const std::string page = contents(root + "/docs/" + page_name);
  EXPECT_EQ(last_block(page, "cpp"), contents(root + "/examples/" + name + "/" + name + ".cpp"));
  const std::string printed =
      output_of(std::string(PGJINJA_BINARY_ROOT) + "/examples/" + name + "/" + name);
  EXPECT_NE(page.find("It prints:\n\n```\n" + printed + "```\n"), std::string::npos) << printed;
}

TEST(Examples, BulkIsAsThePageShowsIt) { expect_shown("bulk.md", "bulk"); }

TEST(Examples, CustomFiltersAreAsThePageShowsThem) {
  expect_shown("custom-filters.md", "custom_filters");
}

TEST(Examples, DataIsAsThePageShowsIt) { expect_shown("data.md", "data"); }
TEST(Examples, TheClusterIsAsThePageShowsIt) { expect_shown("cluster.md", "cluster"); }
TEST(Examples, ThePoolIsAsThePageShowsIt) { expect_shown("pool.md", "pool"); }
TEST(Examples, PagesAreAsThePageShowsThem) { expect_shown("pages.md", "pages"); }

TEST(Examples, StreamsAreAsThePageShowsThem) { expect_shown("streams.md", "streams"); }

#ifdef PGJINJA_HAS_ASYNC
TEST(Examples, CoroutinesAreAsThePageShowsThem) { expect_shown("async.md", "coroutines"); }

TEST(Examples, AnHttpServiceAnswersItself) {
  EXPECT_EQ(output_of(std::string(PGJINJA_BINARY_ROOT) + "/examples/http_service/http_service"),
            "GET /cities → 200 [{\"id\":1,\"name\":\"Oslo\",\"population\":717710},"
            "{\"id\":2,\"name\":\"Bergen\",\"population\":291940},"
            "{\"id\":3,\"name\":\"Ås \\\"x\\\"\",\"population\":20780}]\n"
            "GET /cities?name=erg → 200 [{\"id\":2,\"name\":\"Bergen\",\"population\":291940}]\n"
            "GET /cities/3 → 200 {\"id\":3,\"name\":\"Ås \\\"x\\\"\",\"population\":20780}\n"
            "GET /cities/9 → 404 {\"error\":\"no such city\"}\n"
            "GET /x → 404 {\"error\":\"no such page\"}\n");
}
#endif

TEST(Examples, TransactionsAreAsThePageShowsThem) {
  expect_shown("transactions.md", "transactions");
}

}  // namespace
