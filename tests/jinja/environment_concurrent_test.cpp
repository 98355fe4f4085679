#include "jinja/rendering.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja::jinja {
namespace {

constexpr int kThreads = 8;
constexpr int kRounds = 50;

/// Runs `work` on all threads, which start together.
template <class Work>
void on_all_threads(Work work) {
  std::atomic<int> waiting{kThreads};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      --waiting;
      while (waiting > 0) std::this_thread::yield();
      work(t);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(EnvironmentConcurrent, ThreadsShareTheCacheAndThePrograms) {
  const Rendering r({}, {{"a", "{% include 'b' %}{{ n }}"},
                         {"b", "{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m(n) }}{{ shared }}"}});
  const Value shared = Value::list({1, "a text that is not stored inside", 2.5});
  std::atomic<int> wrong{0};
  on_all_threads([&](int t) {
    for (int i = 0; i < kRounds; ++i) {
      const Context context{{"n", t}, {"shared", shared}};
      const std::string n = std::to_string(t);
      const std::string got = r.environment.get_template("a").render(context).to_text();
      if (got != "<" + n + ">[1, 'a text that is not stored inside', 2.5]" + n) ++wrong;
    }
  });
  EXPECT_EQ(wrong, 0);
}

TEST(EnvironmentConcurrent, ThreadsGetTheirErrors) {
  const Rendering r({}, {{"bad", "{% if %}"}, {"undefined", "{{ a.b }}"}});
  std::atomic<int> errors{0};
  on_all_threads([&](int) {
    for (const char* name : {"bad", "undefined", "missing"}) {
      try {
        static_cast<void>(r.environment.get_template(name).render({}));
      } catch (const Error&) {
        ++errors;
      }
    }
  });
  EXPECT_EQ(errors, 3 * kThreads);
}

}  // namespace
}  // namespace pgjinja::jinja
