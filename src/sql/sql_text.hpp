#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace pgjinja::sql {

/// A string under construction: its memory is all its own from the beginning, so that to append is
/// no more than a copy. The string is whole after finish(), or when the writer is destroyed.
class SqlText {
 public:
  /// Overwrites `text`, which must outlive it, and keeps its memory.
  explicit SqlText(std::string& text) : text_(text) {
    text_.resize(text_.capacity());
    begin_ = at_ = text_.data();
    end_ = at_ + text_.size();
  }
  ~SqlText() { finish(); }
  SqlText(const SqlText&) = delete;
  SqlText& operator=(const SqlText&) = delete;

  void append(std::string_view more) {
    if (more.size() > left()) grow(more.size());
    std::memcpy(at_, more.data(), more.size());
    at_ += more.size();
  }
  void append(char c) {
    if (left() == 0) grow(1);
    *at_++ = c;
  }

  /// Nothing is to be appended any more.
  void finish() { text_.resize(size()); }

  [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(at_ - begin_); }
  [[nodiscard]] std::string_view view() const noexcept { return {begin_, size()}; }

 private:
  [[nodiscard]] std::size_t left() const noexcept { return static_cast<std::size_t>(end_ - at_); }

  void grow(std::size_t more) {
    const std::size_t used = size();
    text_.resize(std::max(used + more, 2 * text_.size()));
    begin_ = text_.data();
    at_ = begin_ + used;
    end_ = begin_ + text_.size();
  }

  std::string& text_;
  char* begin_;
  char* at_;
  char* end_;
};

}  // namespace pgjinja::sql
