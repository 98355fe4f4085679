#include "client/mapping_errors.hpp"
#include "client/nearest_name.hpp"

#include <pgjinja/client/mapping.hpp>
#include <pgjinja/client/result.hpp>
#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace pgjinja {

namespace {

Error unknown_column(std::string_view name, const std::vector<pg::Column>& columns) {
  Error error(ErrorKind::Mapping, fmt::format("the result has no column \"{}\"", name));
  error.detail(mapping::list_of(columns));
  const std::string near = nearest_name(name, mapping::names_of(columns));
  if (!near.empty()) error.hint(fmt::format("did you mean \"{}\"?", near));
  return error;
}

Error ambiguous_column(std::string_view name) {
  return Error(ErrorKind::Mapping, fmt::format("the result has more than one column \"{}\"", name))
      .hint("take it by position with at(), or name one of them otherwise (… AS other_name)");
}

Error out_of_range(std::string_view noun, std::size_t index, std::size_t size) {
  return {ErrorKind::Mapping,
          fmt::format("there is no {} at position {}: there are {}, counted from 0", noun, index,
                      size)};
}

}  // namespace

void Cell::read(const RowType& type, void* target) const {
  const Member& member = type.members.front();
  const auto codec = member.find(column_->type, column_->format);
  if (!codec) throw mapping::wrong_type(*column_, mapping::target_of(type, 0));
  if (field_.is_null()) {
    if (member.set_null == nullptr) {
      throw mapping::null_refused(*column_, mapping::target_of(type, 0), number_);
    }
    return member.set_null(target);
  }
  try {
    if (member.read == nullptr) {
      codec->decode(field_, target);
    } else {
      member.read(*codec, field_, target);
    }
  } catch (const Error& error) {
    throw mapping::undecodable(error, *column_, mapping::target_of(type, 0), number_);
  }
}

std::size_t Row::size() const noexcept { return result_->columns_.size(); }

Cell Row::operator[](std::string_view column) const {
  const auto& columns = result_->columns_;
  const auto at = std::ranges::find(columns, column, &pg::Column::name);
  if (at == columns.end()) throw unknown_column(column, columns);
  if (std::find_if(at + 1, columns.end(), [column](const pg::Column& other) {
        return other.name == column;
      }) != columns.end()) {
    throw ambiguous_column(column);
  }
  const auto index = static_cast<std::size_t>(at - columns.begin());
  return {*at, result_->field(index_, index), number()};
}

Cell Row::at(std::size_t index) const {
  if (index >= size()) throw out_of_range("column", index, size());
  return {result_->columns_[index], result_->field(index_, index), number()};
}

Row Result::at(std::size_t index) const {
  if (index >= size()) throw out_of_range("row", index, size());
  return {*this, index};
}

pg::Field Result::field(std::size_t row, std::size_t column) const noexcept {
  const Slot slot = slots_[row * columns_.size() + column];
  if (slot.size < 0) return {};
  return {bytes_.data() + slot.begin, static_cast<std::size_t>(slot.size)};
}

void ResultSink::columns(const std::vector<pg::Column>& columns) { result_.columns_ = columns; }

void ResultSink::row(std::span<const pg::Field> fields) {
  if (fields.size() != result_.columns_.size()) {
    throw mapping::wrong_width(fields.size(), result_.columns_.size());
  }
  for (const pg::Field& field : fields) {
    const std::int32_t size = field.is_null() ? -1 : static_cast<std::int32_t>(field.size);
    result_.slots_.push_back({result_.bytes_.size(), size});
    result_.bytes_.append(field.bytes());
  }
  ++result_.rows_;
}

void ResultSink::finish(pg::Outcome outcome) {
  result_.tag_ = std::move(outcome.tag);
  result_.affected_ = outcome.rows;
}

Result ResultSink::take() { return std::exchange(result_, Result()); }

}  // namespace pgjinja
