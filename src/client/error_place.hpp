#pragma once

#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/source.hpp>
#include <pgjinja/sql/statement.hpp>

#include <string>

namespace pgjinja {

/// `error`, which the execution of `statement` gave, with its place in a template: where the SQL
/// position came from, else the `{{ … }}` of the parameter, else only that `source` was executed;
/// and with a hint, if the server gave none and the reason lies in what a parameter can be. A
/// `role` tells how it came to be executed, and then always with its place.
Error placed(Error error, const sql::Statement& statement, const jinja::Source& source,
             std::string role = {});

}  // namespace pgjinja
