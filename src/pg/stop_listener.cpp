#include "pg/stop_listener.hpp"

namespace pgjinja::pg {

[[gnu::hot]] StopListener::StopListener(const std::stop_token& stop,
                                        std::unique_ptr<WakeUp>& kept) {
  if (!stop.stop_possible()) return;
  if (kept == nullptr) kept = std::make_unique<WakeUp>();
  kept->clear();  // an earlier call may have been over already when its stop was requested
  wake_up_ = kept.get();
  callback_.emplace(stop, Ring{wake_up_});
}

}  // namespace pgjinja::pg
