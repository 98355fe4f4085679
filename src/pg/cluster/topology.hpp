#pragma once

#include "pg/pool/moment.hpp"

#include <pgjinja/pg/cluster_settings.hpp>
#include <pgjinja/pg/host_status.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace pgjinja::pg::cluster {

using pool::Moment;

/// What a server says of itself when it is asked.
struct Answer {
  bool in_recovery = false;
  bool writes = true;                          ///< default_transaction_read_only is off
  std::optional<std::uint64_t> position = {};  ///< in the WAL: written, or replayed
  std::uint32_t timeline = 0;                  ///< of a server that is not in recovery
};

/// Which host is what, from what they have answered, and which of them gets whom: all decisions of
/// a cluster, without connections, threads and clocks. Not thread-safe.
class Topology {
 public:
  Topology(std::size_t hosts, const ClusterSettings& settings);

  void answered(std::size_t host, const Answer& answer, Moment now);
  void failed(std::size_t host, std::string why);
  /// A borrower was refused to write there. Nobody is sent there until it has answered anew.
  void doubt(std::size_t host);

  /// May a borrower of that role be sent there?
  [[nodiscard]] bool suits(std::size_t host, Role role) const;
  /// The host for a borrower: of those that suit, the one that has the fewest, as `outstanding`
  /// says; none: the borrower has to wait.
  [[nodiscard]] std::optional<std::size_t> choose(Role role,
                                                  const std::vector<std::size_t>& outstanding);

  [[nodiscard]] std::size_t hosts() const noexcept { return hosts_.size(); }
  [[nodiscard]] std::optional<std::size_t> primary() const noexcept { return primary_; }
  /// Without the pool and the name.
  [[nodiscard]] HostStatus status(std::size_t host) const;

 private:
  struct Host {
    HostState state = HostState::Unknown;
    bool claims = false;  // to be the primary, when it was heard last
    std::uint32_t timeline = 0;
    std::optional<std::uint64_t> position;
    std::string failure;
  };
  /// How far the primary had written at a moment.
  struct Mark {
    Moment at;
    std::uint64_t position;
  };

  void find_primary();
  void note(std::uint64_t position, Moment now);
  [[nodiscard]] std::optional<std::chrono::milliseconds> lag(const Host& host) const;
  [[nodiscard]] bool counts(const Host& host) const;
  [[nodiscard]] bool answers(std::size_t host, Role role) const;

  ClusterSettings settings_;
  std::vector<Host> hosts_;
  std::optional<std::size_t> primary_;
  std::deque<Mark> marks_;  // the newest last
  std::size_t turn_ = 0;    // which of those that are equally busy is next
};

}  // namespace pgjinja::pg::cluster
