#pragma once

#include <pgjinja/pgjinja.hpp>

/// The processor's time that the sessions of a server have used up.
class ServerClock {
 public:
  explicit ServerClock(const pgjinja::EmbeddedServer& server);

  /// In seconds, of all sessions that are open now.
  [[nodiscard]] double read() const;

 private:
  pgjinja::Client db_;
};
