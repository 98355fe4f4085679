// The program itself: what it keeps, that it forks, that it ends.

#include "chaos/admin_session.hpp"
#include "chaos/reader.hpp"
#include "chaos/scenario.hpp"
#include "chaos/testbed.hpp"
#include "chaos/workload.hpp"

#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

namespace pgjinja::chaos {

using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(NDEBUG)
constexpr bool kMemoryIsOurs = false;  // sanitizers keep what was freed, and have locks
#else
constexpr bool kMemoryIsOurs = true;
#endif

/// What the process holds.
struct Footprint {
  std::ptrdiff_t descriptors = 0;
  double kilobytes = 0;

  static Footprint now() {
    Footprint footprint;
    footprint.descriptors = std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;) {
      if (word == "VmRSS:") status >> footprint.kilobytes;
    }
    return footprint;
  }
};

/// Ends all sessions of the workload's role, and has both clients go on.
class TerminationCycle {
 public:
  explicit TerminationCycle(const Testbed& testbed)
      : admin_(testbed.admin_settings()),
        db_(reader_settings(testbed.settings(), 2)),
        async_db_(loop_, reader_settings(testbed.settings(), 2)),
        guard_(asio::make_work_guard(loop_)),
        thread_([this] { loop_.run(); }) {}
  ~TerminationCycle() { guard_.reset(); }

  void run(int cycles) {
    for (int i = 0; i < cycles; ++i) {
      ended_ += std::stoi(admin_.sql(fmt::format(
          "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = '{}'",
          Testbed::kRole)));
      Reader(journal_, i % 1000 + 1).read(db_, 5s);
      Reader reader(async_journal_, i % 1000 + 1);
      asio::co_spawn(loop_, reader.read(async_db_, 5s), asio::use_future).get();
    }
  }
  [[nodiscard]] int ended() const noexcept { return ended_; }
  void add_to(Row& row, const Plan& plan) const {
    journal_.add_to(row, plan);
    async_journal_.add_to(row, plan);
  }

 private:
  AdminSession admin_;
  Journal journal_;
  Journal async_journal_;
  asio::io_context loop_;
  Client db_;
  AsyncClient async_db_;
  asio::executor_work_guard<asio::io_context::executor_type> guard_;
  std::jthread thread_;
  int ended_ = 0;
};

/// What a child does: 0 when its use is an error that says why, at once.
int use_in_child(const Client& db) {
  ::alarm(10);
  const Clock::time_point began = Clock::now();
  try {
    db.execute("square", {{"id", 1}});
    return 1;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::Config) return 2;
  }
  return Clock::now() - began < 1s ? 0 : 3;
}

/// An AsyncClient whose loop runs in the calling thread, now and then: Asio wants no other thread
/// in it at a fork.
class QuietAsyncClient {
 public:
  explicit QuietAsyncClient(const Testbed& testbed)
      : db_(std::in_place, loop_, reader_settings(testbed.settings(), 1)) {}

  void read(Row& row) {
    const std::string report = report_of_read();
    row.complain_unless(report.empty(), "the parent's AsyncClient: " + report);
  }
  void close() {
    db_.reset();
    loop_.restart();
    loop_.run_for(5s);
  }
  template <class Fork>
  pid_t fork_by(const Fork& fork) {
    loop_.notify_fork(asio::execution_context::fork_prepare);
    const pid_t child = fork();
    loop_.notify_fork(child == 0 ? asio::execution_context::fork_child
                                 : asio::execution_context::fork_parent);
    return child;
  }
  /// As use_in_child().
  int use_in_child() {
    const std::string report = report_of_read();
    if (report.empty()) return 11;
    return report.find("before fork()") != std::string::npos ? 0 : 12;
  }

 private:
  /// "" when it succeeds.
  std::string report_of_read() {
    std::string report = "it does not end";
    const auto read = [&]() -> asio::awaitable<void> {
      const Context seven = args("id", 7);
      try {
        const auto square = co_await db_->query_one<std::int64_t>("square", seven);
        report = square == 49 ? "" : "a wrong answer";
      } catch (const Error& error) {
        report = error.what();
      }
    };
    asio::co_spawn(loop_, read, asio::detached);
    loop_.restart();
    loop_.run_for(5s);
    return report;
  }

  asio::io_context loop_;
  std::optional<AsyncClient> db_;
};

/// Of a child that ended by a signal, the signal with a minus.
int outcome_of(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// Something that runs longer than anybody waits.
std::jthread long_call(const Client& db, std::string& report) {
  return std::jthread([&db, &report] {
    try {
      db.execute("sleep", {{"seconds", 60}});
      report = "none";
    } catch (const Error& error) {
      report = error.what();
    }
  });
}

asio::awaitable<void> long_call(AsyncClient db, std::string& report) {
  const Context minute = args("seconds", 60);
  try {
    co_await db.execute("sleep", minute);
    report = "none";
  } catch (const Error& error) {
    report = error.what();
  }
}

asio::awaitable<bool> drained(AsyncClient db, Clock::time_point deadline) {
  co_return co_await db.drain(deadline);
}

}  // namespace

void flat(const Plan& plan, Row& row) {
  Testbed testbed;
  testbed.make_tables();
  TerminationCycle cycle(testbed);
  const int cycles = plan.pick(50, 10'000);
  cycle.run(plan.pick(20, 1000));  // until everything has its size
  const Footprint before = Footprint::now();
  cycle.run(cycles);
  std::this_thread::sleep_for(600ms);  // what is being closed is closed
  cycle.run(1);
  const Footprint after = Footprint::now();
  cycle.add_to(row, plan);
  row.faults =
      fmt::format("{} cycles, {} sessions ended; descriptors {} → {}, memory {:.1f} → {:.1f} MB",
                  cycles, cycle.ended(), before.descriptors, after.descriptors,
                  before.kilobytes / 1024, after.kilobytes / 1024);
  row.complain_unless(after.descriptors <= before.descriptors + 1, "descriptors are not flat");
  const bool memory_counts = plan.lengthy && kMemoryIsOurs;
  row.complain_unless(!memory_counts || after.kilobytes <= before.kilobytes * 1.02,
                      "memory is not flat");
}

void forked(const Plan& plan, Row& row) {
  if (!kMemoryIsOurs) {
    // Another thread may hold their allocator's lock at the fork, and then the child waits for
    // ever.
    row.skipped =
        "the sanitizers of g++ before 14 do not survive the fork of a program with threads";
    return;
  }
  Testbed testbed;
  testbed.make_tables();
  Workload workload(testbed, {.connection = testbed.settings()});
  QuietAsyncClient async_client(testbed);
  const int children = plan.pick(10, 300);
  for (int i = 0; i < children; ++i) {
    async_client.read(row);
    const pid_t child = async_client.fork_by(::fork);
    if (child == 0) {
      const int outcome = use_in_child(workload.client());
      ::_exit(outcome != 0 ? outcome : async_client.use_in_child());
    }
    const int outcome = outcome_of(child);
    if (outcome == -SIGALRM) ++row.hung;
    row.complain_unless(outcome == 0, fmt::format("a child ended with {}", outcome));
    std::this_thread::sleep_for(20ms);
  }
  async_client.read(row);
  row.faults = fmt::format("{} children that call", children);
  async_client.close();
  workload.finish(row, plan);
  ++row.max_sessions;  // of that client
}

void drain(const Plan& plan, Row& row) {
  const int rounds = plan.pick(2, 20);
  for (int round = 0; round < rounds; ++round) {
    Testbed testbed;
    testbed.make_tables();
    Workload workload(testbed, {.connection = testbed.settings(), .tolerated = {"config"}});
    std::string report;
    std::jthread slow = long_call(workload.client(), report);
    std::string async_report;
    auto async_slow = asio::co_spawn(
        workload.loop(), long_call(workload.async_client(), async_report), asio::use_future);
    std::this_thread::sleep_for(300ms);
    const Clock::time_point deadline = Clock::now() + 500ms;
    auto async_drained = asio::co_spawn(workload.loop(), drained(workload.async_client(), deadline),
                                        asio::use_future);
    bool all = workload.client().pool().drain(deadline);
    all = async_drained.get() && all;
    row.overshoot = std::max<decltype(row.overshoot)>(row.overshoot, Clock::now() - deadline);
    if (Clock::now() - deadline > plan.lateness() + 250ms) ++row.late;  // and cancel_patience
    slow.join();
    async_slow.get();
    row.complain_unless(all, "not everything came back");
    for (const std::string& one : {report, async_report}) {
      row.complain_unless(
          one.find("57014") != std::string::npos || one.find("cancel") != std::string::npos,
          "what ran was not cancelled: " + one);
    }
    row.complain_unless(testbed.await_no_sessions(2s), "sessions are left after the drain");
    workload.finish(row, plan);
  }
  row.faults = fmt::format("{} times drained with 10 workers and two long calls", rounds);
  row.complain_unless(row.failures_of("config") > 0, "nobody was refused");
}

}  // namespace pgjinja::chaos
