// What rendering and compiling cost: bench_render TEMPLATES (tiny|core) WORK ROUNDS
// WORK is `bound` (a statement: SQL and parameters), `text` (plain text), `compile` (parse and
// compile as for plain text) or `compile-sql` (the same with what binding wants noted). Prints
// nanoseconds each; with ROUNDS 0, works once and prints what it made, which shows that what is
// measured is what one gets. bench/render.py runs it beside its peers.

#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/sql/binder.hpp>
#include <pgjinja/sql/filters.hpp>

#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace {

using namespace pgjinja;

constexpr const char* kUsage =
    "usage: bench_render TEMPLATES (tiny|core) (bound|text|compile|compile-sql) ROUNDS\n";

Context arguments(const std::string& name) {
  if (name == "tiny") return {{"limit", 5}};
  return {{"with_total", true},
          {"tenant", 42},
          {"status", "shipped"},
          {"placed_after", "2026-01-01"},
          {"countries", std::vector<std::string>{"FR", "DE", "IT", "ES", "PT"}},
          {"newest_first", true},
          {"limit", 20},
          {"offset", 40}};
}

jinja::Options options_for_sql() {
  jinja::Options options;
  options.undefined = jinja::UndefinedPolicy::Unprintable;
  options.captures = jinja::Captures::Fragment;
  options.annotate = sql::annotate;
  return options;
}

/// `work` once, which warms up, and then `rounds` times under the clock; `show` gives what it made.
template <class Work, class Show>
int measure(long rounds, const Work& work, const Show& show) {
  work();
  if (rounds == 0) {
    std::cout << show() << "\n";
    return 0;
  }
  const auto begin = std::chrono::steady_clock::now();
  for (long i = 0; i < rounds; ++i) work();
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
  std::cout << std::llround(took.count() / static_cast<double>(rounds)) << "\n";
  return 0;
}

int bound(const std::string& source, const Context& context, long rounds) {
  jinja::Environment environment(options_for_sql());
  sql::install(environment);
  const jinja::Template compiled = environment.compile("bench", source);
  const sql::Binder binder;
  jinja::Fragment fragment;
  sql::Statement statement;
  const auto work = [&] {
    compiled.render(context, fragment);
    binder.bind(std::move(fragment), "bench", statement);
  };
  return measure(rounds, work, [&] {
    return statement.sql + "\n" + std::to_string(statement.parameters.size()) + " parameters";
  });
}

int text(const std::string& source, const Context& context, long rounds) {
  const jinja::Environment environment;
  const jinja::Template compiled = environment.compile("bench", source);
  jinja::Fragment fragment;
  std::string made;
  const auto work = [&] {
    compiled.render(context, fragment);
    made = fragment.to_text();
  };
  return measure(rounds, work, [&] { return made; });
}

int compile(jinja::Environment& environment, const std::string& source, long rounds) {
  const auto work = [&] { static_cast<void>(environment.compile("bench", source)); };
  return measure(rounds, work, [&] { return environment.compile("bench", source).disassemble(); });
}

int run(const std::string& work, const std::string& source, const Context& context, long rounds) {
  if (work == "bound") return bound(source, context, rounds);
  if (work == "text") return text(source, context, rounds);
  const bool for_sql = work == "compile-sql";
  if (!for_sql && work != "compile") {
    std::cerr << kUsage;
    return 2;
  }
  jinja::Environment environment(for_sql ? options_for_sql() : jinja::Options{});
  if (for_sql) sql::install(environment);
  return compile(environment, source, rounds);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::cerr << kUsage;
    return 2;
  }
  const std::string path = std::string(argv[1]) + "/" + argv[2] + ".sql.jinja";
  std::ifstream file(path);
  if (!file) {
    std::cerr << path << ": cannot be read\n";
    return 1;
  }
  const std::string source{std::istreambuf_iterator<char>(file), {}};
  return run(argv[3], source, arguments(argv[2]), std::atol(argv[4]));
}
