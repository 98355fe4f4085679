#include "jinja/rendering.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
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

TEST(EnvironmentConcurrent, ThreadsCallTheSameTypedFilter) {
  Rendering r({},
              {{"t", "{{ n|money }} {{ n|money(currency='a longer text than fits inside') }}"}});
  r.environment.add_filter("money",
                           [](double amount, std::string_view currency) {
                             return std::to_string(static_cast<int>(amount)) +
                                    std::string(currency);
                           },
                           {{"currency", "a default that is not stored inside"}});
  std::atomic<int> wrong{0};
  on_all_threads([&](int t) {
    for (int i = 0; i < kRounds; ++i) {
      const std::string n = std::to_string(t);
      const std::string got = r.environment.get_template("t").render({{"n", t}}).to_text();
      if (got != n + "a default that is not stored inside " + n + "a longer text than fits inside")
        ++wrong;
    }
  });
  EXPECT_EQ(wrong, 0);
}

TEST(EnvironmentConcurrent, EachRenderingChangesItsOwnCopies) {
  Rendering r({}, {{"a", "{% do xs.append(n) %}{% do g[0].append(xs) %}{{ xs }}{{ g }}"}});
  r.environment.add_global("g", Value::list({Value::list({})}));
  const Context shared{{"xs", Value::list({0})}};
  std::atomic<int> wrong{0};
  on_all_threads([&](int t) {
    for (int i = 0; i < kRounds; ++i) {
      const Context own{{"n", t}};
      const Fragment got = r.environment.get_template("a").render(Context::layered(own, shared));
      const std::string xs = "[0, " + std::to_string(t) + "]";
      if (got.to_text() != xs + "[[" + xs + "]]") ++wrong;
    }
  });
  EXPECT_EQ(wrong, 0);
}

/// From begin() on, each look finds another version, and every second one is broken.
class RestlessLoader final : public Loader {
 public:
  void begin() { begun_ = true; }
  [[nodiscard]] std::optional<Source> load(std::string_view name) const override {
    if (name == "main") return Source{"main", "main", "{% include 'f#q' %}{% include 'q' %}"};
    if (name != "f") return std::nullopt;
    const bool broken = version_ % 2 == 1;
    return Source{"f", "f", broken ? "-- name: q\n{% if %}" : "-- name: q\nwhole"};
  }
  [[nodiscard]] std::optional<std::string> token(std::string_view name) const override {
    return name == "f" && begun_ ? std::to_string(++version_) : std::string();
  }
  [[nodiscard]] std::vector<std::string> list() const override { return {"f", "main"}; }

 private:
  std::atomic<bool> begun_{false};
  mutable std::atomic<int> version_{0};
};

TEST(EnvironmentConcurrent, ThreadsReloadWhileOthersRender) {
  std::atomic<int> told{0};
  Options options;
  options.summarise = [](std::string_view) { return TextSummary{}; };
  options.reload.policy = ReloadPolicy::WhenChanged;
  options.reload.check_interval = std::chrono::seconds(0);
  options.reload.on_broken = [&told](const Error&) { ++told; };
  const auto loader = std::make_shared<RestlessLoader>();
  const Environment environment(options, loader);
  ASSERT_EQ(environment.get_template("f#q").render({}).to_text(), "whole");
  ASSERT_EQ(environment.get_template("q").render({}).to_text(), "whole");
  loader->begin();
  std::atomic<int> wrong{0};
  on_all_threads([&](int) {
    for (int i = 0; i < kRounds; ++i) {
      if (environment.get_template("main").render({}).to_text() != "wholewhole") ++wrong;
    }
  });
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(told, 0);
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
