#pragma once

#include "client/engine.hpp"

#include <pgjinja/client/row_span.hpp>
#include <pgjinja/core/error.hpp>
#include <pgjinja/core/value.hpp>
#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/jinja/fragment.hpp>
#include <pgjinja/sql/statement.hpp>

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace pgjinja {

/// What Executor::execute_many executes: a template and rows. Each row binds it to a statement; in
/// a straight template (see jinja::Template::straight_names) only the parameters differ, and these
/// are taken from the rows by name.
class Many {
 public:
  /// Binds the first row; there is one. `engine`, `calls` and `rows` must outlive it.
  /// @throws Error{Config} for rows without names; what binding throws
  Many(const Engine& engine, const CallOptions& calls, std::string_view name, const RowSpan& rows);

  [[nodiscard]] const RowSpan& rows() const noexcept { return rows_; }
  [[nodiscard]] std::size_t size() const noexcept { return rows_.size(); }
  /// For a statement that is sent now.
  [[nodiscard]] pg::CallLimits limits() const;
  /// What the first row gives.
  [[nodiscard]] const sql::Statement& first() const noexcept { return first_; }

  /// Binds the row at `index`. @throws what binding throws, telling the row
  void bind(std::size_t index, sql::Statement& out);
  /// The parameters of the row at `index`; false when its text is another than the first one's.
  /// @throws as bind(). In a straight template a text may have a NUL byte or be no UTF-8.
  bool parameters(std::size_t index, std::vector<Value>& out);
  /// The members that the parameters come from, one each, when all rows are sure to give the same
  /// text; else none.
  [[nodiscard]] std::vector<const Member*> members() const;

  /// `error`, which the row at `index` gave, with its place in the template and the row's number.
  [[nodiscard]] Error placed(const Error& error, const sql::Statement& statement,
                             std::size_t index) const;
  /// The same for one of which no row is known.
  [[nodiscard]] Error placed(const Error& error) const;
  /// The same for an encoder's, which refused parameter `number`. Binding that row may say it
  /// better.
  [[nodiscard]] Error not_encoded(Error error, std::size_t number, std::size_t index);

 private:
  void find_names();
  bool take_named(std::size_t index, std::vector<Value>& out) const;

  const Engine* engine_;
  const CallOptions* calls_;
  RowSpan rows_;
  jinja::Template source_;
  jinja::Fragment fragment_;
  sql::Statement first_;
  sql::Statement other_;  // for parameters()
  /// Of a straight template: the name of each parameter, and for objects the member.
  std::optional<std::vector<std::string_view>> names_;
  std::vector<const Member*> members_;
};

}  // namespace pgjinja
