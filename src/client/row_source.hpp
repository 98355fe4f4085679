#pragma once

#include <pgjinja/client/row_span.hpp>
#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/copy.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace pgjinja {

/// `error`, told of the row, from 1, and of the column, unless they are 0 and empty.
Error at_row(Error error, std::size_t row, const std::string& column);

/// Gives objects of a row type to a COPY: in binary when each member has an encoder for its
/// column's type, else all of them in text.
class RowSource final : public pg::CopySource {
 public:
  /// `members[i]` goes into column i. What they point to must outlive the source.
  RowSource(const RowSpan& rows, std::vector<const Member*> members)
      : rows_(rows), members_(std::move(members)) {}

  pg::Format begin(const std::vector<pg::Column>& columns) override;
  bool next(pg::CopyRow& row) override;

  /// How many rows have been asked for: while an exception passes, the number of its row, from 1.
  [[nodiscard]] std::size_t row() const noexcept { return next_; }
  /// The column, from 0, that was being written.
  [[nodiscard]] std::size_t column() const noexcept { return column_; }

 private:
  struct Step {
    std::size_t offset;
    const void* (*held)(const void* member);
    pg::Encoder encode;
    Value (*to_value)(const void* member);
    pg::Oid type;
  };

  void write_text(const Step& step, const void* member, pg::CopyRow& row) const;

  RowSpan rows_;
  std::vector<const Member*> members_;
  std::vector<Step> steps_;
  pg::Format format_ = pg::Format::Text;
  std::size_t next_ = 0;
  std::size_t column_ = 0;
};

}  // namespace pgjinja
