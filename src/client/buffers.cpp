#include "client/buffers.hpp"

#include <cstddef>
#include <utility>

namespace pgjinja {

namespace {

/// One huge statement should not hold its memory for the rest of the thread's life.
constexpr std::size_t kMostKeptBytes = 256U << 10U;
constexpr std::size_t kMostKeptPieces = 4096;

}  // namespace

std::unique_ptr<Buffers::Set>& Buffers::spare() {
  static thread_local std::unique_ptr<Set> set;
  return set;
}

Buffers::Buffers() : set_(std::move(spare())) {
  if (set_ == nullptr) set_ = std::make_unique<Set>();
}

Buffers::~Buffers() {
  set_->clear();
  if (set_->is_small()) spare() = std::move(set_);
}

/// Values and templates must not live on in here: they may be secret, or large.
void Buffers::Set::clear() noexcept {
  fragment.clear();
  statement.fragment.clear();
  statement.parameters.clear();
  statement.sites.clear();
  statement.origins.clear();
  statement.raw_texts.clear();
  statement.sql.clear();
}

bool Buffers::Set::is_small() const noexcept {
  return statement.sql.capacity() <= kMostKeptBytes &&
         statement.parameters.capacity() <= kMostKeptPieces &&
         statement.origins.capacity() <= kMostKeptPieces &&
         fragment.pieces().capacity() <= kMostKeptPieces &&
         statement.fragment.pieces().capacity() <= kMostKeptPieces;
}

}  // namespace pgjinja
