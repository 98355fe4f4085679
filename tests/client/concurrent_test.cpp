#include "client/server.hpp"

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja {
namespace {

struct Echo {
  std::int64_t number;
  std::string text;
};

TEST(ConcurrentClient, AnswersEachCallerWithItsOwnRows) {
  constexpr int kThreads = 8;
  constexpr int kQueries = 200;
  // Fewer connections than threads, so that they also wait for each other.
  const Client db = test::client_with(
      {{"echo", "SELECT {{ n }}::bigint AS number, {{ text }}::text AS text"},
       {"echo_fields",
        "SELECT {{ _model_fields_ }} FROM (VALUES ({{ n }}::bigint, {{ text }}::text))"
        " AS echo (number, text)"},
       {"fail", "SELECT 1 / {{ n }}::integer"}},
      3);
  std::atomic<int> right = 0;
  std::atomic<int> failed = 0;
  const auto work = [&](int thread) {
    for (int i = 0; i < kQueries; ++i) {
      const std::int64_t n = thread * kQueries + i;
      const std::string text = std::to_string(n) + "'";
      const auto echo =
          db.query_one<Echo>(i % 2 == 0 ? "echo" : "echo_fields", {{"n", n}, {"text", text}});
      if (echo.number == n && echo.text == text) ++right;
      if (i % 50 != 0) continue;
      try {
        db.execute("fail", {{"n", 0}});
      } catch (const Error& error) {
        if (error.sqlstate() == "22012") ++failed;
      }
    }
  };
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int thread = 0; thread < kThreads; ++thread) threads.emplace_back(work, thread);
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, kThreads * kQueries);
  EXPECT_EQ(failed, kThreads * kQueries / 50);
}

TEST(ConcurrentClient, OpensItsFirstConnectionsFromManyThreads) {
  const Client db = test::client_with({{"one", "SELECT 1"}}, 4);
  std::atomic<int> ones = 0;
  std::vector<std::thread> threads;
  threads.reserve(8);
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { ones += db.query_one<std::int32_t>("one"); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(ones, 8);
}

}  // namespace
}  // namespace pgjinja
