#pragma once

#include "client/offset_page.hpp"
#include "client/page_sink.hpp"

#include <pgjinja/client/page.hpp>
#include <pgjinja/client/row_sinks.hpp>
#include <pgjinja/client/steps.hpp>
#include <pgjinja/core/context.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace pgjinja {

/// Reads a page by its number of rows from the beginning, and the number of all rows when that is
/// wanted and the page does not tell it.
class OffsetSteps final : public PageSteps<OffsetEnd> {
 public:
  /// All must outlive it. @throws as OffsetPageQuery's constructor
  OffsetSteps(std::string_view name, const Context& arguments, const OffsetRequest& request,
              CallSink& rows)
      : query_(name, arguments, request),
        all_(name, arguments),
        rows_(rows, request.size, no_keys_),
        offset_(request.offset),
        total_wanted_(request.total) {}

  std::optional<Step> next() override;
  [[nodiscard]] OffsetEnd end() const override { return {.more = rows_.more(), .total = total_}; }

 private:
  /// When the last row is on the page, it tells how many there are.
  [[nodiscard]] bool has_the_last_row() const noexcept {
    return !rows_.more() && (rows_.rows() > 0 || offset_ == 0);
  }

  OffsetPageQuery query_;
  TotalQuery all_;
  std::vector<SortKey> no_keys_;
  PageSink rows_;
  std::int64_t offset_;
  bool total_wanted_;
  bool begun_ = false;
  std::optional<FirstRowSink<std::int64_t>> counted_;
  std::optional<std::int64_t> total_;
};

}  // namespace pgjinja
