#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

namespace pgjinja {

/// What the server's catalogue says about the sort keys of a query.
struct PageFacts {
  std::vector<bool> not_null;  ///< of each key: is it sure never to be null?
};

/// The facts that were asked for, by query and sort order. After a minute they are asked for again,
/// so that an ALTER TABLE is noticed. Thread-safe.
class PageFactsCache {
 public:
  using Clock = std::chrono::steady_clock;

  struct Known {
    std::shared_ptr<const PageFacts> facts;  ///< nullptr when they are not known
    bool fresh = false;                      ///< false: they have to be asked for again
  };
  [[nodiscard]] Known find(const std::string& query, Clock::time_point now = Clock::now()) const;
  void store(const std::string& query, PageFacts facts, Clock::time_point now = Clock::now());

 private:
  struct Entry {
    std::shared_ptr<const PageFacts> facts;
    Clock::time_point learned;
  };

  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
};

}  // namespace pgjinja
