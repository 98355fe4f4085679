#pragma once

#include <pgjinja/pg/notice.hpp>
#include <pgjinja/pg/types.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace pgjinja::pg::wire {

/// The first byte of the messages that a session can meet after it was opened (manual 55.7).
enum class MessageType : char {
  ParseComplete = '1',
  BindComplete = '2',
  CloseComplete = '3',
  NotificationResponse = 'A',
  CommandComplete = 'C',
  DataRow = 'D',
  ErrorResponse = 'E',
  CopyInResponse = 'G',
  CopyOutResponse = 'H',
  EmptyQueryResponse = 'I',
  NoticeResponse = 'N',
  ParameterStatus = 'S',
  RowDescription = 'T',
  CopyBothResponse = 'W',
  ReadyForQuery = 'Z',
  CopyDone = 'c',
  CopyData = 'd',
  NoData = 'n',
  PortalSuspended = 's',
  ParameterDescription = 't'
};

inline constexpr std::size_t kMessageHead = 5;  ///< type and length

/// One complete message: a view into the receive buffer.
struct Message {
  MessageType type;
  std::string_view body;
};

/// The size of the message that starts `bytes`, head included, or nullopt when the head is not
/// there yet. @throws Error{Protocol} for a length that no message has.
std::optional<std::size_t> message_size(std::string_view bytes);

/// Transaction status as ReadyForQuery tells it.
enum class TransactionStatus : char { Idle = 'I', InBlock = 'T', Failed = 'E' };

/// The fields of ErrorResponse and NoticeResponse that matter here (manual 55.8), empty if absent.
struct ErrorFields {
  std::string_view severity;  ///< never localised when the server is 9.6 or newer
  std::string_view sqlstate;
  std::string_view message;
  std::string_view detail;
  std::string_view hint;
  std::string_view position;
  std::string_view where;
  std::string_view routine;

  [[nodiscard]] bool ends_session() const noexcept {
    return severity == "FATAL" || severity == "PANIC";
  }
  /// They end the session for somebody between the server and us, who has lost the one or the
  /// other (class 08), and does not say what the server had done by then.
  [[nodiscard]] bool come_from_pooler() const noexcept {
    return ends_session() && sqlstate.starts_with("08");
  }
};

struct ParameterStatus {
  std::string_view name;
  std::string_view value;
};

// Typed readers of a message's body. All views live as long as the body does.
// @throws Error{Protocol} when the body does not have the message's form.
void read_parameter_types(std::string_view body, std::vector<Oid>& types);
void read_columns(std::string_view body, std::vector<Column>& columns);
/// Fills `fields`, whose size is the number of columns that were described.
void read_row(std::string_view body, std::span<Field> fields);
std::string_view read_command_tag(std::string_view body);
TransactionStatus read_transaction_status(std::string_view body);
ErrorFields read_error_fields(std::string_view body);
ParameterStatus read_parameter_status(std::string_view body);
Notification read_notification(std::string_view body);

/// @throws Error{Protocol} when the message has a body.
void expect_empty(const Message& message);
/// @throws Error{Protocol}: the message cannot come now.
[[noreturn]] void unexpected(const Message& message);

/// The count at the end of a command tag ("INSERT 0 5"), 0 for tags without one.
std::int64_t rows_in_tag(std::string_view tag) noexcept;

}  // namespace pgjinja::pg::wire
