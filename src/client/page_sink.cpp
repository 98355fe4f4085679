#include "client/page_sink.hpp"

#include <pgjinja/client/row_type.hpp>

#include <algorithm>
#include <utility>

namespace pgjinja {

namespace {

/// `bytes` as the Value of its natural kind.
Value value_of(const pg::Column& column, const std::string& bytes) {
  const Member& member = detail::column_row_type<Value>().members.front();
  const pg::Field field{bytes.data(), bytes.size()};
  Value value;
  const pg::Codec codec = member.find(column.type, column.format).value();
  if (member.read == nullptr) {
    codec.decode(field, &value);
  } else {
    member.read(codec, field, &value);
  }
  return value;
}

}  // namespace

void PageSink::columns(const std::vector<pg::Column>& columns) {
  places_.clear();
  key_columns_.clear();
  // Each is there once: the server has sorted by it.
  for (const SortKey& key : sort_) {
    const auto found = std::ranges::find(columns, key.column, &pg::Column::name);
    places_.push_back(static_cast<std::size_t>(found - columns.begin()));
    key_columns_.push_back(*found);
  }
  inner_.columns(columns);
}

void PageSink::row(std::span<const pg::Field> fields) {
  ++rows_;
  if (rows_ > size_) {
    Keys behind;
    take_keys(fields, behind);
    ambiguous_ = !behind.empty() && behind == last_;
    return;
  }
  take_keys(fields, last_);
  if (rows_ == 1) first_ = last_;
  inner_.row(fields);
}

void PageSink::finish(pg::Outcome outcome) { inner_.finish(std::move(outcome)); }

void PageSink::take_keys(std::span<const pg::Field> fields, Keys& keys) const {
  keys.resize(places_.size());
  for (std::size_t i = 0; i < places_.size(); ++i) {
    const pg::Field& field = fields[places_[i]];
    keys[i].null = field.is_null();
    keys[i].bytes.assign(field.bytes());
  }
}

std::vector<Value> PageSink::values_of(const Keys& keys) const {
  std::vector<Value> values;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    values.push_back(keys[i].null ? Value() : value_of(key_columns_[i], keys[i].bytes));
  }
  return values;
}

}  // namespace pgjinja
