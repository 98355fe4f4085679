#pragma once

#include "pg/wake_up.hpp"

#include <chrono>
#include <cstdint>

namespace pgjinja::pg {

enum class Woken : std::uint8_t { Events, Stop, End };

/// Waits for `events` of poll() on a socket, for a ring of `wake_up` (which may be null), or for
/// the moment `end`. The last two go before events, so that what arrives without end holds nobody
/// up.
Woken watch(int socket, short events, const WakeUp* wake_up,
            std::chrono::steady_clock::time_point end);

}  // namespace pgjinja::pg
