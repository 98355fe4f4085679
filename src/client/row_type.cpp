#include <pgjinja/client/row_type.hpp>
#include <pgjinja/sql/marks.hpp>

namespace pgjinja {

namespace {

Context context_of(RowShape shape, const std::vector<Member>& members) {
  Context context;
  if (shape != RowShape::Members) return context;
  std::vector<std::string> names;
  names.reserve(members.size());
  for (const Member& member : members) names.emplace_back(member.name);
  context.set("_model_fields_", sql::identifier_list(names));
  return context;
}

}  // namespace

RowType::RowType(RowShape row_shape, std::string row_name, std::vector<Member> row_members)
    : shape(row_shape),
      name(std::move(row_name)),
      members(std::move(row_members)),
      context(context_of(shape, members)) {}

}  // namespace pgjinja
