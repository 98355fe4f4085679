#pragma once

#include "client/cursor.hpp"
#include "client/page_query.hpp"
#include "client/page_sink.hpp"
#include "client/rendering.hpp"

#include <pgjinja/client/page.hpp>
#include <pgjinja/client/row_sinks.hpp>

#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace pgjinja {

class KeysetPage;

/// Asks the catalogue about the keys of a page that has been read.
class PageFactsQuery final : public Rendering {
 public:
  explicit PageFactsQuery(const KeysetPage& page) : page_(page) {}
  jinja::Template bind(const Engine& engine, jinja::Fragment& fragment,
                       sql::Statement& statement) override;
  /// Where the rows go.
  [[nodiscard]] CallSink& sink() noexcept { return sink_; }
  /// What is known then. @throws Error{Config} when the keys are not unique
  [[nodiscard]] PageFacts take();

 private:
  const KeysetPage& page_;
  RowsSink<std::tuple<bool, bool>> sink_;
};

/// One page of a result that is sorted by unique keys: the statement, and what its rows tell.
/// First bind() and the execution, then the rest.
class KeysetPage final : public Rendering {
 public:
  /// The arguments must outlive it. @throws Error{Config} for a request that makes no sense
  KeysetPage(std::string_view name, const Context& arguments, const PageRequest& request,
             CallSink& rows);

  /// @throws as PageQuery::bind(); Error{Config} when nothing says what it is sorted by, or there
  ///         is no secret; Error{Cursor}
  jinja::Template bind(const Engine& engine, jinja::Fragment& fragment,
                       sql::Statement& statement) override;
  /// Where the rows go.
  [[nodiscard]] CallSink& sink() noexcept { return sink_; }

  /// Has the catalogue to be asked?
  [[nodiscard]] bool facts_wanted() const noexcept { return !known_.fresh; }
  void learn(PageFacts facts);
  /// Its cursors. @throws Error{Config} when two rows that it tells apart have the same keys
  [[nodiscard]] PageEnds ends() const;

  [[nodiscard]] const PageQuery& query() const noexcept { return query_; }
  [[nodiscard]] const std::vector<pg::Column>& key_columns() const noexcept {
    return sink_.key_columns();
  }
  /// Could a column that is NOT NULL in its table be null in this query: by an outer join, or a
  /// grouping set?
  [[nodiscard]] bool makes_nulls() const noexcept { return makes_nulls_; }
  /// "created_at", "id" as messages list them.
  [[nodiscard]] std::string sort_text() const;

 private:
  [[nodiscard]] std::string page_name() const;
  [[nodiscard]] std::string where(const CursorCodec& cursors, std::vector<KeysetKey>& keys,
                                  std::vector<Value>& parameters);

  PageQuery query_;
  const PageRequest& request_;
  bool backward_;
  std::optional<CursorPlace> from_;  // the cursor that it was called with
  PageSink sink_;
  const Engine* engine_ = nullptr;
  std::string facts_key_;
  PageFactsCache::Known known_;
  bool makes_nulls_ = false;
};

}  // namespace pgjinja
