#include <pgjinja/client/row_sinks.hpp>

namespace pgjinja {

[[gnu::hot]] void MappedSink::columns(const std::vector<pg::Column>& columns) {
  mapping_ = mappings_().find(*type_, columns);
}

[[gnu::hot]] void MappedSink::finish(pg::Outcome /*outcome*/) {
  if (mapping_ == nullptr) columns({});
}

}  // namespace pgjinja
