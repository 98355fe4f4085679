#pragma once

#include <pgjinja/pg/types.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pgjinja::pg::wire {

/// The largest length that the server takes: PQ_LARGE_MESSAGE_LIMIT, which is MaxAllocSize - 1. A
/// longer message ends the session.
inline constexpr std::size_t kMaxMessage = 0x3FFFFFFE;

// Each of these appends one message of the manual's section 55.7 to `out`.
// @throws Error{Encode} for a text with a NUL byte or a message larger than kMaxMessage; `out` then
// has a half message at its end, which the caller cuts off.
void append_parse(std::string& out, std::string_view statement, std::string_view sql);
void append_describe_statement(std::string& out, std::string_view statement);
void append_close_statement(std::string& out, std::string_view statement);
void append_close_portal(std::string& out);
/// Of the unnamed portal. `rows`: at most so many; 0: all.
void append_execute(std::string& out, std::uint32_t rows);
void append_sync(std::string& out);
void append_flush(std::string& out);
void append_query(std::string& out, std::string_view sql);
void append_copy_done(std::string& out);
void append_copy_fail(std::string& out, std::string_view reason);

/// Opens a CopyData message, to which its data is appended, and gives where it begins.
std::size_t begin_copy_data(std::string& out);
void end_copy_data(std::string& out, std::size_t start);

/// Writes one Bind message, parameter by parameter, straight into the send buffer.
class BindMessage {
 public:
  BindMessage(std::string& out, std::string_view statement, std::uint16_t parameters);

  void add_null();
  /// Opens the next parameter; its bytes are appended to the returned buffer, then end_value().
  std::string& begin_value();
  void end_value(Format format);
  /// `result_formats`: the message's last part, a count and that many format codes.
  void finish(std::string_view result_formats);

 private:
  std::string& out_;
  std::size_t start_;
  std::size_t formats_;  // where the next parameter's format code goes
  std::size_t value_ = 0;
};

/// Parse, Bind and Execute of a statement without parameters and a name; its rows come as text.
/// @throws as the others
void append_statement(std::string& out, std::string_view sql);

}  // namespace pgjinja::pg::wire
