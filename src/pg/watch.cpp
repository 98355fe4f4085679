#include "pg/watch.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>

#include <poll.h>

namespace pgjinja::pg {

[[gnu::hot]] Woken watch(int socket, short events, const WakeUp* wake_up,
                         std::chrono::steady_clock::time_point end) {
  using Clock = std::chrono::steady_clock;
  pollfd entries[] = {{socket, events, 0},
                      {wake_up != nullptr ? wake_up->descriptor() : -1, POLLIN, 0}};
  while (true) {
    int timeout = -1;
    if (end != Clock::time_point::max()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
      if (left <= 0) return Woken::End;
      timeout = static_cast<int>(std::min<decltype(left)>(left, INT_MAX));
    }
    if (::poll(entries, wake_up != nullptr ? 2 : 1, timeout) < 0 && errno != EINTR) {
      return Woken::Events;  // reading finds out what it is
    }
    if (entries[1].revents != 0) return Woken::Stop;
    if (entries[0].revents != 0) return Woken::Events;
  }
}

}  // namespace pgjinja::pg
