#pragma once

#include <pgjinja/core/value.hpp>
#include <pgjinja/jinja/front_matter.hpp>
#include <pgjinja/pg/pipeline.hpp>

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace pgjinja {

using SettingsOfCall = std::map<std::string, std::string>;

/// How a call is to be planned: as its template's @plan says, unless the call's own settings have
/// plan_cache_mode.
std::optional<jinja::PlanChoice> plan_of(const SettingsOfCall& own,
                                         std::optional<jinja::PlanChoice> plan);

/// `own`, and plan_cache_mode (manual 19.7.4) for `plan`.
SettingsOfCall settings_with(SettingsOfCall own, jinja::PlanChoice plan);

/// Has one statement of a transaction planned in a way, and those behind it as before: entries of a
/// pipeline around it. Not movable: its entries point into it.
class PlanSwitch {
 public:
  explicit PlanSwitch(jinja::PlanChoice plan);
  PlanSwitch(const PlanSwitch&) = delete;
  PlanSwitch& operator=(const PlanSwitch&) = delete;

  [[nodiscard]] pg::PipelineEntry before() noexcept;
  [[nodiscard]] pg::PipelineEntry after() noexcept;

 private:
  class Sink final : public pg::RowSink {
    void columns(const std::vector<pg::Column>&) override {}
    void row(std::span<const pg::Field>) override {}
  };

  std::vector<Value> mode_;
  Sink nobody_;
};

/// Appends a statement with what `planned` has around it, if there is one; gives its place.
std::size_t append_call(std::vector<pg::PipelineEntry>& entries, const pg::PipelineEntry& call,
                        PlanSwitch* planned);

}  // namespace pgjinja
