#include "client/failures.hpp"

#include <exception>

namespace pgjinja {

void throw_failure(std::span<const pg::PipelineEntry> entries) {
  for (const pg::PipelineEntry& entry : entries) {
    if (entry.failure != nullptr) std::rethrow_exception(entry.failure);
  }
}

}  // namespace pgjinja
