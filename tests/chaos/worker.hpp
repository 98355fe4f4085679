#pragma once

#include "chaos/journal.hpp"

#include <pgjinja/async/client.hpp>
#include <pgjinja/client/client.hpp>

#include <atomic>
#include <cstdint>
#include <map>
#include <random>
#include <string>

#include <boost/asio/awaitable.hpp>

namespace pgjinja::chaos {

/// How workers call.
struct Pace {
  milliseconds shortest_deadline{1000};
  milliseconds longest_deadline{1000};
  milliseconds pause{2};
  bool dirt = true;          ///< do they leave things in their sessions?
  std::string filling = {};  ///< of what they write
};

/// The templates that workers use.
const std::map<std::string, std::string>& worker_templates();

/// What goes round and round: transfers, writes to the log, reads whose answer is known, and now
/// and then something that is left in a session, or a look whether something was left.
class Worker {
 public:
  Worker(std::int64_t number, Pace pace);

  /// In a thread.
  void run(const Client& db, const std::atomic<bool>& over);
  /// As a coroutine.
  boost::asio::awaitable<void> run(AsyncClient db, const std::atomic<bool>& over);

  [[nodiscard]] Journal& journal() noexcept { return journal_; }
  [[nodiscard]] const Journal& journal() const noexcept { return journal_; }
  [[nodiscard]] bool is_back() const noexcept { return back_; }

 private:
  enum class Step : std::uint8_t { Transfer, Append, Read, Dirt, Look };
  struct Known {
    std::int64_t id;
    std::int64_t square;
    std::string token;
  };
  struct Transfer {
    int source;
    int target;
    std::int64_t amount;
    /// The accounts in one order for all, so that nobody waits in a circle.
    [[nodiscard]] int first() const { return source < target ? source : target; }
    [[nodiscard]] int second() const { return source < target ? target : source; }
    [[nodiscard]] std::int64_t change_of(int account) const {
      return account == source ? -amount : amount;
    }
  };

  Step next_step();
  Call begin_call(Step step);
  Transfer next_transfer();
  std::int64_t chance(std::int64_t lowest, std::int64_t highest);
  [[nodiscard]] Context log_entry(const Call& call, const Transfer& transfer) const;
  void check(const Known& known, std::int64_t asked, const std::string& token);

  void perform(const Client& db, const Call& call, Step step);
  void transfer(const Client& db, const Call& call);
  void read(const Client& db);
  boost::asio::awaitable<void> attempt(AsyncClient db, Call call, Step step);
  boost::asio::awaitable<void> perform(AsyncClient db, Call call, Step step);
  boost::asio::awaitable<void> transfer(AsyncClient db, Call call);
  boost::asio::awaitable<void> read(AsyncClient db);

  std::int64_t number_;
  Pace pace_;
  std::int64_t written_ = 0;
  std::mt19937_64 random_;
  Journal journal_;
  bool failed_ = false;  // the last call
  std::atomic<bool> back_ = false;
};

}  // namespace pgjinja::chaos
