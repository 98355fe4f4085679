// Rows as data, led through transforms.

#include "client/engine.hpp"
#include "client/transforming_source.hpp"

#include <pgjinja/client/executor.hpp>

#include <algorithm>
#include <utility>

namespace pgjinja {

Value Executor::fetch(std::string_view name, const Context& arguments,
                      const Transforms& transforms) const {
  const TransformChain chain = engine().transforms(name, transforms);
  return chain.apply(query<Map>(name, arguments));
}

Stream<Map> Executor::fetch_stream(std::string_view name, const Context& arguments,
                                   const StreamOptions& options,
                                   const Transforms& transforms) const {
  TransformChain chain = engine().transforms(name, transforms);
  static_cast<void>(chain.row_by_row());  // before anything is borrowed
  auto rows = std::make_unique<ChunkSink<Map>>();
  auto inner = open_mapped(name, arguments, *rows, options);
  auto out = std::make_unique<ChunkSink<Map>>();
  auto source = std::make_unique<TransformingSource>(std::move(chain), std::move(rows),
                                                     std::move(inner), *out);
  return {std::move(source), std::move(out)};
}

DataPage Executor::fetch_page(std::string_view name, const Context& arguments,
                              const PageRequest& request, const Transforms& transforms) const {
  const TransformChain chain = engine().transforms(name, transforms);
  Page<Map> rows = page<Map>(name, arguments, request);
  return {chain.apply(std::move(rows.rows)), std::move(rows.next), std::move(rows.previous)};
}

DataOffsetPage Executor::fetch_offset_page(std::string_view name, const Context& arguments,
                                           const OffsetRequest& request,
                                           const Transforms& transforms) const {
  const TransformChain chain = engine().transforms(name, transforms);
  OffsetPage<Map> rows = offset_page<Map>(name, arguments, request);
  return {chain.apply(std::move(rows.rows)), rows.more, rows.total};
}

}  // namespace pgjinja
