#include "client/buffers.hpp"

#include <new>
#include <utility>
#include <vector>

namespace pgjinja {

namespace {

/// Of one thread. Statements that were huge should not hold their memory for the rest of its life.
constexpr std::size_t kMostKeptBytes = std::size_t{1024} * 1024;

template <class T>
std::size_t bytes_of(const std::vector<T>& items) noexcept {
  return items.capacity() * sizeof(T);
}

/// Has no destructor, and so can be asked to the very end of the thread.
thread_local bool spares_are_gone = false;

}  // namespace

/// The sets that a thread keeps.
class Buffers::Spares {
 public:
  ~Spares() { spares_are_gone = true; }

  /// nullptr: there is none.
  std::unique_ptr<Set> take() noexcept {
    if (sets_.empty()) return nullptr;
    std::unique_ptr<Set> set = std::move(sets_.back());
    sets_.pop_back();
    bytes_ -= set->kept_bytes;
    return set;
  }

  /// Lets it go when there is enough already, or no memory to remember it.
  void keep(std::unique_ptr<Set>&& set) noexcept {
    const std::size_t bytes = set->bytes();
    if (bytes > kMostKeptBytes - bytes_) return;
    set->kept_bytes = bytes;
    try {
      sets_.push_back(std::move(set));
      bytes_ += bytes;
    } catch (const std::bad_alloc&) {
      return;
    }
  }

 private:
  std::vector<std::unique_ptr<Set>> sets_;
  std::size_t bytes_ = 0;
};

/// nullptr: the thread is at its end. Objects of static storage end after it.
Buffers::Spares* Buffers::spares() noexcept {
  if (spares_are_gone) return nullptr;
  static thread_local Spares spares;
  return &spares;
}

[[gnu::hot]] Buffers::Buffers() {
  if (Spares* const kept = spares()) set_ = kept->take();
  if (set_ == nullptr) set_ = std::make_unique<Set>();
}

[[gnu::hot]] Buffers::~Buffers() {
  if (set_ == nullptr) return;
  set_->clear();
  if (Spares* const kept = spares()) kept->keep(std::move(set_));
}

/// Values and templates must not live on in here: they may be secret, or large.
[[gnu::hot]] void Buffers::Set::clear() noexcept {
  fragment.clear();
  statement.fragment.clear();
  statement.parameters.clear();
  statement.sites.clear();
  statement.origins.clear();
  statement.raw_texts.clear();
  statement.sql.clear();
}

std::size_t Buffers::Set::bytes() const noexcept {
  return sizeof(Set) + statement.sql.capacity() + bytes_of(statement.parameters) +
         bytes_of(statement.sites) + bytes_of(statement.origins) + bytes_of(statement.raw_texts) +
         bytes_of(fragment.pieces()) + bytes_of(statement.fragment.pieces());
}

}  // namespace pgjinja
