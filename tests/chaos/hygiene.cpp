// Sixteen tenants that leave everything in their sessions.

#include "chaos/dice.hpp"
#include "chaos/dirt.hpp"
#include "chaos/pulse.hpp"
#include "chaos/reader.hpp"
#include "chaos/scenario.hpp"
#include "chaos/testbed.hpp"

#include <atomic>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

namespace pgjinja::chaos {

using namespace std::chrono_literals;

namespace {

constexpr int kTenants = 16;

/// What a superuser with a lease can leave besides.
constexpr std::array<const char*, 4> kMoreDirt = {
    "SET SESSION AUTHORIZATION chaos_other",
    "PREPARE chaos_statement AS SELECT {}",
    "BEGIN; SET LOCAL search_path = nowhere; INSERT INTO account VALUES (100 + {}, 0)",
    "BEGIN; SELECT 1 / 0",
};

class Tenant {
 public:
  explicit Tenant(int number) : number_(number) {}

  /// Leaves things in sessions, and looks at what the next borrower finds.
  void borrow(const Client& db, int times) {
    for (int i = 0; i < times; ++i) {
      leave(db);
      look(db);
    }
  }
  [[nodiscard]] const Journal& journal() const noexcept { return journal_; }
  [[nodiscard]] int left() const noexcept { return left_; }

 private:
  void leave(const Client& db) {
    const pg::Lease lease = db.pool().acquire({}, fmt::format("tenant {}", number_));
    const std::size_t things = 1 + dice_.roll(3);
    for (std::size_t i = 0; i < things; ++i) {
      try {
        lease->run_script(thing(), {.deadline = Clock::now() + 10s});
        ++left_;
      } catch (const Error&) {
        // A role that may not, a transaction that has failed: that is left, too.
      }
    }
  }
  std::string thing() {
    const std::size_t i = dice_.roll(kDirt.size() + kMoreDirt.size());
    const char* text = i < kDirt.size() ? kDirt[i] : kMoreDirt[i - kDirt.size()];
    return fmt::format(fmt::runtime(text), number_);
  }
  void look(const Client& db) {
    const Clock::time_point now = Clock::now();
    const Call call{.began = now, .deadline = now + 20s, .waited = waited_for_processor()};
    try {
      const auto found = db.with({.deadline = call.deadline})
                             .query_one<std::string>("look", {{"user", "postgres"}});
      if (!found.empty()) journal_.saw_dirt(found);
      journal_.succeeded(call);
    } catch (const Error& error) {
      journal_.failed(call, error);
    }
  }

  int number_;
  int left_ = 0;
  Dice dice_;
  Journal journal_;
};

}  // namespace

void hygiene(const Plan& plan, Row& row) {
  Testbed testbed;
  testbed.make_tables();
  const int borrowings = plan.pick(1000, 10'000);
  std::deque<Tenant> tenants;
  for (int i = 0; i < kTenants; ++i) tenants.emplace_back(i);
  {
    const Client db(reader_settings(testbed.admin_settings(), 4));
    std::vector<std::jthread> threads;
    for (Tenant& tenant : tenants) {
      threads.emplace_back([&] { tenant.borrow(db, borrowings / kTenants + 1); });
    }
  }
  int left = 0;
  for (const Tenant& tenant : tenants) {
    tenant.journal().add_to(row, plan);
    left += tenant.left();
  }
  row.faults = fmt::format("{} things left by 16 tenants", left);
  row.complain_unless(testbed.sql("SELECT count(*) FROM account") == "16",
                      "a transaction that was left open was committed");
  row.complain_unless(row.acknowledged == row.calls, "not everybody was served");
  row.complain_unless(left >= borrowings, "hardly anything was left");
}

}  // namespace pgjinja::chaos
