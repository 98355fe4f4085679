#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace pgjinja::pg {

/// What the server says beside its answer: RAISE NOTICE, warnings (manual 55.8).
struct Notice {
  std::string severity;  ///< "WARNING", "NOTICE", "INFO", "LOG", "DEBUG", never localised
  std::string sqlstate;
  std::string message;
  std::string detail;
  std::string hint;
  std::string context;  ///< where in functions it was raised; may be empty
};

/// Called on the thread that executes, in the midst of a statement, whose connection it must not
/// use. Must not throw: that ends the program.
using NoticeHandler = std::function<void(const Notice& notice)>;

/// What a NOTIFY of a channel that a session listens to has told (manual, NOTIFY).
struct Notification {
  std::string channel;
  std::string payload;       ///< may be empty
  std::uint32_t sender = 0;  ///< the process id of the session that notified
};

}  // namespace pgjinja::pg
