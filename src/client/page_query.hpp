#pragma once

#include "client/engine.hpp"
#include "client/keyset.hpp"

#include <pgjinja/core/context.hpp>
#include <pgjinja/core/error.hpp>
#include <pgjinja/core/sort_key.hpp>
#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/jinja/fragment.hpp>
#include <pgjinja/sql/statement.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja {

/// A template's query that is sorted and cut into pages: `SELECT * FROM (…) … ORDER BY … LIMIT n`.
/// The arguments are viewed.
class PageQuery {
 public:
  /// `sort` goes before the template's @sort. @throws Error{Config} for a size out of range
  PageQuery(std::string_view name, const Context& arguments, std::int64_t size,
            const std::vector<SortKey>& sort);

  /// Binds the query as it is. @throws as Engine::bind(); Error{Config} when it is none
  void bind(const Engine& engine, jinja::Fragment& fragment, sql::Statement& statement);
  /// Puts `before` and `after` around it.
  void wrap(sql::Statement& statement, std::string_view before, std::string_view after);
  /// Makes a page of it: with `where`, unless that is empty, sorted by `keys`, and one row more
  /// than there is room for.
  void cut(sql::Statement& statement, const std::string& where, std::span<const KeysetKey> keys);

  /// The rest is for after bind().
  [[nodiscard]] const jinja::Template& source() const { return *source_; }
  /// What it is sorted by; nothing when neither the template nor the call says so.
  [[nodiscard]] const std::vector<SortKey>& sort() const noexcept { return sort_; }
  [[nodiscard]] std::int64_t size() const noexcept { return size_; }
  /// Where the template says what it is sorted by, or else the template.
  [[nodiscard]] SourcePlace sort_place() const;

 private:
  std::string_view name_;
  const Context* arguments_;
  std::int64_t size_;
  std::vector<SortKey> sort_;
  bool sorted_by_call_;
  std::optional<jinja::Template> source_;
};

}  // namespace pgjinja
