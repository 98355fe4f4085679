#pragma once

#include <pgjinja/core/error.hpp>

#include <string_view>

namespace pgjinja::pg {

/// What libpq said when a session could not be opened, as one Error{Connection} with sqlstate and a
/// hint by case, or Error{Config} when it refused the settings (an sslmode or service that there is
/// not). `message` is libpq's in PQERRORS_VERBOSE, which is how a SQLSTATE gets into it.
Error connect_error(std::string_view message, bool needs_password);

}  // namespace pgjinja::pg
