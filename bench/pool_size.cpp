// How a pool's size follows its load: bench_pool_size [FILE]. Each load is simulated with the
// pool's own machine (tests/pg/pool/simulation.hpp), and then put on a real pool and a real server,
// with the same calls at the same moments. Prints a table; the courses go to FILE, as CSV.

#include "pg/pool/load.hpp"
#include "pg/pool/simulation.hpp"
#include "testbed.hpp"

#include <pgjinja/pg/embedded_server.hpp>
#include <pgjinja/pg/pool.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace {

using namespace std::chrono_literals;
using namespace pgjinja::pg;
using namespace pgjinja::pg::pool;
using Steady = std::chrono::steady_clock;
using std::chrono::microseconds;

/// As many as ever wait or run at once in these loads.
constexpr int kCallers = 200;

struct Variant {
  std::string name;
  PoolSettings settings;
};

const std::vector<Variant> kVariants = {
    {"fixed", {.max_size = 32, .min_size = 32}},
    {"at once", {.max_size = 32, .min_size = 2, .grow_after = 0ms, .idle_timeout = 2s}},
    {"adaptive", {.max_size = 32, .min_size = 2, .idle_timeout = 2s}}};

microseconds length_of(const Load& load) {
  microseconds length{0};
  for (const Phase& phase : load.phases) length += phase.lasts;
  return length;
}

/// Looks at a pool's size as long as it lives.
class Observer {
 public:
  Observer(const Pool& pool, Steady::time_point begin)
      : thread_([this, &pool, begin](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            const std::size_t open = pool.statistics().open;
            const auto at = std::chrono::duration_cast<microseconds>(Steady::now() - begin);
            if (sizes_.empty() || sizes_.back().open != open) sizes_.push_back({at, open});
            std::this_thread::sleep_for(2ms);
          }
        }) {}
  std::vector<SizeAt> end() {
    thread_.request_stop();
    thread_.join();
    return std::move(sizes_);
  }

 private:
  std::vector<SizeAt> sizes_;
  std::jthread thread_;
};

void call(Pool& pool, const Call& what) {
  const Lease lease = pool.acquire();
  lease->run_script(
      fmt::format("SELECT pg_sleep({})", static_cast<double>(what.takes.count()) / 1e6));
}

/// The same calls on a real pool.
Course experience(const Settings& server, const PoolSettings& settings,
                  const std::vector<Call>& calls, microseconds length) {
  Course course;
  course.waits.resize(calls.size());
  Pool pool(server, settings);
  pool.prewarm();
  const auto begin = Steady::now();
  Observer observer(pool, begin);
  std::atomic<std::size_t> next = 0;
  {
    std::vector<std::jthread> callers;
    for (int i = 0; i < kCallers; ++i) {
      callers.emplace_back([&] {
        for (std::size_t n = next++; n < calls.size(); n = next++) {
          std::this_thread::sleep_until(begin + calls[n].at);
          call(pool, calls[n]);
          const auto took = Steady::now() - begin - calls[n].at - calls[n].takes;
          course.waits[n] = std::chrono::duration_cast<microseconds>(took);
        }
      });
    }
  }
  std::this_thread::sleep_until(begin + length);
  course.sizes = observer.end();
  course.openings = pool.statistics().opened;
  return course;
}

/// What an opening takes on this machine, in the middle.
microseconds opening_time(const Settings& server) {
  Pool pool(server, {.max_size = 32, .min_size = 32, .most_openings = 1});
  pool.prewarm();
  return std::chrono::duration_cast<microseconds>(pool.statistics().opening_times.quantile(0.5));
}

void print(const std::string& load, const std::string& pool, const Course& course,
           microseconds length) {
  fmt::print("| {} | {} | {} | {} | {:.1f} | {:.2f} | {:.1f} | {:.1f} |\n", load, pool,
             course.openings, course.most_open(), course.mean_open(length), course.mean_wait_ms(),
             course.wait_ms(0.99), course.wait_ms(1));
  std::fflush(stdout);
}

void write(std::ofstream& file, const std::string& load, const std::string& pool,
           const Course& course) {
  for (const SizeAt& size : course.sizes) {
    file << load << ",\"" << pool << "\"," << size.at.count() << ',' << size.open << '\n';
  }
}

}  // namespace

int main(int argc, char** argv) {
  const pgjinja::EmbeddedServer server;
  const microseconds opening = opening_time(server.settings());
  std::ofstream file;
  if (argc > 1) file.open(argv[1]);
  file << "load,pool,microseconds,open\n";
  fmt::print("An opening takes {:.1f} ms.\n\n", static_cast<double>(opening.count()) / 1e3);
  fmt::print(
      "| load | pool | openings | most open | open on average | wait, mean ms | p99 | longest |\n");
  fmt::print("|---|---|---|---|---|---|---|---|\n");
  for (const Load& load : usual_loads()) {
    const std::vector<Call> calls = calls_of(load, 1);
    const microseconds length = length_of(load);
    for (const Variant& variant : kVariants) {
      const Course course = simulate(variant.settings, calls, opening);
      print(load.name, variant.name + ", simulated", course, length);
      write(file, load.name, variant.name + ", simulated", course);
    }
    for (const Variant& variant : kVariants) {
      const Course course = experience(server.settings(), variant.settings, calls, length);
      print(load.name, variant.name + ", real", course, length);
      write(file, load.name, variant.name + ", real", course);
    }
  }
}
