#pragma once

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/pipeline.hpp>

#include <cstddef>
#include <exception>
#include <span>

namespace pgjinja {

/// So often is tried what loses its connection before the server has begun with it.
inline constexpr std::size_t kMostAttempts = 3;

/// The server has not begun with what was sent: on another connection it can be sent anew, unless
/// the caller waits no longer.
bool is_unbegun(const Error& error) noexcept;
/// The same of what was thrown; false when it is no Error. Not nullptr.
bool is_unbegun(const std::exception_ptr& failure);

/// The same of all entries, none of which was executed.
bool is_unbegun(std::span<const pg::PipelineEntry> entries);
/// Entries that have failed so, as they were before they were sent.
void send_anew(std::span<pg::PipelineEntry> entries);

}  // namespace pgjinja
