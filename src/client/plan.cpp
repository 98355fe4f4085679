#include "client/plan.hpp"

#include <utility>

namespace pgjinja {

namespace {

constexpr const char* kSetting = "plan_cache_mode";

// What it was is kept by the server, in a setting of ours: only the server knows it.
constexpr std::string_view kSet =
    "/*pgjinja*/ SELECT set_config('pgjinja.plan', current_setting('plan_cache_mode'), true),"
    " set_config('plan_cache_mode', $1, true)";
constexpr std::string_view kReset =
    "/*pgjinja*/ SELECT set_config('plan_cache_mode', current_setting('pgjinja.plan'), true)";

std::string_view mode_of(jinja::PlanChoice plan) noexcept {
  switch (plan) {
    case jinja::PlanChoice::Auto: break;
    case jinja::PlanChoice::Generic: return "force_generic_plan";
    case jinja::PlanChoice::Custom: return "force_custom_plan";
  }
  return "auto";
}

}  // namespace

[[gnu::hot]] std::optional<jinja::PlanChoice> plan_of(const SettingsOfCall& own,
                                                      std::optional<jinja::PlanChoice> plan) {
  return own.contains(kSetting) ? std::nullopt : plan;
}

SettingsOfCall settings_with(SettingsOfCall own, jinja::PlanChoice plan) {
  own.emplace(kSetting, mode_of(plan));
  return own;
}

PlanSwitch::PlanSwitch(jinja::PlanChoice plan) : mode_{Value(mode_of(plan))} {}

pg::PipelineEntry PlanSwitch::before() noexcept {
  return {.sql = kSet, .parameters = mode_, .sink = &nobody_};
}

pg::PipelineEntry PlanSwitch::after() noexcept {
  return {.sql = kReset, .parameters = {}, .sink = &nobody_};
}

std::size_t append_call(std::vector<pg::PipelineEntry>& entries, const pg::PipelineEntry& call,
                        PlanSwitch* planned) {
  if (planned != nullptr) entries.push_back(planned->before());
  const std::size_t place = entries.size();
  entries.push_back(call);
  if (planned != nullptr) entries.push_back(planned->after());
  return place;
}

}  // namespace pgjinja
