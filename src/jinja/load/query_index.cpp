#include "jinja/load/query_index.hpp"

#include "jinja/load/line_breaks.hpp"
#include "jinja/load/query_file.hpp"

#include <algorithm>
#include <utility>

namespace pgjinja::jinja {

QueryIndex::QueryIndex(const Loader& loader, const Options& options) {
  for (const std::string& name : loader.list()) {
    if (options.summarise == nullptr) {
      names_.push_back(name);
      continue;
    }
    try {
      read(loader, options, name);
    } catch (const Error& error) {
      names_.push_back(name);
      if (!broken_) broken_ = error;
    }
  }
  std::sort(names_.begin(), names_.end());
}

void QueryIndex::read(const Loader& loader, const Options& options, const std::string& name) {
  std::optional<Source> source = loader.load(name);
  if (!source) return;  // it has gone since it was listed
  normalise_line_breaks(source->text);
  Findings findings;
  const QueryFile file = read_queries(std::move(*source), options, findings);
  if (file.queries.empty()) names_.push_back(name);
  for (const NamedQuery& query : file.queries) {
    names_.push_back(name + "#" + query.name);
    homes_[query.name].push_back({name, place_of(file, query)});
  }
}

const std::vector<QueryIndex::Home>& QueryIndex::homes(std::string_view query) const {
  static const std::vector<Home> none;
  const auto found = homes_.find(query);
  return found == homes_.end() ? none : found->second;
}

std::vector<std::string> QueryIndex::queries() const {
  std::vector<std::string> names;
  for (const auto& [name, homes] : homes_) names.push_back(name);
  return names;
}

}  // namespace pgjinja::jinja
