#include "client/json_value.hpp"
#include "client/mapping_errors.hpp"

#include <pgjinja/client/mapping.hpp>
#include <pgjinja/pg/oid.hpp>

#include <algorithm>
#include <cstddef>

namespace pgjinja {

namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

bool same(const pg::Column& a, const pg::Column& b) noexcept {
  return a.type == b.type && a.format == b.format && a.name == b.name;
}

bool is_json(pg::Oid type) noexcept {
  return type == pg::oid::kJson || type == pg::oid::kJsonb || type == pg::oid::kJsonArray ||
         type == pg::oid::kJsonbArray;
}

void read_json(const pg::Codec& codec, pg::Field field, void* value) {
  Value text;
  codec.decode(field, &text);
  *static_cast<Value*>(value) = json_values(text);
}

}  // namespace

RowMapping::RowMapping(const RowType& type, const std::vector<pg::Column>& columns)
    : type_(&type), columns_(columns) {
  steps_.reserve(columns.size());
  switch (type.shape) {
    case RowShape::Members: take_members(); break;
    case RowShape::Map: take_names(); break;
    case RowShape::Elements:
    case RowShape::Single: take_positions(); break;
  }
}

/// The place of the member that a column goes into: one that is called so, else one whose column
/// is.
std::size_t RowMapping::member_of(const pg::Column& column) const {
  const auto& members = type_->members;
  const auto place = [&members](auto at) { return static_cast<std::size_t>(at - members.begin()); };
  const auto exact = std::ranges::find(members, column.name, &Member::name);
  if (exact != members.end()) return place(exact);
  const auto first = std::ranges::find(members, column.name, &Member::column);
  if (first == members.end()) throw mapping::no_member(*type_, columns_, column);
  const auto second = std::find_if(first + 1, members.end(), [&column](const Member& member) {
    return member.column == column.name;
  });
  if (second != members.end()) throw mapping::two_members(*type_, column, *first, *second);
  return place(first);
}

void RowMapping::take_members() {
  std::vector<std::size_t> column_of(type_->members.size(), kNone);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t& taker = column_of[member_of(columns_[i])];
    if (taker != kNone) {
      const std::size_t member = static_cast<std::size_t>(&taker - column_of.data());
      throw mapping::two_columns(columns_[taker], columns_[i], mapping::target_of(*type_, member));
    }
    taker = i;
  }
  const auto missing = std::ranges::find(column_of, kNone);
  if (missing != column_of.end()) {
    throw mapping::no_column(*type_, columns_,
                             static_cast<std::size_t>(missing - column_of.begin()));
  }
  for (const pg::Column& column : columns_) add_step(steps_.size(), member_of(column));
}

void RowMapping::take_positions() {
  if (columns_.size() != type_->members.size()) throw mapping::wrong_count(*type_, columns_);
  for (std::size_t i = 0; i < columns_.size(); ++i) add_step(i, i);
}

void RowMapping::take_names() {
  if (columns_.empty()) throw mapping::nothing_returned();
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const auto same_name = std::ranges::find(columns_, columns_[i].name, &pg::Column::name);
    if (same_name != columns_.begin() + static_cast<std::ptrdiff_t>(i)) {
      throw mapping::two_columns(*same_name, columns_[i], mapping::target_of(*type_, 0));
    }
    names_.emplace_back(columns_[i].name);
    add_step(i, 0);
    if (is_json(columns_[i].type)) steps_.back().read = &read_json;
  }
}

void RowMapping::add_step(std::size_t column, std::size_t member) {
  const Member& m = type_->members[member];
  const auto codec = m.find(columns_[column].type, columns_[column].format);
  if (!codec) throw mapping::wrong_type(columns_[column], mapping::target_of(*type_, member));
  steps_.push_back({*codec, m.read, m.set_null, m.offset, member});
}

bool RowMapping::fits(const std::vector<pg::Column>& columns) const noexcept {
  return std::ranges::equal(columns_, columns, same);
}

[[gnu::hot]] void RowMapping::decode(std::span<const pg::Field> fields, void* row,
                                     std::size_t number) const {
  if (fields.size() != steps_.size()) throw mapping::wrong_width(fields.size(), steps_.size());
  if (!names_.empty()) return decode_map(fields, *static_cast<Map*>(row), number);
  const Step* step = steps_.data();
  const Step* const end = step + steps_.size();
  try {
    for (const pg::Field* field = fields.data(); step != end; ++step, ++field) {
      void* target = static_cast<std::byte*>(row) + step->offset;
      if (field->is_null()) {
        if (step->set_null == nullptr) break;
        step->set_null(target);
      } else if (step->read == nullptr) [[likely]] {
        step->codec.decode(*field, target);
      } else {
        step->read(step->codec, *field, target);
      }
    }
  } catch (const Error& error) {
    throw mapping::undecodable(error, column_of(*step), mapping::target_of(*type_, step->member),
                               number);
  }
  if (step != end) {
    throw mapping::null_refused(column_of(*step), mapping::target_of(*type_, step->member), number);
  }
}

void RowMapping::decode_map(std::span<const pg::Field> fields, Map& row, std::size_t number) const {
  row.clear();
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    Value value;
    try {
      if (fields[i].is_null()) {
        // it is null already
      } else if (steps_[i].read == nullptr) {
        steps_[i].codec.decode(fields[i], &value);
      } else {
        steps_[i].read(steps_[i].codec, fields[i], &value);
      }
    } catch (const Error& error) {
      throw mapping::undecodable(error, columns_[i], mapping::target_of(*type_, 0), number);
    }
    row.set(names_[i], std::move(value));
  }
}

const pg::Column& RowMapping::column_of(const Step& step) const noexcept {
  return columns_[static_cast<std::size_t>(&step - steps_.data())];
}

[[gnu::hot]] std::shared_ptr<const RowMapping> MappingCache::find(
    const RowType& type, const std::vector<pg::Column>& columns) {
  for (const auto& mapping : mappings_) {
    if (&mapping->type() == &type && mapping->fits(columns)) return mapping;
  }
  auto made = std::make_shared<const RowMapping>(type, columns);
  if (mappings_.size() < kMost) {
    mappings_.push_back(made);
  } else {
    mappings_[oldest_] = made;
    oldest_ = (oldest_ + 1) % kMost;
  }
  return made;
}

}  // namespace pgjinja
