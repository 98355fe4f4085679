#include "client/copy.hpp"

#include "client/nearest_name.hpp"
#include "client/row_source.hpp"
#include "sql/expression_text.hpp"
#include "sql/wrap.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace pgjinja {

namespace {

std::vector<std::string> column_names(const RowType& type) {
  std::vector<std::string> names;
  for (const Member& member : type.members) names.push_back(member.column);
  return names;
}

const Member* member_for(const RowType& type, const std::string& column) {
  const auto exact = std::ranges::find(type.members, column, &Member::name);
  if (exact != type.members.end()) return &*exact;
  const auto called = std::ranges::find(type.members, column, &Member::column);
  if (called != type.members.end()) return &*called;
  Error error(ErrorKind::Mapping,
              fmt::format("column '{}' has no member in {}", column, type.name));
  const std::string near = nearest_name(column, column_names(type));
  if (!near.empty()) error.hint(fmt::format("did you mean '{}'?", near));
  throw error;
}

/// The members that go into the columns. Without columns these are the members' own.
std::vector<const Member*> members_for(const RowType& type, std::vector<std::string>& columns) {
  std::vector<const Member*> members;
  if (type.shape == RowShape::Members) {
    if (columns.empty()) columns = column_names(type);
    for (const std::string& column : columns) members.push_back(member_for(type, column));
    return members;
  }
  if (columns.size() != type.members.size()) {
    throw Error(ErrorKind::Mapping, fmt::format("{} columns are given for rows of {} elements",
                                                columns.size(), type.members.size()))
        .hint("only a struct's members have names: name one column for each element");
  }
  for (const Member& member : type.members) members.push_back(&member);
  return members;
}

}  // namespace

std::int64_t copy_rows(pg::Connection& connection, const pg::TableName& table,
                       std::vector<std::string> columns, const RowSpan& rows,
                       const pg::CallLimits& limits) {
  std::vector<const Member*> members = members_for(*rows.type(), columns);
  if (rows.size() == 0) return 0;
  RowSource source(rows, std::move(members));
  pg::CopyIn copy{.table = table, .columns = std::move(columns), .source = &source};
  try {
    return connection.copy_in(copy, limits).rows;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::Encode) {
      throw at_row(error, copy.failed_row, copy.failed_column);
    }
    if (source.row() == 0) throw;
    throw at_row(error, source.row(), copy.columns[source.column()]);
  }
}

void refuse_parameters(const sql::Statement& query) {
  if (query.sites.empty()) return;
  std::string all;
  for (const jinja::PrintSite* site : query.sites) {
    if (!all.empty()) all += ", ";
    all += sql::shown(*site);
  }
  const jinja::PrintSite& first = *query.sites.front();
  throw Error(ErrorKind::Binding,
              fmt::format("COPY takes no parameters, and this template has {}", all))
      .at(first.place())
      .hint(fmt::format("write {}, which becomes a constant of the text, or use query()",
                        sql::filtered(sql::expression_of(first), "literal")));
}

void copy_query(pg::Connection& connection, const sql::Statement& query, CallSink& sink,
                const pg::CallLimits& limits) {
  sink.finish(connection.copy_out(sql::without_semicolon(query.sql), sink, limits));
}

}  // namespace pgjinja
