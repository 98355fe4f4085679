#pragma once

#include "pg/session_driver.hpp"

#include <pgjinja/pg/call_limits.hpp>
#include <pgjinja/pg/settings.hpp>

#include <memory>
#include <string>
#include <vector>

namespace pgjinja::pg {

/// A session that listens to these channels and keeps what it is told. @throws as Listener's
/// constructor
std::unique_ptr<SessionDriver> open_listening(const Settings& settings,
                                              const std::vector<std::string>& channels,
                                              const CallLimits& limits);

}  // namespace pgjinja::pg
