#pragma once

#include <pgjinja/core/error.hpp>
#include <pgjinja/sql/statement.hpp>

#include <cstddef>
#include <string>

namespace pgjinja {

/// The number of the parameter that the server's `error` is about, 0 if it is about none: as the
/// error says, or as its SQLSTATE and its text tell.
std::size_t blamed_parameter(const Error& error, const sql::Statement& statement);

/// What to write instead, for errors that have their reason in the binding of `statement`: the
/// server sees `$1` and cannot know what stands in the template. Empty for all others.
std::string server_hint(const Error& error, const sql::Statement& statement);

}  // namespace pgjinja
