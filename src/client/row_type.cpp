#include <pgjinja/client/row_type.hpp>
#include <pgjinja/sql/marks.hpp>

#include <map>
#include <mutex>
#include <utility>

namespace pgjinja {

namespace {

std::vector<Member> with_columns(std::vector<Member> members, ColumnNaming naming) {
  for (Member& member : members) {
    member.column = naming == nullptr ? std::string(member.name) : naming(member.name);
  }
  return members;
}

Context context_of(RowShape shape, const std::vector<Member>& members) {
  Context context;
  if (shape != RowShape::Members) return context;
  std::vector<std::string> names;
  names.reserve(members.size());
  for (const Member& member : members) names.push_back(member.column);
  context.set("_model_fields_", sql::identifier_list(names));
  return context;
}

}  // namespace

RowType::RowType(RowShape row_shape, std::string row_name, std::vector<Member> row_members,
                 ColumnNaming row_naming)
    : shape(row_shape),
      name(std::move(row_name)),
      members(with_columns(std::move(row_members), row_naming)),
      naming(row_naming),
      context(context_of(shape, members)) {}

[[gnu::hot]] const RowType& RowType::named(ColumnNaming other) const {
  if (other == nullptr || naming != nullptr || shape != RowShape::Members) return *this;
  static std::mutex mutex;
  static std::map<std::pair<const RowType*, ColumnNaming>, RowType> all;
  const std::lock_guard lock(mutex);
  const auto key = std::pair(this, other);
  auto at = all.find(key);
  if (at == all.end()) at = all.emplace(key, RowType(shape, name, members, other)).first;
  return at->second;
}

}  // namespace pgjinja
