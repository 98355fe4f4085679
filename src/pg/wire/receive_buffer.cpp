#include "pg/wire/receive_buffer.hpp"

#include <cstring>

namespace pgjinja::pg::wire {

namespace {
constexpr std::size_t kUsual = std::size_t{64} * 1024;
constexpr std::size_t kKept = std::size_t{1024} * 1024;
constexpr std::size_t kLeastRoom = std::size_t{16} * 1024;
}  // namespace

[[gnu::hot]] std::span<char> ReceiveBuffer::room() {
  if (begin_ == end_) {
    begin_ = end_ = 0;
    if (capacity_ == 0) reallocate(kUsual);
  } else if (capacity_ - end_ < kLeastRoom) {
    const std::size_t size = end_ - begin_;
    if (capacity_ - size < capacity_ / 2) {
      reallocate(capacity_ * 2);
    } else {
      std::memmove(data_.get(), data_.get() + begin_, size);
      begin_ = 0;
      end_ = size;
    }
  }
  return {data_.get() + end_, capacity_ - end_};
}

[[gnu::hot]] void ReceiveBuffer::release() noexcept {
  if (begin_ != end_ || capacity_ <= kKept) return;
  data_.reset();
  capacity_ = begin_ = end_ = 0;
}

void ReceiveBuffer::reallocate(std::size_t capacity) {
  auto grown = std::make_unique_for_overwrite<char[]>(capacity);
  const std::size_t size = end_ - begin_;
  if (size > 0) std::memcpy(grown.get(), data_.get() + begin_, size);
  data_ = std::move(grown);
  capacity_ = capacity;
  begin_ = 0;
  end_ = size;
}

}  // namespace pgjinja::pg::wire
