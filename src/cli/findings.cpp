#include "cli/findings.hpp"

#include "cli/json_object.hpp"

#include <pgjinja/jinja/check.hpp>
#include <pgjinja/sql/check.hpp>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace pgjinja::cli {

namespace {

using jinja::Finding;
using Key = std::tuple<std::string, std::uint32_t, std::uint32_t>;

Key place_of(const Finding& finding) {
  const auto& places = finding.error.places();
  if (places.empty()) return {};
  return {places.front().name, places.front().line, places.front().column};
}

}  // namespace

std::vector<Finding> find_all(const jinja::Environment& environment,
                              const std::vector<std::string>& names) {
  std::vector<Finding> all = jinja::check(environment, names);
  const std::vector<Finding> positions = sql::check(environment, names);
  all.insert(all.end(), positions.begin(), positions.end());
  std::ranges::stable_sort(all, {}, place_of);
  std::set<std::tuple<Key, std::string_view, std::string>> seen;
  std::erase_if(all, [&seen](const Finding& f) {
    return !seen.insert({place_of(f), f.rule->id, f.error.message()}).second;
  });
  return all;
}

std::string_view severity_name(jinja::Severity severity) noexcept {
  switch (severity) {
    case jinja::Severity::Error: return "error";
    case jinja::Severity::Warning: return "warning";
    case jinja::Severity::Note: return "note";
  }
  return "note";
}

std::string finding_report(const Finding& finding) {
  const std::string_view report = finding.error.what();
  const std::string_view text = report.substr(report.find("]: ") + 3);
  return fmt::format("{}[{}]: {}", severity_name(finding.severity), finding.rule->id, text);
}

std::string finding_object(const Finding& finding) {
  std::vector<std::string> places;
  for (const SourcePlace& place : finding.error.places()) {
    places.push_back(JsonObject()
                         .text_or_null("role", place.role)
                         .text("template", place.name)
                         .number("line", place.line)
                         .number("column", place.column)
                         .number("length", place.length)
                         .str());
  }
  return JsonObject()
      .text("rule", finding.rule->id)
      .text("severity", severity_name(finding.severity))
      .text("message", finding.error.message())
      .text_or_null("hint", finding.error.hint())
      .text_or_null("detail", finding.error.detail())
      .json("places", json_array(places))
      .str();
}

}  // namespace pgjinja::cli
