#pragma once

#include "jinja/load/named_query.hpp"
#include "jinja/syntax/parser.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/options.hpp>
#include <pgjinja/jinja/source.hpp>

#include <string_view>
#include <vector>

namespace pgjinja::jinja {

/// A file's source and its queries, in the order of the file; none: it is a template itself.
struct QueryFile {
  Source file;
  std::vector<NamedQuery> queries;

  [[nodiscard]] const NamedQuery* find(std::string_view name) const noexcept;
  /// The query as a template of its own: the file's head, if there is anything for Jinja in it, and
  /// the query's text. Places are those in the file.
  [[nodiscard]] Source source_of(const NamedQuery& query) const;
};

/// Finds the queries of a file; Options::summarise says how.
/// Name lines that are wrong, a name that comes twice and text that belongs to no query are
/// Error{Syntax}, which go to the findings.
QueryFile read_queries(Source file, const Options& options, Findings& findings);

/// The place of a query's name in its file.
SourcePlace place_of(const QueryFile& file, const NamedQuery& query);

}  // namespace pgjinja::jinja
