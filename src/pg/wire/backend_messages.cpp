#include "pg/wire/backend_messages.hpp"

#include "pg/wire/bytes.hpp"

#include <pgjinja/core/error.hpp>

#include <charconv>

#include <fmt/format.h>

namespace pgjinja::pg::wire {

namespace {
/// A server builds a body in one buffer of at most MaxAllocSize bytes, which holds a NUL behind it;
/// the length counts itself too.
constexpr std::size_t kMaxReceived = std::size_t{0x3FFFFFFE} + 4;
}  // namespace

[[gnu::hot]] std::optional<std::size_t> message_size(std::string_view bytes) {
  if (bytes.size() < kMessageHead) return std::nullopt;
  const std::size_t length = load32(bytes.data() + 1);
  if (length < 4 || length > kMaxReceived) {
    throw Error(ErrorKind::Protocol,
                fmt::format("the server sent a message of type 0x{:02x} with the length {}",
                            static_cast<unsigned char>(bytes[0]), length))
        .hint("is it PostgreSQL that answers at this address?");
  }
  return length + 1;
}

void read_parameter_types(std::string_view body, std::vector<Oid>& types) {
  Cursor cursor("ParameterDescription", body);
  const std::size_t count = cursor.int16();
  types.clear();
  for (std::size_t i = 0; i < count; ++i) types.push_back(cursor.int32());
  cursor.expect_end();
}

void read_columns(std::string_view body, std::vector<Column>& columns) {
  Cursor cursor("RowDescription", body);
  const std::size_t count = cursor.int16();
  columns.clear();
  for (std::size_t i = 0; i < count; ++i) {
    Column& column = columns.emplace_back();
    column.name = cursor.text();
    column.table = cursor.int32();
    column.table_column = static_cast<std::int16_t>(cursor.int16());
    column.type = cursor.int32();
    cursor.take(2);  // size of the type
    column.modifier = static_cast<std::int32_t>(cursor.int32());
    const std::uint16_t format = cursor.int16();
    if (format > 1) cursor.fail("names a format that does not exist");
    column.format = static_cast<Format>(format);
  }
  cursor.expect_end();
}

[[gnu::hot]] void read_row(std::string_view body, std::span<Field> fields) {
  Cursor cursor("DataRow", body);
  if (cursor.int16() != fields.size()) cursor.fail("has another number of fields than described");
  for (Field& field : fields) {
    const std::uint32_t size = cursor.int32();
    if (size == 0xFFFFFFFFU) {
      field = Field{};
    } else {
      field = Field{cursor.take(size).data(), size};
    }
  }
  cursor.expect_end();
}

[[gnu::hot]] std::string_view read_command_tag(std::string_view body) {
  Cursor cursor("CommandComplete", body);
  const std::string_view tag = cursor.text();
  cursor.expect_end();
  return tag;
}

[[gnu::hot]] TransactionStatus read_transaction_status(std::string_view body) {
  Cursor cursor("ReadyForQuery", body);
  const char status = cursor.byte();
  cursor.expect_end();
  if (status != 'I' && status != 'T' && status != 'E') cursor.fail("has an unknown status");
  return static_cast<TransactionStatus>(status);
}

ErrorFields read_error_fields(std::string_view body) {
  Cursor cursor("ErrorResponse", body);
  ErrorFields fields;
  std::string_view localised_severity;
  for (char code = cursor.byte(); code != '\0'; code = cursor.byte()) {
    const std::string_view text = cursor.text();
    switch (code) {
      case 'S': localised_severity = text; break;
      case 'V': fields.severity = text; break;
      case 'C': fields.sqlstate = text; break;
      case 'M': fields.message = text; break;
      case 'D': fields.detail = text; break;
      case 'H': fields.hint = text; break;
      case 'P': fields.position = text; break;
      case 'W': fields.where = text; break;
      case 'R': fields.routine = text; break;
      default: break;  // the protocol asks to ignore fields that one does not know
    }
  }
  cursor.expect_end();
  if (fields.severity.empty()) fields.severity = localised_severity;
  return fields;
}

ParameterStatus read_parameter_status(std::string_view body) {
  Cursor cursor("ParameterStatus", body);
  ParameterStatus status;
  status.name = cursor.text();
  status.value = cursor.text();
  cursor.expect_end();
  return status;
}

Notification read_notification(std::string_view body) {
  Cursor cursor("NotificationResponse", body);
  Notification notification;
  notification.sender = cursor.int32();
  notification.channel = cursor.text();
  notification.payload = cursor.text();
  cursor.expect_end();
  return notification;
}

[[gnu::hot]] void expect_empty(const Message& message) {
  if (message.body.empty()) return;
  throw Error(ErrorKind::Protocol,
              fmt::format("the server's message of type 0x{:02x} has bytes behind its end",
                          static_cast<unsigned char>(message.type)));
}

void unexpected(const Message& message) {
  throw Error(ErrorKind::Protocol,
              fmt::format("the server sent a message of type 0x{:02x} out of turn",
                          static_cast<unsigned char>(message.type)));
}

[[gnu::hot]] std::int64_t rows_in_tag(std::string_view tag) noexcept {
  const std::size_t space = tag.rfind(' ');
  if (space == std::string_view::npos) return 0;
  const std::string_view digits = tag.substr(space + 1);
  std::int64_t rows = 0;
  const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), rows);
  return status == std::errc() && end == digits.data() + digits.size() && rows > 0 ? rows : 0;
}

}  // namespace pgjinja::pg::wire
