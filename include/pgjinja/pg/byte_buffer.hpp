#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace pgjinja::pg {

/// Bytes that grow at their end: what millions of small fields are encoded into. A std::string
/// appends by a call into the library, which costs more than the field does.
class ByteBuffer {
 public:
  /// Room for `size` bytes at the end, which the caller has to fill. Ends at the next call.
  char* grow(std::size_t size) {
    if (capacity_ - size_ < size) enlarge(size);
    char* const room = data_.get() + size_;
    size_ += size;
    return room;
  }
  void append(std::string_view bytes) {
    if (!bytes.empty()) std::memcpy(grow(bytes.size()), bytes.data(), bytes.size());
  }
  /// Drops what stands behind the first `size` bytes; keeps the memory.
  void truncate(std::size_t size) noexcept { size_ = size; }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// Lives until the buffer changes.
  [[nodiscard]] std::string_view bytes() const noexcept { return {data_.get(), size_}; }

 private:
  void enlarge(std::size_t more);

  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace pgjinja::pg
