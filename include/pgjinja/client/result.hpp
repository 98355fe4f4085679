#pragma once

#include <pgjinja/client/call_sink.hpp>
#include <pgjinja/client/row_type.hpp>
#include <pgjinja/core/value.hpp>
#include <pgjinja/pg/types.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja {

class Result;

/// One field of an untyped row: a view that lives as long as its Result is neither changed, moved
/// nor destroyed.
class Cell {
 public:
  [[nodiscard]] bool is_null() const noexcept { return field_.is_null(); }
  [[nodiscard]] const pg::Column& column() const noexcept { return *column_; }

  /// The field as T: any type that one column decodes to (see docs/types.md); a std::optional takes
  /// NULL.
  /// @throws Error{Mapping} naming column and row when the column's type does not fit T, its value
  ///         does not, or it is NULL and T is no std::optional.
  template <class T>
    requires detail::ColumnType<T>
  [[nodiscard]] T as() const {
    T value{};
    read(detail::column_row_type<T>(), &value);
    return value;
  }
  /// The field as a Value of its natural kind (manual 8): numbers, bool, text, bytes and lists as
  /// such, NULL as null, all other types as their text. @throws Error{Mapping}
  [[nodiscard]] Value value() const { return as<Value>(); }

 private:
  friend class Row;
  Cell(const pg::Column& column, pg::Field field, std::size_t number) noexcept
      : column_(&column), field_(field), number_(number) {}
  void read(const RowType& type, void* target) const;

  const pg::Column* column_;
  pg::Field field_;
  std::size_t number_;  // of the row, from 1
};

/// One untyped row: a view that lives as long as its Result is neither changed, moved nor
/// destroyed.
class Row {
 public:
  [[nodiscard]] std::size_t size() const noexcept;
  /// The field of the column of this name. @throws Error{Mapping} when there is no such column,
  ///         naming those that there are, or more than one.
  [[nodiscard]] Cell operator[](std::string_view column) const;
  /// The field at position `index`, from 0. @throws Error{Mapping} when there is none.
  [[nodiscard]] Cell at(std::size_t index) const;
  /// Its place in the result, from 1.
  [[nodiscard]] std::size_t number() const noexcept { return index_ + 1; }

 private:
  friend class Result;
  Row(const Result& result, std::size_t index) noexcept : result_(&result), index_(index) {}

  const Result* result_;
  std::size_t index_;
};

/// The rows of one statement, untyped, with their columns. Owns everything in two blocks of memory,
/// whatever the number of rows. Movable and copyable; safe to read concurrently.
///
///     for (const Row& row : db.query("cities/largest", {{"limit", 5}}))
///       std::cout << row["name"].as<std::string>();
class Result {
 public:
  /// Gives its rows by value: they are views into the Result.
  class Iterator {
   public:
    using value_type = Row;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::input_iterator_tag;
    using reference = Row;
    using pointer = void;

    Iterator() noexcept = default;
    Row operator*() const noexcept { return (*result_)[index_]; }
    Iterator& operator++() noexcept {
      ++index_;
      return *this;
    }
    Iterator operator++(int) noexcept { return {*result_, index_++}; }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    friend class Result;
    Iterator(const Result& result, std::size_t index) noexcept : result_(&result), index_(index) {}
    const Result* result_ = nullptr;
    std::size_t index_ = 0;
  };

  /// How many rows were returned.
  [[nodiscard]] std::size_t size() const noexcept { return rows_; }
  [[nodiscard]] bool empty() const noexcept { return rows_ == 0; }
  /// None for a statement that returns no rows.
  [[nodiscard]] const std::vector<pg::Column>& columns() const noexcept { return columns_; }
  /// The command tag: "SELECT 3", "INSERT 0 1" (manual 55.7).
  [[nodiscard]] const std::string& tag() const noexcept { return tag_; }
  /// Rows returned or affected; 0 for commands that count none.
  [[nodiscard]] std::int64_t affected() const noexcept { return affected_; }

  /// The row at `index`, which must be less than size(); not checked.
  [[nodiscard]] Row operator[](std::size_t index) const noexcept { return {*this, index}; }
  /// The row at `index`. @throws Error{Mapping} when there is none.
  [[nodiscard]] Row at(std::size_t index) const;
  [[nodiscard]] Iterator begin() const noexcept { return {*this, 0}; }
  [[nodiscard]] Iterator end() const noexcept { return {*this, rows_}; }

 private:
  friend class Row;
  friend class ResultSink;
  struct Slot {
    std::size_t begin;
    std::int32_t size;  // -1 for NULL
  };

  [[nodiscard]] pg::Field field(std::size_t row, std::size_t column) const noexcept;

  std::vector<pg::Column> columns_;
  std::string bytes_;        // all fields, one behind the other
  std::vector<Slot> slots_;  // row by row
  std::size_t rows_ = 0;
  std::string tag_;
  std::int64_t affected_ = 0;
};

/// Collects a statement's rows into a Result.
class ResultSink final : public CallSink {
 public:
  void columns(const std::vector<pg::Column>& columns) override;
  void row(std::span<const pg::Field> fields) override;
  void finish(pg::Outcome outcome) override;
  /// What has been collected; the sink is empty afterwards.
  [[nodiscard]] Result take();

 private:
  Result result_;
};

}  // namespace pgjinja
