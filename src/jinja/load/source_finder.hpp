#pragma once

#include "jinja/load/query_file.hpp"
#include "jinja/load/query_index.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/loader.hpp>
#include <pgjinja/jinja/options.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

namespace pgjinja::jinja {

/// A template's source, and what the line of its name says of it.
struct LoadedSource {
  Source source;
  std::optional<Cardinality> returns = std::nullopt;
};

/// Finds what a template's name means: a file, a query of a file ("file#query"), or the query of
/// that name that only one file has, in this order. May be called concurrently.
class SourceFinder {
 public:
  using BeforeLoad = std::function<void(std::string_view file)>;

  /// Both must outlive this; without a loader nothing is found.
  SourceFinder(const Loader* loader, const Options& options) noexcept
      : loader_(loader), options_(options) {}

  /// nullopt if there is nothing of that name. `before_load` is told each file before it is looked
  /// for; the last one is the template's. With `findings`, the mistakes in a file's name lines go
  /// there, and nullopt comes back.
  /// @throws Error{NotFound} for the name of a file of several queries, and for a query's name that
  ///         two files have; Error{Syntax} for mistakes; what the loader throws.
  std::optional<LoadedSource> find(std::string_view name, const BeforeLoad& before_load,
                                   std::vector<Error>* findings) const;

  /// Made anew when it is older than Reload::check_interval, if templates are reloaded at all.
  [[nodiscard]] std::shared_ptr<const QueryIndex> index() const;

 private:
  std::optional<QueryFile> open(std::string_view name, const BeforeLoad& before_load,
                                std::vector<Error>* findings) const;
  [[nodiscard]] const QueryIndex::Home* only_home(const QueryIndex& index,
                                                  std::string_view query) const;

  const Loader* loader_;
  const Options& options_;
  mutable std::mutex mutex_;  // guards what follows
  mutable std::shared_ptr<const QueryIndex> index_;
  mutable std::chrono::steady_clock::time_point indexed_;
};

}  // namespace pgjinja::jinja
