#pragma once

#include <pgjinja/client/column_naming.hpp>
#include <pgjinja/client/transform.hpp>
#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/pg/cluster_settings.hpp>
#include <pgjinja/pg/pool_settings.hpp>
#include <pgjinja/pg/settings.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace pgjinja {

/// What a Client needs. All of it has a default: without templates and connection settings it
/// knows no template and follows the PG* variables.
///
///     ClientSettings{.templates = {"queries"}}
///     ClientSettings{.connection = server.settings(), .templates = {"queries"}}
struct ClientSettings {
  /// Of several hosts (host=a,b,c), each has a pool of its own.
  pg::Settings connection = {};
  pg::PoolSettings pool = {};
  /// Which of several hosts executes what: see pg::Cluster.
  pg::ClusterSettings cluster = {};
  /// How long a statement may take unless its template (@timeout) or the call says otherwise (see
  /// CallOptions::timeout). 0: for ever.
  std::chrono::milliseconds query_timeout{0};
  /// Directories with templates: see jinja::DirectoryLoader.
  std::vector<std::filesystem::path> templates = {};
  /// Where templates come from instead of `templates`, e.g. a jinja::MapLoader.
  std::shared_ptr<const jinja::Loader> loader = nullptr;
  /// Unprintable: an undefined variable is falsy and may get a default, but is never bound.
  jinja::UndefinedPolicy undefined = jinja::UndefinedPolicy::Unprintable;
  jinja::Limits limits = {};
  /// Are templates loaded again when they have changed? By default they are not.
  jinja::Reload reload = {};
  /// false: the raw filter is refused, and every text that is sent is a template author's.
  bool allow_raw = true;
  /// How columns are called that go into members of other names, e.g. pgjinja::snake_case.
  ColumnNaming column_naming = nullptr;
  /// What rows become at the end whenever they are fetched as data: see Executor::fetch.
  Transforms transforms = {};
  /// Transforms of the application's own that front matter may name, besides the library's.
  TransformMakers transform_makers = {};
  /// What the cursors of pages are signed with (see Executor::page): secrets of at least 16 bytes,
  /// the same in all programs that serve the same pages. The first one signs; the others are good
  /// for cursors that were given out before they were replaced.
  std::vector<std::string> cursor_secrets = {};
  /// Called once, before the first template is compiled, to add filters, tests, functions and
  /// globals; those are called from whatever threads use the Client. What it throws, the Client's
  /// constructor throws.
  std::function<void(jinja::Environment& environment)> configure = nullptr;
};

}  // namespace pgjinja
