#pragma once

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/cluster_settings.hpp>

#include <chrono>
#include <string>
#include <string_view>

namespace pgjinja::pg::cluster {

/// No host had the role until a limit had passed, which messages call `limit`. `hosts` says what
/// each of them is.
Error timeout_error(Role role, std::string_view limit, std::string hosts);
/// No host has had the role for so long that it is not waited for.
Error lacking_error(Role role, std::chrono::nanoseconds time, std::string hosts);

}  // namespace pgjinja::pg::cluster
