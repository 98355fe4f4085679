#pragma once

#include "chaos/plan.hpp"
#include "chaos/row.hpp"

#include <pgjinja/core/error.hpp>

#include <atomic>
#include <cstdint>
#include <exception>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace pgjinja::chaos {

/// A call that a worker has begun.
struct Call {
  std::int64_t id = 0;  ///< of what it writes; 0: nothing
  Clock::time_point began;
  Clock::time_point deadline;
  std::chrono::nanoseconds waited{0};  ///< for a processor, by its thread until it began
};

/// What one worker has seen of its calls. For one thread; the last success may be read by others.
class Journal {
 public:
  enum class Fate : std::uint8_t { Acknowledged, Failed, InDoubt };
  struct Write {
    Fate fate = Fate::Acknowledged;
    std::string report = {};  ///< of the error
  };

  void succeeded(const Call& call);
  void failed(const Call& call, const Error& error);
  void saw_wrong(const std::string& what) { wrong_.push_back(what); }
  void saw_dirt(const std::string& what) { dirty_.push_back(what); }
  /// Kinds of errors that are right in this scenario: "config".
  void tolerate(std::set<std::string> kinds) { tolerated_ = std::move(kinds); }

  /// What no error may tell.
  void keep_secret(std::string secret) { secret_ = std::move(secret); }

  [[nodiscard]] Clock::time_point last_success() const {
    return Clock::time_point(Clock::duration(last_success_.load()));
  }
  [[nodiscard]] const std::map<std::int64_t, Write>& writes() const noexcept { return writes_; }
  void add_to(Row& row, const Plan& plan) const;

 private:
  /// A call that returned after its deadline.
  struct Overdue {
    Call call;
    Clock::time_point returned;
    std::string report;
    std::chrono::nanoseconds waited;  ///< for a processor, meanwhile
  };
  void ended(const Call& call, const std::string& report);
  static void add_overdue(const Overdue& overdue, Row& row, const Plan& plan);

  std::uint64_t calls_ = 0;
  std::uint64_t acknowledged_ = 0;
  std::map<std::string, std::uint64_t> failures_;
  std::map<std::int64_t, Write> writes_;
  std::vector<std::string> wrong_;
  std::vector<std::string> dirty_;
  std::set<std::string> tolerated_;
  std::string secret_;
  std::vector<Overdue> overdue_;
  std::atomic<Clock::rep> last_success_ = 0;
};

}  // namespace pgjinja::chaos
