#pragma once

#include <pgjinja/client/call_sink.hpp>
#include <pgjinja/client/mapping.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace pgjinja {

/// Gives the mappings of one row type that the calling thread keeps. A sink may be made on one
/// thread and used on another one, as those of an AsyncClient are.
using ThreadMappings = MappingCache& (*)();

/// A sink that decodes rows into objects of one type. Single use; for one thread.
class MappedSink : public CallSink {
 public:
  /// @throws Error{Mapping} when the columns do not go with the row type.
  void columns(const std::vector<pg::Column>& columns) final;
  /// @throws Error{Mapping} when the statement returned no columns at all.
  void finish(pg::Outcome outcome) final;
  [[nodiscard]] const RowType& type() const noexcept { return *type_; }
  /// Has columns called as `naming` says. To be called before columns().
  void name_columns(ColumnNaming naming) { type_ = &type_->named(naming); }
  /// How many rows came.
  [[nodiscard]] std::size_t count() const noexcept { return count_; }

 protected:
  MappedSink(const RowType& type, ThreadMappings mappings) noexcept
      : type_(&type), mappings_(mappings) {}
  std::size_t next_number() noexcept { return ++count_; }
  void decode(std::span<const pg::Field> fields, void* row) const {
    mapping_->decode(fields, row, count_);
  }
  /// Once columns() was called.
  [[nodiscard]] const RowMapping& mapping() const noexcept { return *mapping_; }

 private:
  const RowType* type_;
  ThreadMappings mappings_;
  std::shared_ptr<const RowMapping> mapping_;
  std::size_t count_ = 0;
};

template <class T>
ThreadMappings mapping_cache() noexcept {
  return []() -> MappingCache& {
    thread_local MappingCache cache;
    return cache;
  };
}

/// All rows, in a vector.
template <class T>
class RowsSink final : public MappedSink {
 public:
  RowsSink() : MappedSink(row_type<T>(), mapping_cache<T>()) {}

  void row(std::span<const pg::Field> fields) override {
    if (next_number() > rows_.capacity()) make_room();
    if constexpr (std::is_same_v<T, bool>) {  // the elements of std::vector<bool> have no address
      bool value{};
      decode(fields, &value);
      rows_.push_back(value);
    } else {
      decode(fields, &rows_.emplace_back());
    }
  }
  [[nodiscard]] std::vector<T> take() && {
    if (rows_.size() >= kMany) mapping().note_size(rows_.size());
    if (rows_.size() < rows_.capacity() / 2) rows_.shrink_to_fit();  // the guess was too high
    return std::move(rows_);
  }

 private:
  static constexpr std::size_t kMany = 1024;
  static constexpr std::size_t kMostTimes = 64;

  /// A large result that is asked for again is likely to be as large: moving what has come, and the
  /// system's handing out of pages twice, cost as much as decoding.
  void make_room() {
    if (rows_.size() < kMany) return;
    const std::size_t guess = std::min(mapping().last_size(), kMostTimes * rows_.size());
    if (guess > rows_.size()) rows_.reserve(guess);
  }

  std::vector<T> rows_;
};

/// The first row; the others are only counted.
template <class T>
class FirstRowSink final : public MappedSink {
 public:
  FirstRowSink() : MappedSink(row_type<T>(), mapping_cache<T>()) {}

  void row(std::span<const pg::Field> fields) override {
    if (next_number() == 1) decode(fields, &row_);
  }
  [[nodiscard]] T take() && { return std::move(row_); }

 private:
  T row_{};
};

}  // namespace pgjinja
