#pragma once

#include <pgjinja/pg/pipeline.hpp>

#include <span>

namespace pgjinja {

/// Throws what kept the entries from being done, the first that failed.
void throw_failure(std::span<const pg::PipelineEntry> entries);

}  // namespace pgjinja
