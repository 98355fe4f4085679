// How long rendering takes, binds built: bench_render TEMPLATES (tiny|core) ROUNDS
// Prints nanoseconds per rendering; with ROUNDS 0, renders once and prints the statement, which
// shows that what is measured is what one gets. bench/render.py runs it beside its peers.

#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/sql/binder.hpp>
#include <pgjinja/sql/filters.hpp>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

namespace {

using namespace pgjinja;

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

int run(const std::string& directory, const std::string& name, long rounds) {
  jinja::Options options;
  options.undefined = jinja::UndefinedPolicy::Unprintable;
  options.captures = jinja::Captures::Fragment;
  options.annotate = sql::annotate;
  jinja::Environment environment(options, std::make_shared<jinja::DirectoryLoader>(
                                              std::vector<std::filesystem::path>{directory}));
  sql::install(environment);
  const sql::Binder binder;
  const Context context = arguments(name);
  const jinja::Template compiled = environment.get_template(name);
  jinja::Fragment fragment;
  sql::Statement statement;
  const auto render = [&] {
    compiled.render(context, fragment);
    binder.bind(std::move(fragment), name, statement);
  };

  render();
  if (rounds == 0) {
    std::cout << statement.sql << "\n" << statement.parameters.size() << " parameters\n";
    return 0;
  }
  const auto begin = std::chrono::steady_clock::now();
  for (long i = 0; i < rounds; ++i) render();
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begin;
  std::cout << took.count() / static_cast<double>(rounds) << "\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: bench_render TEMPLATES (tiny|core) ROUNDS\n";
    return 2;
  }
  return run(argv[1], argv[2], std::atol(argv[3]));
}
