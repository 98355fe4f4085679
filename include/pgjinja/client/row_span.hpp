#pragma once

#include <pgjinja/client/row_type.hpp>
#include <pgjinja/core/context.hpp>

#include <cstddef>
#include <span>
#include <type_traits>

namespace pgjinja {

/// Rows that are to be sent, as the plain code sees them: objects of one row type, or Contexts. A
/// view.
class RowSpan {
 public:
  template <class T>
  explicit RowSpan(std::span<const T> rows)
      : rows_(reinterpret_cast<const char*>(rows.data())), stride_(sizeof(T)), size_(rows.size()) {
    if constexpr (!std::is_same_v<T, Context>) type_ = &row_type<T>();
  }

  /// The same rows, with their columns called as `naming` says.
  [[nodiscard]] RowSpan named(ColumnNaming naming) const {
    RowSpan same = *this;
    if (type_ != nullptr) same.type_ = &type_->named(naming);
    return same;
  }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// The type of the objects; nullptr when they are Contexts.
  [[nodiscard]] const RowType* type() const noexcept { return type_; }
  /// An object, from 0. @pre type() != nullptr
  [[nodiscard]] const char* object(std::size_t index) const noexcept {
    return rows_ + index * stride_;
  }
  /// @pre type() == nullptr
  [[nodiscard]] const Context& context(std::size_t index) const noexcept {
    return *reinterpret_cast<const Context*>(object(index));
  }

 private:
  const char* rows_;
  std::size_t stride_;
  std::size_t size_;
  const RowType* type_ = nullptr;
};

}  // namespace pgjinja
