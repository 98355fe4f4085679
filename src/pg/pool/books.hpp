#pragma once

#include "pg/pool/machine.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/pool_hooks.hpp>
#include <pgjinja/pg/pool_statistics.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace pgjinja::pg::pool {

std::string_view ending_name(Ending why) noexcept;

/// Who has a connection, and for how long.
struct Holder {
  std::string label;
  std::chrono::nanoseconds time;
};

/// What a pool remembers of its connections and its borrowers. Not thread-safe.
class Books {
 public:
  void opened(NodeId node, std::uint32_t backend_pid, Moment now, std::chrono::nanoseconds took);
  void opening_failed(std::string_view sqlstate);
  void closed(Ending why);
  void lent(NodeId node, std::string_view label, Moment now);
  void waited(std::string_view label, std::chrono::nanoseconds time);
  /// The borrower has not got it after all.
  void not_lent(NodeId node);
  /// Does nothing when it is not lent.
  void returned(NodeId node, Moment now);
  void refused(std::string_view reason, std::string_view label);
  /// What is to be told of the breaker, if it has changed since the last call.
  std::optional<PoolEvent> breaker(const Reach& reach, Moment now);
  /// Keeps the largest.
  void sizes(const Machine::Sizes& sizes) noexcept;

  /// What hooks are told of a connection; its label is a view.
  [[nodiscard]] PooledSession session(NodeId node) const;
  /// The `most` borrowers who have had their connections longest, the longest first.
  [[nodiscard]] std::vector<Holder> holders(Moment now, std::size_t most) const;
  [[nodiscard]] PoolStatistics statistics(const Machine::Sizes& sizes) const;

 private:
  struct Record {
    std::uint32_t backend_pid = 0;
    Moment opened;
    std::uint64_t borrowings = 0;
    std::string label;
    Moment lent;
    bool is_lent = false;
    LabelStatistics* counted = nullptr;  // the label's, if there is one
  };
  Record& record(NodeId node);
  LabelStatistics* label(std::string_view name);

  struct TextHash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  std::deque<Record> records_;  // stay where they are: hooks see their labels
  std::unordered_map<std::string, LabelStatistics, TextHash, std::equal_to<>> labels_;
  PoolStatistics so_far_;  // without the labels
  std::optional<Moment> broken_since_;
};

}  // namespace pgjinja::pg::pool
