#pragma once

#include "pg/pool/machine.hpp"

#include <chrono>
#include <optional>

namespace pgjinja::pg::pool {

/// What a thread usually does when it has given a connection back that others wait for: whether it
/// wants one again at once, as one does that has many calls to make.
///
/// A connection that is kept for a thread that does not come is idle meanwhile, in a busy pool for
/// about as long as sixteen changes of threads take. So many have to be lost, or spared, for each
/// that is kept in vain: the ski-rental rule once more (Growth), with an account of what may still
/// be risked. Else one who comes late once in a hundred times, because another had its processor,
/// would have to earn its turns anew each time. That it came late when nothing was kept says
/// little.
class Habit {
 public:
  /// Of the calling thread.
  static Habit& own() noexcept;

  /// The thread will come again to this pool, by all experience.
  [[nodiscard]] bool comes_again(const void* pool) const noexcept {
    return pool == pool_ && credit_ >= kInVain && !kept_;
  }
  /// `kept`: the node, if it is kept for it. If an earlier one still is, that was in vain.
  void gave_back(const void* pool, std::optional<NodeId> kept, Moment now) noexcept;
  /// It wants a connection: the one that it gave back, if that was kept for it.
  std::optional<NodeId> came(const void* pool, Moment now) noexcept;
  /// When it gave it back.
  [[nodiscard]] Moment since() const noexcept { return gave_back_; }

 private:
  static constexpr unsigned kInVain = 16;  // what it costs
  static constexpr unsigned kMost = 4 * kInVain;
  static constexpr std::chrono::microseconds kAtOnce{20};

  void pay() noexcept { credit_ -= credit_ < kInVain ? credit_ : kInVain; }

  const void* pool_ = nullptr;  // only compared: it may be gone
  unsigned credit_ = 0;         // times that it came at once, less what was paid
  std::optional<NodeId> kept_;
  Moment gave_back_ = Moment::min();
};

}  // namespace pgjinja::pg::pool
