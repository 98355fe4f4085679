#pragma once

#include "libpq_peer.hpp"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

/// What a careful programmer writes by hand on libpq so that many threads share few connections:
/// first come, first served, each woken by who hands its connection on, and nothing else that a
/// pool is for.
class LibpqLine {
 public:
  LibpqLine(const std::string& conninfo, int connections) {
    for (int i = 0; i < connections; ++i) {
      peers_.push_back(std::make_unique<LibpqPeer>(conninfo));
      idle_.push_back(peers_.back().get());
    }
  }

  LibpqPeer& acquire() {
    Waiter self;
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        LibpqPeer* const peer = idle_.back();
        idle_.pop_back();
        return *peer;
      }
      line_.push_back(&self);
    }
    std::unique_lock lock(self.mutex);
    self.served.wait(lock, [&self] { return self.peer != nullptr; });
    return *self.peer;
  }

  void release(LibpqPeer& peer) {
    Waiter* first = nullptr;
    {
      const std::lock_guard lock(mutex_);
      if (line_.empty()) return idle_.push_back(&peer);
      first = line_.front();
      line_.pop_front();
    }
    // Under its lock, behind which it may be gone.
    const std::lock_guard lock(first->mutex);
    first->peer = &peer;
    first->served.notify_one();
  }

 private:
  struct Waiter {
    std::mutex mutex;
    std::condition_variable served;
    LibpqPeer* peer = nullptr;
  };
  std::vector<std::unique_ptr<LibpqPeer>> peers_;
  std::mutex mutex_;
  std::vector<LibpqPeer*> idle_;
  std::deque<Waiter*> line_;
};
