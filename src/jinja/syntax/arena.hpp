#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <memory_resource>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace pgjinja::jinja {

/// Memory of one syntax tree: nodes are made one by one and freed all at once.
class Arena {
 public:
  template <class T>
  using List = std::pmr::vector<T>;

  template <class T>
  T* make() {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (memory_.allocate(sizeof(T), alignof(T))) T;
  }

  /// An empty list whose memory is the arena's own.
  template <class T>
  List<T> list() {
    return List<T>(&memory_);
  }

  template <class T>
  std::span<T> copy(const List<T>& items) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (items.empty()) return {};
    auto* to = static_cast<T*>(memory_.allocate(items.size() * sizeof(T), alignof(T)));
    std::memcpy(static_cast<void*>(to), items.data(), items.size() * sizeof(T));
    return {to, items.size()};
  }

  /// A list of one.
  template <class T>
  std::span<T> one(T item) {
    auto* to = static_cast<T*>(memory_.allocate(sizeof(T), alignof(T)));
    *to = item;
    return {to, 1};
  }

  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    auto* to = static_cast<char*>(memory_.allocate(text.size(), 1));
    std::memcpy(to, text.data(), text.size());
    return {to, text.size()};
  }

 private:
  std::array<std::byte, 4096> first_;  // all that a small template needs
  std::pmr::monotonic_buffer_resource memory_{first_.data(), first_.size()};
};

}  // namespace pgjinja::jinja
