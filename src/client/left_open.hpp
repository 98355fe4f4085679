#pragma once

#include <pgjinja/core/error.hpp>

#include <string_view>

namespace pgjinja {

/// The error when `what` has left a transaction open: its connection goes back to the pool, which
/// rolls back, and nobody must take that for a success.
Error left_open(std::string_view what);

}  // namespace pgjinja
