#pragma once

#include <pgjinja/core/value.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja {

/// A place in a sorted result: that of the row whose keys have these values.
struct CursorPlace {
  std::vector<Value> keys;  ///< null, bool, int, float, text, bytes, or lists of these
  bool inclusive = false;   ///< the row itself belongs to what is behind, or before, this place
};

/// Writes and reads cursors: places, signed so that nobody can make one up (HMAC-SHA-256, RFC 2104,
/// of which 128 bits are kept). What is signed tells the page too, so that a cursor is good for no
/// other. A cursor is not secret: its keys can be read. In letters that a URL takes as they are
/// (base64url, RFC 4648).
class CursorCodec {
 public:
  /// The first secret signs, all of them are good for reading. All arguments must outlive it.
  /// `page` tells the template and how it is sorted. @throws Error{Config} for no secret
  CursorCodec(std::span<const std::string> secrets, std::string_view page);

  [[nodiscard]] std::string write(const CursorPlace& place) const;
  /// @throws Error{Cursor} for a text that write() did not make for this page with one of these
  ///         secrets
  [[nodiscard]] CursorPlace read(std::string_view cursor) const;

 private:
  [[nodiscard]] bool is_signed(std::string_view payload, std::string_view claimed) const;

  std::span<const std::string> secrets_;
  std::string_view page_;
};

/// The bytes that are signed, and what they say.
std::string cursor_payload(const CursorPlace& place);
/// @throws Error{Cursor} for bytes that cursor_payload() does not make
CursorPlace read_cursor_payload(std::string_view payload);

}  // namespace pgjinja
