#include "workers.hpp"

#include "keys.hpp"

#include <utility>

Workers::Workers(int threads, Call call) : call_(std::move(call)) {
  for (int t = 0; t < threads; ++t) threads_.emplace_back([this, t] { work(t); });
}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Workers::run(int calls) {
  std::unique_lock lock(mutex_);
  working_ = static_cast<int>(threads_.size());
  own_ = calls / working_;
  ++pieces_;
  changed_.notify_all();
  changed_.wait(lock, [this] { return working_ == 0; });
}

void Workers::work(int thread) {
  int index = 0;
  for (int piece = 0;; ++piece) {
    const int own = await_piece(piece);
    if (own == 0) return;
    for (int i = 0; i < own; ++i) call_(caller_key(thread, index++), thread);
    const std::lock_guard lock(mutex_);
    if (--working_ == 0) changed_.notify_all();
  }
}

int Workers::await_piece(int pieces_done) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return over_ || pieces_ > pieces_done; });
  return over_ ? 0 : own_;
}
