#pragma once

#include <pgjinja/client/row_type.hpp>
#include <pgjinja/core/value.hpp>
#include <pgjinja/pg/types.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace pgjinja {

/// The columns of one statement tied to the places of one row type: made once, used for each row.
/// Immutable, but for a guess, so that any number of threads may decode with it.
class RowMapping {
 public:
  /// @throws Error{Mapping} for a column without a member or with more than one, a member without a
  ///         column, two columns of one name or one member, another number of columns than
  ///         elements, or a type that does not fit.
  RowMapping(const RowType& type, const std::vector<pg::Column>& columns);

  [[nodiscard]] const RowType& type() const noexcept { return *type_; }
  /// Is it made for exactly these columns: their names, types and formats, in this order?
  [[nodiscard]] bool fits(const std::vector<pg::Column>& columns) const noexcept;

  /// Decodes a row into `row`, which points to a default-constructed object of the row type, or to
  /// one that had a row before.
  /// `number` counts rows from 1, for messages.
  /// @throws Error{Mapping} naming column, member and row: a NULL without an optional, or a value
  ///         that the type cannot hold; Error{Protocol} for a malformed row.
  void decode(std::span<const pg::Field> fields, void* row, std::size_t number) const;

  /// How many rows the last result had that was taken whole: a guess at what the next one will
  /// have.
  [[nodiscard]] std::size_t last_size() const noexcept {
    return last_size_.load(std::memory_order_relaxed);
  }
  void note_size(std::size_t rows) const noexcept {
    last_size_.store(rows, std::memory_order_relaxed);
  }

 private:
  struct Step {
    pg::Codec codec;
    void (*read)(const pg::Codec&, pg::Field, void*);  // nullptr: codec.decode
    void (*set_null)(void*);
    std::size_t offset;
    std::size_t member;
  };

  void take_members();
  [[nodiscard]] std::size_t member_of(const pg::Column& column) const;
  void take_positions();
  void take_names();
  void decode_map(std::span<const pg::Field> fields, Map& row, std::size_t number) const;
  void add_step(std::size_t column, std::size_t member);
  [[nodiscard]] const pg::Column& column_of(const Step& step) const noexcept;

  const RowType* type_;
  std::vector<pg::Column> columns_;
  std::vector<Step> steps_;   // one per column
  std::vector<Value> names_;  // of the columns, when the row is a Map
  mutable std::atomic<std::size_t> last_size_ = 0;
};

/// The mappings that were made for one C++ row type: a statement that is executed again finds its
/// own. Not to be used from two threads at once.
class MappingCache {
 public:
  /// The mapping for `columns`, from the cache if there is one. @throws as RowMapping does.
  std::shared_ptr<const RowMapping> find(const RowType& type,
                                         const std::vector<pg::Column>& columns);

 private:
  static constexpr std::size_t kMost = 8;

  std::vector<std::shared_ptr<const RowMapping>> mappings_;
  std::size_t oldest_ = 0;
};

}  // namespace pgjinja
