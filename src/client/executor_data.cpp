// Rows as data, led through transforms.

#include "client/data_pages.hpp"
#include "client/engine.hpp"
#include "client/transformed_rows.hpp"
#include "client/transforming_source.hpp"

#include <pgjinja/client/executor.hpp>

#include <memory>
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
  auto out = std::make_unique<ChunkSink<Map>>();
  auto rows = std::make_unique<TransformedRows>(std::move(chain), *out);
  auto inner = open_mapped(name, arguments, rows->rows(), options);
  auto source = std::make_unique<TransformingSource>(std::move(rows), std::move(inner));
  return {std::move(source), std::move(out)};
}

DataPage Executor::fetch_page(std::string_view name, const Context& arguments,
                              const PageRequest& request, const Transforms& transforms) const {
  const TransformChain chain = engine().transforms(name, transforms);
  return as_data(chain, page<Map>(name, arguments, request));
}

DataOffsetPage Executor::fetch_offset_page(std::string_view name, const Context& arguments,
                                           const OffsetRequest& request,
                                           const Transforms& transforms) const {
  const TransformChain chain = engine().transforms(name, transforms);
  return as_data(chain, offset_page<Map>(name, arguments, request));
}

}  // namespace pgjinja
