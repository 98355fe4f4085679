#include "client/page_query.hpp"

#include "sql/wrap.hpp"

#include <cstddef>
#include <limits>

#include <fmt/format.h>

namespace pgjinja {

namespace {

constexpr std::string_view kBefore = "SELECT * FROM (\n";
// On a line of its own: a comment may stand at the query's end.
constexpr std::string_view kAfter = "\n) AS pgjinja_page";

}  // namespace

PageQuery::PageQuery(std::string_view name, const Context& arguments, std::int64_t size,
                     const std::vector<SortKey>& sort)
    : name_(name),
      arguments_(&arguments),
      size_(size),
      sort_(sort),
      sorted_by_call_(!sort.empty()) {
  if (size_ >= 1 && size_ <= std::numeric_limits<std::int32_t>::max()) return;
  throw Error(ErrorKind::Config, fmt::format("a page has from 1 to {} rows, and not {}",
                                             std::numeric_limits<std::int32_t>::max(), size_));
}

void PageQuery::bind(const Engine& engine, jinja::Fragment& fragment, sql::Statement& statement) {
  source_ = engine.bind(name_, *arguments_, fragment, statement);
  if (!sql::is_query(statement.sql)) {
    throw Error(ErrorKind::Config,
                fmt::format("template \"{}\" is no query, of which there could be pages",
                            source_->source().name))
        .at(source_->source().place(source_->source().cut_at))
        .hint("pages are made of SELECT, VALUES, TABLE or WITH … SELECT");
  }
  if (sorted_by_call_) return;
  for (const jinja::SortDeclaration& each : source_->front_matter().sort) {
    sort_.push_back(each.key);
  }
}

void PageQuery::wrap(sql::Statement& statement, std::string_view before, std::string_view after) {
  sql::wrap(statement, before, std::string(kAfter).append(after));
}

void PageQuery::cut(sql::Statement& statement, const std::string& where,
                    std::span<const KeysetKey> keys) {
  std::string after;
  std::vector<std::size_t> begins;
  if (!where.empty()) after += "\nWHERE " + where;
  for (const KeysetKey& each : keys) {
    after += begins.empty() ? "\nORDER BY " : ", ";
    begins.push_back(after.size());
    after += keyset_order(each.key);
  }
  const std::size_t end = after.size();
  after += fmt::format("\nLIMIT {}", size_ + 1);
  wrap(statement, kBefore, after);
  if (sorted_by_call_) return;

  // A column that is none is the mistake of the line that names it.
  const std::size_t from = statement.sql.size() - after.size();
  const auto& declared = source_->front_matter().sort;
  for (std::size_t i = 0; i < begins.size(); ++i) {
    statement.origins.emplace_back(static_cast<std::uint32_t>(from + begins[i]), declared[i].offset,
                                   declared[i].length, &source_->source());
  }
  statement.origins.emplace_back(static_cast<std::uint32_t>(from + end), 0, 0, nullptr);
}

SourcePlace PageQuery::sort_place() const {
  const jinja::Source& source = source_->source();
  const auto& declared = source_->front_matter().sort;
  if (sorted_by_call_ || declared.empty()) return source.place(source.cut_at);
  return source.place(declared.back().offset, declared.back().length);
}

}  // namespace pgjinja
