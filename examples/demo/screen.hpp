#pragma once

#include <pgjinja/pgjinja.hpp>

#include <string>
#include <string_view>
#include <vector>

/// What the tour prints, with colours if standard output is a terminal and NO_COLOR is not set.
namespace screen {

using Table = std::vector<std::vector<std::string>>;  // the first row is the header

void title(std::string_view text);
void say(std::string_view text);
/// A template's source, with its tags set off from the SQL.
void show_template(const pgjinja::jinja::Source& source);
/// The C++ call that the reader would write.
void show_call(std::string_view code);
/// What is sent: the SQL, and each parameter with the `{{ … }}` that it comes from.
void show_statement(const pgjinja::sql::Statement& statement);
void show_table(const Table& table);
void show_result(const pgjinja::Result& result);
void show_error(const pgjinja::Error& error);

}  // namespace screen
