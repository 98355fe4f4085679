#pragma once

#include "client/transform_chain.hpp"

#include <pgjinja/client/page.hpp>
#include <pgjinja/core/value.hpp>

#include <utility>

namespace pgjinja {

/// A page as data. @throws what transforms throw
inline DataPage as_data(const TransformChain& chain, Page<Map> page) {
  return {chain.apply(std::move(page.rows)), std::move(page.next), std::move(page.previous)};
}
inline DataOffsetPage as_data(const TransformChain& chain, OffsetPage<Map> page) {
  return {chain.apply(std::move(page.rows)), page.more, page.total};
}

}  // namespace pgjinja
