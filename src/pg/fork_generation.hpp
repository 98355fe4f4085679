#pragma once

#include <cstdint>

namespace pgjinja::pg {

/// A number that differs between a process and its forked children; reading it costs no system
/// call. A session belongs to the process that opened it: two that share its socket would read each
/// other's rows.
std::uint64_t fork_generation() noexcept;

}  // namespace pgjinja::pg
