#pragma once

#include <string>
#include <string_view>

namespace pgjinja {

/// Says how the column of a member is called, by the member's name. A column goes into the member
/// that is called exactly so, and if there is none, into the one whose column this says it is. What
/// it gives must not change. Called from any thread, once for each member and row type.
///
/// By default there is none, and names have to be the same. `ClientSettings::column_naming` sets
/// one for a client, and for a row type, which prefers its own:
///
///     template <>
///     inline constexpr pgjinja::ColumnNaming pgjinja::column_naming<City> = pgjinja::snake_case;
///
/// `_model_fields_` lists these names too.
using ColumnNaming = std::string (*)(std::string_view member);

/// The row type's own; nullptr for the client's.
template <class T>
inline constexpr ColumnNaming column_naming = nullptr;

/// "userId" -> "user_id", "HTTPServer" -> "http_server", "address2" -> "address2"; letters are
/// those of ASCII. An underscore at the end goes: a member cannot be called "class", but "class_".
std::string snake_case(std::string_view member);
/// "user_id" -> "userId", "http_server" -> "httpServer", "class_" -> "class".
std::string camel_case(std::string_view member);
/// The member's own name: for a row type, where its client has another rule.
std::string same_name(std::string_view member);

}  // namespace pgjinja
