// Rows as data, led through transforms.

#include "async/data_page_call.hpp"
#include "async/data_rows.hpp"
#include "client/engine.hpp"
#include "client/untyped_calls.hpp"

#include <pgjinja/async/executor.hpp>

#include <utility>

namespace pgjinja {

namespace {

template <class Data, class RowsCall, class Request>
detail::PageOperation<Data> page_operation(const Engine& engine, std::string_view name,
                                           Context arguments, Request request,
                                           const Transforms& transforms) {
  TransformChain chain = engine.transforms(name, transforms);
  auto rows =
      std::make_shared<RowsCall>(name, std::move(arguments), std::move(request), engine.naming());
  auto steps = rows->steps();
  return {std::make_shared<DataPageCall<Data, RowsCall>>(std::move(chain), std::move(rows)),
          std::move(steps)};
}

}  // namespace

AsyncStream<Map> AsyncExecutor::fetch_stream(std::string_view name, const Context& arguments,
                                             const StreamOptions& options,
                                             const Transforms& transforms) const {
  require(target_);
  TransformChain chain = target_->engine()->transforms(name, transforms);
  return start_stream<Map>(name, arguments, options, std::make_shared<DataRows>(std::move(chain)));
}

std::shared_ptr<BatchCallOf<Value>> AsyncExecutor::data_call(std::string_view name,
                                                             const Transforms& transforms) const {
  require(target_);
  return std::make_shared<DataCall>(name, target_->engine()->transforms(name, transforms));
}

detail::PageOperation<DataPage> AsyncExecutor::data_page(std::string_view name, Context arguments,
                                                         PageRequest request,
                                                         const Transforms& transforms) const {
  require(target_);
  return page_operation<DataPage, detail::KeysetCall<Map>>(
      *target_->engine(), name, std::move(arguments), std::move(request), transforms);
}

detail::PageOperation<DataOffsetPage> AsyncExecutor::data_page(std::string_view name,
                                                               Context arguments,
                                                               OffsetRequest request,
                                                               const Transforms& transforms) const {
  require(target_);
  return page_operation<DataOffsetPage, detail::OffsetCall<Map>>(
      *target_->engine(), name, std::move(arguments), std::move(request), transforms);
}

}  // namespace pgjinja
