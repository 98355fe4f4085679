#include "client/row_source.hpp"

#include <fmt/format.h>

namespace pgjinja {

Error at_row(Error error, std::size_t row, const std::string& column) {
  if (row == 0) return error;
  std::string detail = error.detail();
  if (!detail.empty()) detail += '\n';
  detail += fmt::format("row {}", row);
  if (!column.empty()) detail += ", column " + column;
  error.detail(std::move(detail));
  return error;
}

pg::Format RowSource::begin(const std::vector<pg::Column>& columns) {
  format_ = pg::Format::Binary;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const MemberOutput& output = members_[i]->output;
    const pg::Encoder encode =
        output.find_encoder == nullptr ? nullptr : output.find_encoder(columns[i].type);
    if (encode == nullptr) format_ = pg::Format::Text;
    steps_.push_back({members_[i]->offset, output.held, encode, output.to_value, columns[i].type});
  }
  return format_;
}

bool RowSource::next(pg::CopyRow& row) {
  if (next_ == rows_.size()) return false;
  const char* object = rows_.object(next_++);
  column_ = 0;
  for (const Step& step : steps_) {
    const void* member = object + step.offset;
    if (format_ == pg::Format::Text) {
      write_text(step, member, row);
    } else {
      if (step.held != nullptr) member = step.held(member);
      if (member == nullptr) {
        row.null();
      } else {
        row.encoded(step.encode, member);
      }
    }
    ++column_;
  }
  return true;
}

void RowSource::write_text(const Step& step, const void* member, pg::CopyRow& row) const {
  if (step.to_value == nullptr) {
    throw Error(ErrorKind::Encode,
                fmt::format("a {} cannot be sent to the server", members_[column_]->type));
  }
  const Value value = step.to_value(member);
  if (value.is_null()) return row.null();
  pg::encode_text(value, step.type, row.begin_field());
  row.end_field();
}

}  // namespace pgjinja
