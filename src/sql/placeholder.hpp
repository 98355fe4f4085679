#pragma once

#include "sql/tokens.hpp"

#include <pgjinja/sql/statement.hpp>

#include <cstddef>
#include <string_view>

namespace pgjinja::sql {

/// The n of the parameter token `$n`.
std::size_t number_of(const Token& parameter);

/// Did the binder write this parameter token, and did not the template's author? Says nothing of
/// the tokens of raw text.
bool is_bound(const Statement& statement, const Token& parameter);

/// Has `text` a parameter token?
bool has_parameter(std::string_view text);

/// Where the first parameter token of the statement that the binder did not write begins; npos if
/// there is none.
std::size_t first_own_parameter(const Statement& statement);

}  // namespace pgjinja::sql
