#include "client/local_settings.hpp"

#include "client/failures.hpp"

#include <pgjinja/core/error.hpp>

#include <utility>

#include <fmt/format.h>

namespace pgjinja {

LocalSettings::LocalSettings(const std::map<std::string, std::string>& settings) {
  for (const auto& [name, value] : settings) settings_.push_back({Value(name), Value(value)});
}

std::vector<pg::PipelineEntry> LocalSettings::entries() {
  std::vector<pg::PipelineEntry> entries;
  for (const std::vector<Value>& setting : settings_) {
    entries.push_back({.sql = "/*pgjinja*/ SELECT set_config($1, $2, true)",
                       .parameters = setting,
                       .sink = &sink_});
  }
  return entries;
}

TransactionOptions with_settings_of(const CallOptions& calls, TransactionOptions options) {
  options.settings.insert(calls.settings.begin(), calls.settings.end());
  return options;
}

pg::Outcome execute_with_settings(pg::Connection& connection,
                                  const std::map<std::string, std::string>& settings,
                                  std::string_view sql, std::span<const Value> parameters,
                                  pg::RowSink& sink, const pg::CallLimits& limits) {
  LocalSettings local(settings);
  for (bool again = false;; again = true) {
    std::vector<pg::PipelineEntry> entries = local.entries();
    entries.push_back({.sql = sql, .parameters = parameters, .sink = &sink});
    connection.pipeline(entries, pg::Grouping::Together, limits);
    // The settings have been taken back with it, and so it may begin again.
    if (entries.back().stale && !again) continue;
    throw_failure(entries);
    return std::move(entries.back().outcome);
  }
}

void refuse_settings(const CallOptions& calls, std::string_view what, std::string_view hint) {
  if (calls.settings.empty()) return;
  throw Error(ErrorKind::Config,
              fmt::format("{} cannot have the settings of CallOptions::settings", what))
      .hint(std::string(hint));
}

}  // namespace pgjinja
