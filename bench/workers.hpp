#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

/// Threads that call in pieces, and stay between them: what each has got used to stays with it, and
/// pieces can be so short that those of all contenders see the machine at the same speed.
class Workers {
 public:
  /// Calls with a key and the thread's number.
  using Call = std::function<void(std::int64_t key, int thread)>;

  Workers(int threads, Call call);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// So many calls in all, to their end.
  void run(int calls);

 private:
  void work(int thread);
  /// The number of calls of each thread's next piece; 0: there is none.
  int await_piece(int pieces_done);

  Call call_;
  std::mutex mutex_;
  std::condition_variable changed_;
  int pieces_ = 0;  // that have been begun
  int own_ = 0;     // calls of each thread
  int working_ = 0;
  bool over_ = false;
  std::vector<std::thread> threads_;
};
