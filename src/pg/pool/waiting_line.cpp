#include "pg/pool/waiting_line.hpp"

#include <algorithm>

namespace pgjinja::pg::pool {

[[gnu::hot]] std::deque<WaitingLine::Place>::iterator WaitingLine::place_of(std::uint64_t ticket) {
  return std::lower_bound(places_.begin(), places_.end(), ticket,
                          [](const Place& place, std::uint64_t t) { return place.ticket < t; });
}

[[gnu::hot]] void WaitingLine::join(Borrower& borrower, Moment now) {
  if (borrower.ticket == 0) {
    borrower.ticket = ++last_ticket_;
    borrower.since = now;
    places_.push_back({borrower.ticket, &borrower});
  } else if (const auto place = place_of(borrower.ticket);
             place != places_.end() && place->ticket == borrower.ticket) {
    place->who = &borrower;
  } else {
    places_.insert(place, {borrower.ticket, &borrower});
  }
  ++size_;
}

const Borrower& WaitingLine::at(std::size_t others) const {
  const auto place = std::find_if(places_.begin(), places_.end(), [&](const Place& one) {
    return one.who != nullptr && others-- == 0;
  });
  return *place->who;
}

[[gnu::hot]] Borrower& WaitingLine::pop() {
  Borrower& first = front();
  leave(first);
  return first;
}

bool WaitingLine::leave(const Borrower& borrower) {
  const auto place = place_of(borrower.ticket);
  if (place == places_.end() || place->who != &borrower) return false;
  place->who = nullptr;
  --size_;
  drop_empty_places();
  return true;
}

std::vector<Borrower*> WaitingLine::all() const {
  std::vector<Borrower*> all;
  for (const Place& place : places_) {
    if (place.who != nullptr) all.push_back(place.who);
  }
  return all;
}

[[gnu::hot]] void WaitingLine::drop_empty_places() noexcept {
  while (!places_.empty() && places_.front().who == nullptr) places_.pop_front();
  while (!places_.empty() && places_.back().who == nullptr) places_.pop_back();
}

}  // namespace pgjinja::pg::pool
