#pragma once

#include "client/page_query.hpp"
#include "client/rendering.hpp"

#include <pgjinja/client/page.hpp>

#include <string_view>

namespace pgjinja {

/// A page by its number of rows from the beginning. The arguments are viewed.
class OffsetPageQuery final : public Rendering {
 public:
  /// @throws Error{Config} for a request that makes no sense
  OffsetPageQuery(std::string_view name, const Context& arguments, const OffsetRequest& request);
  jinja::Template bind(const Engine& engine, jinja::Fragment& fragment,
                       sql::Statement& statement) override;
  [[nodiscard]] const PageQuery& query() const noexcept { return query_; }

 private:
  PageQuery query_;
  std::int64_t offset_;
};

/// How many rows a template's query has in all. The arguments are viewed.
class TotalQuery final : public Rendering {
 public:
  TotalQuery(std::string_view name, const Context& arguments) : query_(name, arguments, 1, {}) {}
  jinja::Template bind(const Engine& engine, jinja::Fragment& fragment,
                       sql::Statement& statement) override;

 private:
  PageQuery query_;
};

}  // namespace pgjinja
