#pragma once

#include <pgjinja/client/executor.hpp>

#include <cstdint>
#include <functional>

namespace pgjinja {

/// What is done in one go by a thread of its own, in a transaction, and gives a number of rows.
using BulkWork = std::function<std::int64_t(const Executor&)>;

}  // namespace pgjinja
