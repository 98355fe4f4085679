#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace pgjinja::pg::wire {

/// Bytes that came and were not consumed yet, always in one piece so that a message is one view.
///
/// Grows by doubling as bytes come, never by what a message's length promises.
class ReceiveBuffer {
 public:
  /// Room to read into, never empty. Views into the buffer end here.
  std::span<char> room();
  /// `size` bytes of the room have been filled.
  void filled(std::size_t size) noexcept { end_ += size; }
  void consume(std::size_t size) noexcept { begin_ += size; }

  /// Gives a large buffer back when it has run empty. Views into the buffer end here.
  void release() noexcept;

  [[nodiscard]] std::string_view bytes() const noexcept {
    return {data_.get() + begin_, end_ - begin_};
  }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }

 private:
  void reallocate(std::size_t capacity);

  std::unique_ptr<char[]> data_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace pgjinja::pg::wire
