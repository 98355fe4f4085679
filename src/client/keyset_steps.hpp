#pragma once

#include "client/keyset_page.hpp"

#include <pgjinja/client/page.hpp>
#include <pgjinja/client/steps.hpp>
#include <pgjinja/core/context.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace pgjinja {

/// Reads a page by keys: its rows, and now and then what the catalogue knows about the keys.
class KeysetSteps final : public PageSteps<PageEnds> {
 public:
  /// All must outlive it. @throws as KeysetPage's constructor
  KeysetSteps(std::string_view name, const Context& arguments, const PageRequest& request,
              CallSink& rows)
      : page_(name, arguments, request, rows) {}

  std::optional<Step> next() override;
  /// @throws as KeysetPage::ends()
  [[nodiscard]] PageEnds end() const override { return page_.ends(); }

 private:
  KeysetPage page_;
  std::optional<PageFactsQuery> facts_;
  bool begun_ = false;
};

}  // namespace pgjinja
