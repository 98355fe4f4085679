#pragma once

#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/loader.hpp>
#include <pgjinja/jinja/options.hpp>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::jinja {

/// Which queries the files of a loader hold, as they were when it was made.
class QueryIndex {
 public:
  /// A file that holds a query of some name.
  struct Home {
    std::string file;
    SourcePlace place;
  };

  /// Reads all files of the loader. @throws what Loader::list() throws.
  QueryIndex(const Loader& loader, const Options& options);

  /// The files that have a query of this name.
  [[nodiscard]] const std::vector<Home>& homes(std::string_view query) const;
  /// The names of all templates, sorted: files, or the queries of a file as "file#query". A file
  /// that cannot be read is listed itself, so that whoever opens it meets its error.
  [[nodiscard]] const std::vector<std::string>& names() const noexcept { return names_; }
  /// The names of the queries, without their files.
  [[nodiscard]] std::vector<std::string> queries() const;
  /// The error of the first file that could not be read.
  [[nodiscard]] const std::optional<Error>& broken() const noexcept { return broken_; }

 private:
  void read(const Loader& loader, const Options& options, const std::string& name);

  std::map<std::string, std::vector<Home>, std::less<>> homes_;
  std::vector<std::string> names_;
  std::optional<Error> broken_;
};

}  // namespace pgjinja::jinja
