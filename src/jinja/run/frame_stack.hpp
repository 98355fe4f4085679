#pragma once

#include <pgjinja/core/value.hpp>

#include <cstddef>
#include <memory>
#include <new>
#include <vector>

namespace pgjinja::jinja {

/// Memory for frames, last in first out; a frame's address stays while it lives. The first few
/// frames need no allocation.
class FrameStack {
 public:
  FrameStack() = default;
  FrameStack(const FrameStack&) = delete;
  FrameStack& operator=(const FrameStack&) = delete;

  /// `count` null values. They are given back by the destructor.
  class Frame {
   public:
    Frame(FrameStack& stack, std::size_t count)
        : stack_(stack), values_(stack.take(count)), count_(count) {
      for (std::size_t i = 0; i < count; ++i) new (values_ + i) Value;
    }
    ~Frame() {
      std::destroy_n(values_, count_);
      stack_.give_back(count_);
    }
    Frame(const Frame&) = delete;
    Frame& operator=(const Frame&) = delete;
    [[nodiscard]] Value* values() const noexcept { return values_; }

   private:
    FrameStack& stack_;
    Value* values_;
    std::size_t count_;
  };

 private:
  static constexpr std::size_t kInline = 96;
  static constexpr std::size_t kChunk = 4096;

  struct Chunk {
    std::unique_ptr<std::byte[]> memory;
    std::size_t size = 0;
    std::size_t used = 0;
  };

  Value* take(std::size_t count) {
    if (chunks_.empty() && used_ + count <= kInline) {
      Value* at = reinterpret_cast<Value*>(inline_) + used_;
      used_ += count;
      return at;
    }
    return take_from_chunk(count);
  }

  Value* take_from_chunk(std::size_t count) {
    if (chunks_.empty() || chunks_.back().used + count > chunks_.back().size) {
      const std::size_t size = count > kChunk ? count : kChunk;
      chunks_.push_back({std::make_unique<std::byte[]>(size * sizeof(Value)), size, 0});
    }
    Chunk& chunk = chunks_.back();
    Value* at = reinterpret_cast<Value*>(chunk.memory.get()) + chunk.used;
    chunk.used += count;
    return at;
  }

  void give_back(std::size_t count) noexcept {
    if (chunks_.empty()) {
      used_ -= count;
      return;
    }
    chunks_.back().used -= count;
    if (chunks_.back().used == 0) chunks_.pop_back();
  }

  alignas(Value) std::byte inline_[kInline * sizeof(Value)];
  std::size_t used_ = 0;
  std::vector<Chunk> chunks_;
};

}  // namespace pgjinja::jinja
