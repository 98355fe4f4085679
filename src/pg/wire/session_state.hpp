#pragma once

#include "pg/wire/backend_messages.hpp"
#include "pg/wire/held_reset.hpp"
#include "pg/wire/receive_buffer.hpp"
#include "pg/wire/session_change.hpp"

#include <pgjinja/pg/notice.hpp>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace pgjinja::pg::wire {

/// What one conversation with the server leaves to the next: the session as both ends see it, and
/// the buffers, which are kept so that a usual statement allocates nothing.
struct SessionState {
  std::map<std::string, std::string, std::less<>> parameters;  ///< ParameterStatus
  TransactionStatus transaction = TransactionStatus::Idle;
  bool usable = true;
  bool refused_write = false;                  ///< with SQLSTATE 25006, since it was lent
  std::uint64_t answers = 0;                   ///< so many requests have been answered to their end
  SessionChange change = SessionChange::None;  ///< by all that was executed since it was reset

  NoticeHandler on_notice;  ///< may be empty
  bool told_lost_statement = false;
  bool keeps_notifications = false;
  std::deque<Notification> notifications;  ///< in the order in which they came

  /// A script that goes ahead of the next request, in its packet. What becomes of it does not
  /// matter to the request.
  std::string prelude;
  /// Goes ahead of the next request as well, which is executed only when it has succeeded. There is
  /// a prelude or this, never both.
  HeldReset reset;

  ReceiveBuffer in;
  std::string out;
  std::vector<Field> fields;
};

}  // namespace pgjinja::pg::wire
