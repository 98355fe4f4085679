#include <pgjinja/pg/byte_buffer.hpp>

#include <algorithm>

namespace pgjinja::pg {

namespace {
constexpr std::size_t kLeast = 256;
}  // namespace

void ByteBuffer::enlarge(std::size_t more) {
  const std::size_t capacity = std::max({kLeast, capacity_ * 2, size_ + more});
  auto grown = std::make_unique_for_overwrite<char[]>(capacity);
  if (size_ > 0) std::memcpy(grown.get(), data_.get(), size_);
  data_ = std::move(grown);
  capacity_ = capacity;
}

}  // namespace pgjinja::pg
