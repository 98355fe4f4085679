#pragma once

#include <map>
#include <string>
#include <string_view>

namespace pgjinja::pg {

// What keeps passwords out of messages: libpq quotes what it did not understand, and takes pieces
// of a password that is not encoded for hosts, ports and databases.

/// A hint.
std::string how_to_write_a_password();

/// A password keyword, or "user:…@" wherever the '@' stands: what is special in a password and not
/// encoded may have put it behind a '/'.
bool may_hold_password(std::string_view text);

/// What libpq said about `text` without the parts that may be (a piece of) a password. A keyword
/// that it does not know is shown when there is no password.
std::string without_secrets(std::string_view message, std::string_view text);

/// Refuses a URI with an '@' in the name of its database: a password with a '/' ends early.
/// @throws Error{Config} that repeats nothing of the text.
void refuse_misread_uri(std::string_view text);

/// Refuses a port that is no number and a host with an '@': both come from a password in a URI.
/// @throws Error{Config} that repeats nothing of the values.
void refuse_misread_place(const std::map<std::string, std::string>& keywords);

}  // namespace pgjinja::pg
