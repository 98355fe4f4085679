#include "jinja/load/source_finder.hpp"

#include "jinja/load/line_breaks.hpp"

#include <string>
#include <utility>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

/// A file by its own name: a template, or the file of a single query.
LoadedSource whole(QueryFile file) {
  if (file.queries.empty()) return {std::move(file.file)};
  if (file.queries.size() == 1) {
    return {file.source_of(file.queries.front()), file.queries.front().returns};
  }
  std::string names;
  for (const NamedQuery& query : file.queries) {
    names += fmt::format("{}{}#{}", names.empty() ? "" : ", ", file.file.name, query.name);
  }
  throw Error(ErrorKind::NotFound, fmt::format("'{}' is a file of {} queries, and no query itself",
                                               file.file.name, file.queries.size()))
      .hint("name one of them: " + names);
}

std::optional<LoadedSource> part(const std::optional<QueryFile>& file, std::string_view name) {
  const NamedQuery* query = file ? file->find(name) : nullptr;
  if (query == nullptr) return std::nullopt;
  return LoadedSource{file->source_of(*query), query->returns};
}

}  // namespace

std::optional<QueryFile> SourceFinder::open(std::string_view name, const BeforeLoad& before_load,
                                            std::vector<Error>* findings) const {
  before_load(name);
  std::optional<Source> source = loader_->load(name);
  if (!source) return std::nullopt;
  normalise_line_breaks(source->text);
  Findings found(findings);
  QueryFile file = read_queries(std::move(*source), options_, found);
  if (findings != nullptr && !findings->empty()) return std::nullopt;
  return file;
}

std::optional<LoadedSource> SourceFinder::find(std::string_view name, const BeforeLoad& before_load,
                                               std::vector<Error>* findings) const {
  if (loader_ == nullptr) return std::nullopt;
  if (auto file = open(name, before_load, findings)) return whole(std::move(*file));
  if (options_.summarise == nullptr || (findings != nullptr && !findings->empty())) {
    return std::nullopt;
  }
  if (const std::size_t at = name.rfind('#'); at != std::string_view::npos) {
    if (at == 0) return std::nullopt;
    return part(open(name.substr(0, at), before_load, findings), name.substr(at + 1));
  }
  const auto all = index();
  const QueryIndex::Home* home = only_home(*all, name);
  if (home == nullptr) return std::nullopt;
  return part(open(home->file, before_load, findings), name);
}

const QueryIndex::Home* SourceFinder::only_home(const QueryIndex& index,
                                                std::string_view query) const {
  const std::vector<QueryIndex::Home>& homes = index.homes(query);
  if (homes.size() < 2) return homes.empty() ? nullptr : homes.data();
  SourcePlace other = homes[1].place;
  other.role = "and at";
  throw Error(ErrorKind::NotFound, fmt::format("the name '{}' is ambiguous: {}#{} and {}#{} answer "
                                               "to it",
                                               query, homes[0].file, query, homes[1].file, query))
      .at(homes[0].place)
      .at(std::move(other))
      .hint(fmt::format("write {}#{} or {}#{}", homes[0].file, query, homes[1].file, query));
}

std::shared_ptr<const QueryIndex> SourceFinder::index() const {
  const auto now = std::chrono::steady_clock::now();
  const std::scoped_lock lock(mutex_);
  const bool stale = options_.reload.policy == ReloadPolicy::WhenChanged &&
                     now - indexed_ >= options_.reload.check_interval;
  if (index_ == nullptr || stale) {
    index_ = std::make_shared<const QueryIndex>(*loader_, options_);
    indexed_ = now;
  }
  return index_;
}

}  // namespace pgjinja::jinja
