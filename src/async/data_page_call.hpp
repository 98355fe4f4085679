#pragma once

#include "client/data_pages.hpp"
#include "client/transform_chain.hpp"

#include <pgjinja/client/pending.hpp>

#include <memory>
#include <utility>

namespace pgjinja {

/// A call that gives a page as data, of the page that another call gives.
template <class Data, class RowsCall>
class DataPageCall final : public BatchCallOf<Data> {
 public:
  DataPageCall(TransformChain chain, std::shared_ptr<RowsCall> rows)
      : BatchCallOf<Data>(rows->name()), chain_(std::move(chain)), rows_(std::move(rows)) {}

  [[nodiscard]] CallSink& sink() noexcept override { return rows_->sink(); }
  [[nodiscard]] Data take() override { return as_data(chain_, rows_->take()); }

 private:
  TransformChain chain_;
  std::shared_ptr<RowsCall> rows_;
};

}  // namespace pgjinja
