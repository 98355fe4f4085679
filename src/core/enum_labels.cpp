#include <pgjinja/core/enum_labels.hpp>
#include <pgjinja/core/error.hpp>

#include <fmt/format.h>

namespace pgjinja::detail {

void throw_no_label(long long enumerator, const std::vector<std::string_view>& labels) {
  throw Error(ErrorKind::Encode, fmt::format("the enumerator of value {} has no label", enumerator))
      .detail(fmt::format("labels: {}", fmt::join(labels, ", ")));
}

}  // namespace pgjinja::detail
