#include "client/keyset_steps.hpp"
#include "client/offset_steps.hpp"

#include <pgjinja/async/page_call.hpp>

#include <optional>
#include <string>

namespace pgjinja::detail {

namespace {

/// Steps with what they view. Their end is found by the last next(), while the client's engine is
/// there.
template <class Viewing, class Request, class End>
class OwningSteps final : public PageSteps<End> {
 public:
  OwningSteps(std::string_view name, Context arguments, Request request, MappedSink& rows)
      : name_(name),
        arguments_(std::move(arguments)),
        whole_(Context::layered(arguments_, rows.type().context)),
        request_(std::move(request)),
        rows_(rows) {}

  std::optional<Steps::Step> next() override {
    if (!steps_) steps_.emplace(name_, whole_, request_, rows_);
    auto step = steps_->next();
    if (!step) end_ = steps_->end();
    return step;
  }
  [[nodiscard]] End end() const override { return end_; }

 private:
  std::string name_;
  Context arguments_;
  Context whole_;
  Request request_;
  MappedSink& rows_;
  std::optional<Viewing> steps_;
  End end_;
};

}  // namespace

std::shared_ptr<PageSteps<PageEnds>> page_steps(std::string_view name, Context arguments,
                                                PageRequest request, MappedSink& rows) {
  return std::make_shared<OwningSteps<KeysetSteps, PageRequest, PageEnds>>(
      name, std::move(arguments), std::move(request), rows);
}

std::shared_ptr<PageSteps<OffsetEnd>> page_steps(std::string_view name, Context arguments,
                                                 OffsetRequest request, MappedSink& rows) {
  return std::make_shared<OwningSteps<OffsetSteps, OffsetRequest, OffsetEnd>>(
      name, std::move(arguments), std::move(request), rows);
}

}  // namespace pgjinja::detail
