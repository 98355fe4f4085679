#pragma once

#include <pgjinja/client/row_sinks.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace pgjinja {

/// How a stream gets its rows.
struct StreamOptions {
  /// So many rows are asked for at a time: each time costs a round trip, and as many may have been
  /// computed for nothing when the stream ends early. The server makes no parallel plan for rows
  /// that are asked for in portions. 0: all are asked for at once, and the server waits while they
  /// are not taken; ending early then cancels the statement. Not in a Transaction.
  std::uint32_t fetch_size = 1000;
};

/// Where the rows of a stream come from.
class StreamSource {
 public:
  virtual ~StreamSource() = default;
  /// Hands some more rows to the sink; false when the statement is done, perhaps with its last
  /// rows.
  virtual bool next() = 0;
};

/// Rows that have come and were not taken yet. The objects are used again, with their memory.
template <class T>
class ChunkSink final : public MappedSink {
 public:
  ChunkSink() : MappedSink(row_type<T>(), mapping_cache<T>()) {}

  void row(std::span<const pg::Field> fields) override {
    next_number();
    if (size_ == slots_.size()) slots_.emplace_back();
    decode(fields, &slots_[size_].value);
    ++size_;
  }
  /// Puts a row down that did not come from the server.
  void add(T row) {
    if (size_ == slots_.size()) slots_.emplace_back();
    slots_[size_++].value = std::move(row);
  }
  void clear() noexcept { size_ = 0; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] T& operator[](std::size_t index) noexcept { return slots_[index].value; }

 private:
  struct Slot {  // std::vector<bool> has no elements to point to
    T value{};
  };
  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

/// The rows of a statement, one after the other: a range to be gone through once.
///
/// It has a connection for itself until it ends: with the last row, with an error, or when it is
/// destroyed, also in the midst of the rows. (In a Transaction that is the transaction's, which can
/// execute nothing else meanwhile.) What the server had computed for
/// nothing by then is bounded by StreamOptions::fetch_size. A row is valid until the next one is
/// asked for, and may be moved from. Movable; for the thread that made it.
template <class T>
class Stream {
 public:
  class Iterator {
   public:
    using value_type = T;
    using difference_type = std::ptrdiff_t;

    Iterator() = default;
    [[nodiscard]] T& operator*() const noexcept { return stream_->current(); }
    [[nodiscard]] T* operator->() const noexcept { return &stream_->current(); }
    Iterator& operator++() {
      stream_->advance();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& it, std::default_sentinel_t) noexcept {
      return it.at_end();
    }

   private:
    friend class Stream;
    explicit Iterator(Stream* stream) noexcept : stream_(stream) {}
    [[nodiscard]] bool at_end() const noexcept { return stream_->at_end(); }
    Stream* stream_ = nullptr;
  };

  Stream(std::unique_ptr<StreamSource> source, std::unique_ptr<ChunkSink<T>> sink) noexcept
      : sink_(std::move(sink)), source_(std::move(source)) {}

  /// Asks for the first row, when called for the first time; the row that it stands at later.
  [[nodiscard]] Iterator begin() {
    if (!begun_) fill();
    begun_ = true;
    return Iterator(this);
  }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

 private:
  [[nodiscard]] T& current() noexcept { return (*sink_)[at_]; }
  [[nodiscard]] bool at_end() const noexcept { return at_ == sink_->size(); }
  void advance() {
    if (++at_ == sink_->size()) fill();
  }
  void fill() {
    at_ = 0;
    sink_->clear();
    while (source_ != nullptr && sink_->size() == 0) {
      if (!source_->next()) source_.reset();
    }
  }

  std::unique_ptr<ChunkSink<T>> sink_;  // outlives the source, which writes into it
  std::unique_ptr<StreamSource> source_;
  std::size_t at_ = 0;
  bool begun_ = false;
};

}  // namespace pgjinja
