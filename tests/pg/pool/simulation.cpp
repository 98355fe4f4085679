#include "pg/pool/simulation.hpp"

#include "pg/pool/machine.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <numeric>

namespace pgjinja::pg::pool {

namespace {

using std::chrono::microseconds;

class Simulation {
 public:
  Simulation(const PoolSettings& settings, const std::vector<Call>& calls, microseconds opening)
      : machine_(settings, 1), calls_(calls), opening_(opening), borrowers_(calls.size()) {
    course_.waits.resize(calls.size());
    course_.sizes.push_back({microseconds(0), 0});
  }

  Course run() {
    if (!calls_.empty()) machine_.start(kBegin);
    obey();
    for (std::size_t i = 0; i < calls_.size(); ++i) {
      events_.emplace(kBegin + calls_[i].at, [this, i] { come(i); });
    }
    while (served_ < calls_.size() || !events_.empty()) step();
    return std::move(course_);
  }

 private:
  static constexpr Moment kBegin{std::chrono::seconds(1'000)};

  void step() {
    const Moment due = std::max(now_, machine_.next_tick(now_));
    if (!events_.empty() && events_.begin()->first <= due) {
      now_ = events_.begin()->first;
      const auto event = std::move(events_.begin()->second);
      events_.erase(events_.begin());
      event();
    } else {
      now_ = due;
      machine_.tick(now_);
    }
    obey();
  }

  void come(std::size_t call) {
    if (const auto loan = machine_.take(now_)) return use(loan->node, call);
    machine_.wait(borrowers_[call], now_);
  }

  void use(NodeId node, std::size_t call) {
    ++served_;
    course_.waits[call] = since_begin() - calls_[call].at;
    events_.emplace(now_ + calls_[call].takes,
                    [this, node] { machine_.release(node, now_, true); });
  }

  void obey() {
    while (!machine_.orders().empty()) {
      const std::vector<Order> orders = machine_.orders();
      machine_.clear_orders();
      for (const Order& order : orders) obey(order);
    }
    const Machine::Sizes sizes = machine_.sizes();
    course_.most_openings_at_once = std::max(course_.most_openings_at_once, sizes.opening);
    if (sizes.open != course_.sizes.back().open)
      course_.sizes.push_back({since_begin(), sizes.open});
  }

  void obey(const Order& order) {
    switch (order.kind) {
      case Order::Kind::Open:
        ++course_.openings;
        events_.emplace(now_ + opening_,
                        [this, node = order.node] { machine_.opened(node, now_); });
        return;
      case Order::Kind::Check: return machine_.checked(order.node, now_, true);
      case Order::Kind::Close: return machine_.closed(order.node, now_);
      case Order::Kind::Serve: return use(order.node, number_of(*order.who));
      case Order::Kind::Refuse:
      case Order::Kind::Leak:
      case Order::Kind::Alarm: return;
    }
  }

  [[nodiscard]] std::size_t number_of(const Borrower& who) const {
    return static_cast<std::size_t>(&who - borrowers_.data());
  }
  [[nodiscard]] microseconds since_begin() const {
    return std::chrono::duration_cast<microseconds>(now_ - kBegin);
  }

  Machine machine_;
  const std::vector<Call>& calls_;
  microseconds opening_;
  std::vector<Borrower> borrowers_;
  std::multimap<Moment, std::function<void()>> events_;
  Moment now_ = kBegin;
  std::size_t served_ = 0;
  Course course_;
};

double in_ms(microseconds time) { return static_cast<double>(time.count()) / 1e3; }

}  // namespace

std::size_t Course::most_open() const {
  return std::max_element(sizes.begin(), sizes.end(),
                          [](const SizeAt& a, const SizeAt& b) { return a.open < b.open; })
      ->open;
}

double Course::mean_open(microseconds end) const {
  double sum = 0;
  for (std::size_t i = 0; i < sizes.size() && sizes[i].at < end; ++i) {
    const microseconds next = i + 1 < sizes.size() ? std::min(end, sizes[i + 1].at) : end;
    sum += static_cast<double>(sizes[i].open) * in_ms(next - sizes[i].at);
  }
  return sum / in_ms(end);
}

double Course::mean_wait_ms() const {
  return in_ms(std::accumulate(waits.begin(), waits.end(), microseconds(0))) /
         static_cast<double>(waits.size());
}

double Course::wait_ms(double part) const {
  std::vector<microseconds> sorted = waits;
  std::sort(sorted.begin(), sorted.end());
  const auto last = static_cast<double>(sorted.size() - 1);
  return in_ms(sorted[static_cast<std::size_t>(last * part)]);
}

Course simulate(const PoolSettings& settings, const std::vector<Call>& calls,
                microseconds opening) {
  return Simulation(settings, calls, opening).run();
}

}  // namespace pgjinja::pg::pool
