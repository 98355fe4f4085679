#pragma once

#include <pgjinja/client/column_naming.hpp>
#include <pgjinja/client/page.hpp>
#include <pgjinja/client/pending.hpp>
#include <pgjinja/client/row_sinks.hpp>
#include <pgjinja/client/steps.hpp>
#include <pgjinja/core/context.hpp>

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

namespace pgjinja::detail {

/// The statements of a page. What they need is theirs, but for `rows`, which must outlive them.
std::shared_ptr<PageSteps<PageEnds>> page_steps(std::string_view name, Context arguments,
                                                PageRequest request, MappedSink& rows);
std::shared_ptr<PageSteps<OffsetEnd>> page_steps(std::string_view name, Context arguments,
                                                 OffsetRequest request, MappedSink& rows);

/// A call that gives a page of Ts.
template <class T, class Page, class Request, class End>
class PageCall : public BatchCallOf<Page> {
 public:
  PageCall(std::string_view name, Context arguments, Request request, ColumnNaming naming)
      : BatchCallOf<Page>(name) {
    rows_.name_columns(naming);
    steps_ = page_steps(name, std::move(arguments), std::move(request), rows_);
  }
  [[nodiscard]] CallSink& sink() noexcept override { return rows_; }
  [[nodiscard]] std::shared_ptr<Steps> steps() const noexcept { return steps_; }

 protected:
  [[nodiscard]] std::vector<T> take_rows() { return std::move(rows_).take(); }
  [[nodiscard]] End end() const { return steps_->end(); }

 private:
  RowsSink<T> rows_;
  std::shared_ptr<PageSteps<End>> steps_;
};

/// What gives a Page, and what executes it.
template <class Page>
struct PageOperation {
  std::shared_ptr<BatchCallOf<Page>> call;
  std::shared_ptr<Steps> steps;
};

template <class T>
class KeysetCall final : public PageCall<T, Page<T>, PageRequest, PageEnds> {
 public:
  using PageCall<T, Page<T>, PageRequest, PageEnds>::PageCall;
  [[nodiscard]] Page<T> take() override {
    PageEnds ends = this->end();
    Page<T> page{this->take_rows(), std::move(ends.next), std::move(ends.previous)};
    if (ends.backward) std::reverse(page.rows.begin(), page.rows.end());
    return page;
  }
};

template <class T>
class OffsetCall final : public PageCall<T, OffsetPage<T>, OffsetRequest, OffsetEnd> {
 public:
  using PageCall<T, OffsetPage<T>, OffsetRequest, OffsetEnd>::PageCall;
  [[nodiscard]] OffsetPage<T> take() override {
    const OffsetEnd end = this->end();
    return {this->take_rows(), end.more, end.total};
  }
};

}  // namespace pgjinja::detail
