#include "client/mapping_errors.hpp"

#include "client/natural_type.hpp"
#include "client/nearest_name.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace pgjinja::mapping {

namespace {

constexpr std::string_view kAddReturning = "add RETURNING to the statement, or use execute";

/// As their columns are called.
std::vector<std::string> names_of(const std::vector<Member>& members) {
  std::vector<std::string> names;
  names.reserve(members.size());
  for (const Member& member : members) names.push_back(member.column);
  return names;
}

/// "id, userId (user_id)".
std::string list_of(const std::vector<Member>& members) {
  std::string list;
  for (const Member& member : members) {
    if (!list.empty()) list += ", ";
    list += member.name;
    if (member.column != member.name) list += fmt::format(" ({})", member.column);
  }
  return list;
}

/// Those of `names` that are not among `others`: where a misspelt one has its counterpart.
std::vector<std::string> unmatched(std::vector<std::string> names,
                                   const std::vector<std::string>& others) {
  std::erase_if(names, [&others](const std::string& name) {
    return std::ranges::find(others, name) != others.end();
  });
  return names;
}

std::string counted(std::size_t n, std::string_view noun) {
  return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s");
}

}  // namespace

std::vector<std::string> names_of(const Columns& columns) {
  std::vector<std::string> names;
  names.reserve(columns.size());
  for (const pg::Column& column : columns) names.push_back(column.name);
  return names;
}

std::string list_of(const Columns& columns) {
  return fmt::format("columns: {}", fmt::join(names_of(columns), ", "));
}

Target target_of(const RowType& type, std::size_t member) {
  const Member& m = type.members[member];
  switch (type.shape) {
    case RowShape::Members:
      return {fmt::format("member {}::{}", type.name, m.name), m.type, m.source, "make the member"};
    case RowShape::Elements:
      return {fmt::format("element {} of {}", member + 1, type.name), m.type, m.source,
              "make the element"};
    case RowShape::Single:
    case RowShape::Map: break;
  }
  return {"the value asked for", m.type, m.source, "ask for"};
}

Error no_member(const RowType& type, const Columns& columns, const pg::Column& column) {
  const auto members = names_of(type.members);
  Error error(ErrorKind::Mapping,
              fmt::format("column \"{}\" has no member in {}", column.name, type.name));
  error.detail(fmt::format("members of {}: {}", type.name, list_of(type.members)));
  const auto near = nearest_name(column.name, unmatched(members, names_of(columns)));
  if (near.empty()) return error.hint("leave it out of the SELECT list, or add a member for it");
  const auto member = std::ranges::find(type.members, near, &Member::column);
  return error.hint(fmt::format("did you mean {}::{}? name the column so (… AS {})", type.name,
                                member->name, near));
}

Error no_column(const RowType& type, const Columns& columns, std::size_t member) {
  const Member& m = type.members[member];
  const std::string called =
      m.column == m.name ? std::string() : fmt::format(" (\"{}\" or \"{}\")", m.name, m.column);
  Error error(ErrorKind::Mapping,
              fmt::format("member {}::{} has no column{}", type.name, m.name, called));
  error.detail(columns.empty() ? "the statement returns no columns" : list_of(columns));
  return error.hint(columns.empty() ? "add RETURNING to the statement, or use execute"
                                    : "select it in the template, or leave the member out");
}

Error two_columns(const pg::Column& first, const pg::Column& second, const Target& target) {
  constexpr std::string_view kHint =
      "name one of them otherwise (… AS other_name), or leave it out";
  if (first.name == second.name) {
    return Error(ErrorKind::Mapping,
                 fmt::format("column \"{}\" appears more than once in the result", first.name))
        .hint(std::string(kHint));
  }
  return Error(ErrorKind::Mapping, fmt::format("columns \"{}\" and \"{}\" both go into {}",
                                               first.name, second.name, target.subject))
      .hint(std::string(kHint));
}

Error two_members(const RowType& type, const pg::Column& column, const Member& first,
                  const Member& second) {
  return Error(ErrorKind::Mapping,
               fmt::format("column \"{}\" goes into both {}::{} and {}::{}", column.name, type.name,
                           first.name, type.name, second.name))
      .hint("name it as one of them exactly (… AS \"name\")");
}

Error nothing_returned() {
  return Error(ErrorKind::Mapping, "the statement returns no columns")
      .hint(std::string(kAddReturning));
}

Error wrong_count(const RowType& type, const Columns& columns) {
  Error error(ErrorKind::Mapping,
              type.shape == RowShape::Elements
                  ? fmt::format("the statement returns {}, and {} has {}",
                                counted(columns.size(), "column"), type.name,
                                counted(type.members.size(), "element"))
                  : fmt::format("the statement returns {}, and {} takes exactly one",
                                counted(columns.size(), "column"), type.name));
  if (columns.empty()) return error.hint(std::string(kAddReturning));
  error.detail(list_of(columns));
  return error.hint(type.shape == RowShape::Elements
                        ? "select as many columns as there are elements, or map to a struct"
                        : "select one column, or map to a struct or a std::tuple");
}

Error wrong_type(const pg::Column& column, const Target& target) {
  Error error(ErrorKind::Mapping,
              fmt::format("column \"{}\" is {}, and {} is {}", column.name,
                          pg::type_name(column.type), target.subject, target.type));
  const std::string sql = natural_sql_type(target.source);
  const std::string cpp = natural_cpp_type(column.type);
  std::string hint =
      sql.empty() ? "cast it in SQL" : fmt::format("cast it in SQL (\"{}\"::{})", column.name, sql);
  if (!cpp.empty()) hint += fmt::format(", or {} {}", target.change, cpp);
  return error.hint(std::move(hint));
}

Error null_refused(const pg::Column& column, const Target& target, std::size_t number) {
  return Error(ErrorKind::Mapping, fmt::format("column \"{}\" is NULL in row {}, and {} is {}",
                                               column.name, number, target.subject, target.type))
      .hint(fmt::format("{} std::optional<{}>, or give it a value in SQL with coalesce",
                        target.change, target.type));
}

Error undecodable(const Error& cause, const pg::Column& column, const Target& target,
                  std::size_t number) {
  const bool guessed = cause.kind() == ErrorKind::Protocol && pg::is_foreign(column.type);
  Error error(guessed ? ErrorKind::Mapping : cause.kind(),
              fmt::format("column \"{}\" of row {} does not fit {} ({}): {}", column.name, number,
                          target.subject, target.type, cause.message()));
  error.detail(cause.detail());
  if (!guessed) return error.hint(cause.hint());
  return error.hint(
      fmt::format("its type ({}) is none that pgjinja knows; cast it in SQL to one that it knows",
                  pg::type_name(column.type)));
}

Error wrong_width(std::size_t fields, std::size_t columns) {
  return {ErrorKind::Protocol, fmt::format("the server sent a row of {} where {} were announced",
                                           counted(fields, "field"), columns)};
}

}  // namespace pgjinja::mapping
