#pragma once

#include "pg/pool/moment.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace pgjinja::pg::pool {

/// Who waits for a connection. What else there is to it only the pool's driver knows.
struct Borrower {
  std::uint64_t ticket = 0;  ///< the place in the line, kept when it has to wait again; 0: none yet
  Moment since = {};         ///< has waited
};

/// Those who wait, first come, first served. They have to live while they are in it.
class WaitingLine {
 public:
  /// At the end; one that has a ticket goes to its old place.
  void join(Borrower& borrower, Moment now);
  /// The first, if not empty().
  [[nodiscard]] Borrower& front() const noexcept { return *places_.front().who; }
  /// The one behind so many others; there has to be one.
  [[nodiscard]] const Borrower& at(std::size_t others) const;
  /// Takes the first out.
  Borrower& pop();
  /// Takes one out, wherever it is; false: it is not in the line.
  bool leave(const Borrower& borrower);

  /// In their order.
  [[nodiscard]] std::vector<Borrower*> all() const;
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  struct Place {
    std::uint64_t ticket;
    Borrower* who;  // nullptr: has left
  };
  void drop_empty_places() noexcept;
  std::deque<Place>::iterator place_of(std::uint64_t ticket);

  std::deque<Place> places_;  // by ticket; the first and the last are not empty
  std::size_t size_ = 0;
  std::uint64_t last_ticket_ = 0;
};

}  // namespace pgjinja::pg::pool
