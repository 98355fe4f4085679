#include "client/unbegun.hpp"

#include <algorithm>

namespace pgjinja {

bool is_unbegun(const Error& error) noexcept {
  return error.safe_to_retry() && error.kind() != ErrorKind::Timeout &&
         error.kind() != ErrorKind::Cancelled;
}

bool is_unbegun(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const Error& error) {
    return is_unbegun(error);
  } catch (const std::exception&) {
    return false;
  }
}

bool is_unbegun(std::span<const pg::PipelineEntry> entries) {
  if (entries.front().failure == nullptr) return false;
  return std::none_of(entries.begin(), entries.end(), [](const pg::PipelineEntry& one) {
    return one.done || one.executed || (one.failure != nullptr && !is_unbegun(one.failure));
  });
}

void send_anew(std::span<pg::PipelineEntry> entries) {
  for (pg::PipelineEntry& one : entries) {
    one = {.sql = one.sql, .parameters = one.parameters, .sink = one.sink};
  }
}

}  // namespace pgjinja
