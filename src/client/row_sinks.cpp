#include <pgjinja/client/row_sinks.hpp>

namespace pgjinja {

void MappedSink::columns(const std::vector<pg::Column>& columns) {
  mapping_ = mappings_().find(*type_, columns);
}

void MappedSink::finish(pg::Outcome /*outcome*/) {
  if (mapping_ == nullptr) columns({});
}

}  // namespace pgjinja
