#pragma once

#include <pgjinja/client/row_type.hpp>
#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/types.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// What is said when columns and a row type do not go together. Each function gives an
/// Error{Mapping} to throw; `number` counts rows from 1.
namespace pgjinja::mapping {

/// What a column was to become, in words.
struct Target {
  std::string subject;  ///< "member City::population"
  std::string type;     ///< "std::int64_t"
  std::string source;   ///< what that is converted from: most often the same
  std::string change;   ///< how a hint begins that proposes another type: "make the member"
};

Target target_of(const RowType& type, std::size_t member);

using Columns = std::vector<pg::Column>;

Error no_member(const RowType& type, const Columns& columns, const pg::Column& column);
Error no_column(const RowType& type, const Columns& columns, std::size_t member);
/// Of one name, or of two that go into one member.
Error two_columns(const pg::Column& first, const pg::Column& second, const Target& target);
Error two_members(const RowType& type, const pg::Column& column, const Member& first,
                  const Member& second);
/// Of a statement whose rows were asked for.
Error nothing_returned();
Error wrong_count(const RowType& type, const Columns& columns);
Error wrong_type(const pg::Column& column, const Target& target);
Error null_refused(const pg::Column& column, const Target& target, std::size_t number);
/// `cause`, told of column, target and row; keeps its kind and hint. But what does not fit in a
/// column of a foreign type is no fault of the server's: Error{Mapping}.
Error undecodable(const Error& cause, const pg::Column& column, const Target& target,
                  std::size_t number);
/// A row of another width than the row description announced.
Error wrong_width(std::size_t fields, std::size_t columns);

std::vector<std::string> names_of(const Columns& columns);
/// "columns: id, name", as a detail.
std::string list_of(const Columns& columns);

}  // namespace pgjinja::mapping
