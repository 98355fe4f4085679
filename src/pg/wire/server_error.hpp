#pragma once

#include "pg/wire/backend_messages.hpp"

#include <pgjinja/core/error.hpp>

#include <cstdint>
#include <string_view>

namespace pgjinja::pg::wire {

/// The Error for an ErrorResponse: kind Server, or Connection when it ends the session. It has the
/// number of the parameter that the server names, and never the parameter's value.
Error server_error(const ErrorFields& fields);

/// The n of the parameter `$n` that the context of an error raised by Bind names ("unnamed portal
/// parameter $2 = …", in English), or 0.
std::uint32_t parameter_in_context(std::string_view where) noexcept;

}  // namespace pgjinja::pg::wire
