#pragma once

#include <pgjinja/client/call_sink.hpp>
#include <pgjinja/core/sort_key.hpp>
#include <pgjinja/core/value.hpp>
#include <pgjinja/pg/types.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace pgjinja {

/// Hands the rows of a page on, and keeps what its ends need: the keys of the first and the last
/// row, and whether there is a row behind.
class PageSink final : public CallSink {
 public:
  /// All must outlive it. Rows beyond `size` are not handed on.
  PageSink(CallSink& inner, std::int64_t size, const std::vector<SortKey>& sort)
      : inner_(inner), size_(size), sort_(sort) {}

  void columns(const std::vector<pg::Column>& columns) override;
  void row(std::span<const pg::Field> fields) override;
  void finish(pg::Outcome outcome) override;

  /// How many rows were handed on.
  [[nodiscard]] std::int64_t rows() const noexcept { return more() ? size_ : rows_; }
  [[nodiscard]] bool more() const noexcept { return rows_ > size_; }
  /// The row behind has the same keys as the last one.
  [[nodiscard]] bool ambiguous() const noexcept { return ambiguous_; }
  /// The columns that are the keys.
  [[nodiscard]] const std::vector<pg::Column>& key_columns() const noexcept { return key_columns_; }
  /// The keys of the first and of the last row handed on. There is one.
  [[nodiscard]] std::vector<Value> first_keys() const { return values_of(first_); }
  [[nodiscard]] std::vector<Value> last_keys() const { return values_of(last_); }

 private:
  /// A field as it came.
  struct Key {
    bool null = true;
    std::string bytes;
    bool operator==(const Key&) const = default;
  };
  using Keys = std::vector<Key>;

  void take_keys(std::span<const pg::Field> fields, Keys& keys) const;
  [[nodiscard]] std::vector<Value> values_of(const Keys& keys) const;

  CallSink& inner_;
  std::int64_t size_;
  const std::vector<SortKey>& sort_;
  std::vector<std::size_t> places_;  // of the keys in a row
  std::vector<pg::Column> key_columns_;
  std::int64_t rows_ = 0;
  bool ambiguous_ = false;
  Keys first_;
  Keys last_;
};

}  // namespace pgjinja
