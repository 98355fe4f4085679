#include "client/many_copy.hpp"

#include "client/row_source.hpp"
#include "client/set_check.hpp"

#include <algorithm>
#include <exception>
#include <string>
#include <vector>

namespace pgjinja {

namespace {

/// A row gives another statement: COPY ends here.
class AnotherText final : public std::exception {};

/// Gives the parameters of each row, in text.
class ParameterSource final : public pg::CopySource {
 public:
  explicit ParameterSource(Many& many) : many_(many) {}

  pg::Format begin(const std::vector<pg::Column>& columns) override {
    columns_ = columns;
    return pg::Format::Text;
  }

  bool next(pg::CopyRow& row) override {
    if (next_ == many_.size()) return false;
    const std::size_t index = next_++;
    if (!many_.parameters(index, parameters_)) throw AnotherText();
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      try {
        write(parameters_[i], columns_[i].type, row);
      } catch (const Error& error) {
        throw many_.not_encoded(error, i + 1, index);
      }
    }
    return true;
  }

 private:
  static void write(const Value& value, pg::Oid type, pg::CopyRow& row) {
    if (value.is_null()) return row.null();
    pg::encode_text(value, type, row.begin_field());
    row.end_field();
  }

  Many& many_;
  std::vector<pg::Column> columns_;
  std::vector<Value> parameters_;
  std::size_t next_ = 0;
};

/// Gives the members that the parameters come from.
class MemberSource final : public pg::CopySource {
 public:
  MemberSource(Many& many, std::vector<const Member*> members)
      : many_(many), rows_(many.rows(), std::move(members)) {}

  pg::Format begin(const std::vector<pg::Column>& columns) override { return rows_.begin(columns); }
  bool next(pg::CopyRow& row) override {
    try {
      return rows_.next(row);
    } catch (const Error& error) {
      throw many_.not_encoded(error, rows_.column() + 1, rows_.row() - 1);
    }
  }

 private:
  Many& many_;
  RowSource rows_;
};

/// The error of a row that the server named.
Error of_row(Many& many, Error error, const pg::CopyIn& copy) {
  const auto column = std::find(copy.columns.begin(), copy.columns.end(), copy.failed_column);
  if (column != copy.columns.end()) {
    error.parameter(static_cast<std::uint32_t>(column - copy.columns.begin() + 1));
  }
  sql::Statement statement;
  many.bind(copy.failed_row - 1, statement);
  return many.placed(error, statement, copy.failed_row - 1);
}

}  // namespace

std::optional<std::int64_t> copy_many(pg::Connection& connection, Many& many,
                                      const sql::InsertShape& shape) {
  std::vector<const Member*> members = many.members();
  ParameterSource parameters(many);
  MemberSource objects(many, members);
  pg::CopyIn copy{.table = table_of(shape), .columns = shape.columns};
  copy.source = members.empty() ? static_cast<pg::CopySource*>(&parameters) : &objects;
  try {
    return connection.copy_in(copy, many.limits()).rows;
  } catch (const AnotherText&) {
    return std::nullopt;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::Server || copy.failed_row == 0) throw;
    throw of_row(many, error, copy);
  }
}

}  // namespace pgjinja
