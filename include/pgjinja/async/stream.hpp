#pragma once

#include <pgjinja/async/operation.hpp>
#include <pgjinja/async/target.hpp>
#include <pgjinja/client/pending.hpp>
#include <pgjinja/client/stream.hpp>
#include <pgjinja/core/error.hpp>

#include <cstddef>
#include <exception>
#include <memory>
#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace pgjinja {

/// Rows that have come and were not taken yet.
class AsyncStreamRows {
 public:
  virtual ~AsyncStreamRows() = default;
  [[nodiscard]] virtual CallSink& sink() noexcept = 0;
  [[nodiscard]] virtual bool empty() const noexcept = 0;
  virtual void clear() noexcept = 0;
  /// The sink has got some more of them; without `more` the last ones. What it throws ends the
  /// stream.
  virtual void came(bool /*more*/) {}
};

/// Where the rows of an AsyncStream come from: each job asks for some more of them. A job that ends
/// well without rows is the end.
class AsyncStreamSource : public AsyncTarget {
 public:
  /// Has somebody asked who was not answered yet?
  [[nodiscard]] virtual bool asked() const noexcept = 0;
  /// No more rows are wanted: what is under way is ended in the background.
  virtual void abandon() noexcept = 0;
};

namespace detail {

template <class T>
class AsyncRowsOf : public AsyncStreamRows {
 public:
  [[nodiscard]] MappedSink& sink() noexcept override { return out_; }
  [[nodiscard]] bool empty() const noexcept override { return taken_ == out_.size(); }
  void clear() noexcept override {
    out_.clear();
    taken_ = 0;
  }
  /// nullptr: there is none.
  [[nodiscard]] T* take() noexcept { return empty() ? nullptr : &out_[taken_++]; }

 protected:
  /// What they are taken from.
  [[nodiscard]] ChunkSink<T>& out() noexcept { return out_; }

 private:
  ChunkSink<T> out_;
  std::size_t taken_ = 0;
};

/// Gives a stream's next row, once there are some.
template <class T>
class NextRow final : public BatchCallOf<T*> {
 public:
  explicit NextRow(std::shared_ptr<AsyncRowsOf<T>> rows)
      : BatchCallOf<T*>("the next row"), rows_(std::move(rows)) {}
  [[nodiscard]] CallSink& sink() noexcept override { return rows_->sink(); }
  [[nodiscard]] T* take() override { return rows_->take(); }

 private:
  std::shared_ptr<AsyncRowsOf<T>> rows_;
};

}  // namespace detail

/// The rows of a statement, one after the other, in constant memory however many there are.
///
///     auto cities = db.stream<City>("cities/all");
///     while (const City* city = co_await cities.next()) …
///
/// Nothing is sent before the first row is asked for. From then on it has a connection for itself,
/// until it ends: with the last row, with an error, or when it is destroyed, also in the midst of
/// the rows, which ends the statement in the background. (In an AsyncTransaction that is the
/// transaction's, which executes nothing else meanwhile.) While nobody asks nothing is read, so
/// that the server waits: after StreamOptions::fetch_size rows, or when the socket is full.
///
/// A row is valid until the next one is asked for, and may be moved from. Movable; not to be used
/// from two threads at once; it may outlive its client, but not the execution context.
template <class T>
class AsyncStream {
 public:
  AsyncStream(std::shared_ptr<AsyncStreamSource> source,
              std::shared_ptr<detail::AsyncRowsOf<T>> rows) noexcept
      : source_(std::move(source)), rows_(std::move(rows)) {}
  ~AsyncStream() { abandon(); }
  AsyncStream(AsyncStream&& other) noexcept = default;
  AsyncStream& operator=(AsyncStream&& other) noexcept {
    if (this == &other) return *this;
    abandon();
    source_ = std::move(other.source_);
    rows_ = std::move(other.rows_);
    return *this;
  }

  /// The next row: a T*, which is nullptr behind the last one. Only who has seen that has seen all
  /// rows; after a failure each further call fails as well. One call at a time.
  ///
  /// Fails as Executor::query() does, also in the midst of the rows. Limits are those of each call
  /// that waits for rows; its cancellation slot cancels the statement, and so ends the stream.
  template <class Token = boost::asio::use_awaitable_t<>>
  auto next(Token token = Token()) {
    if (source_ == nullptr) throw Error(ErrorKind::Config, "this stream was moved from");
    return boost::asio::async_initiate<Token, void(std::exception_ptr, T*)>(
        [source = source_, rows = rows_](auto handler) {
          if (source->asked() || rows->empty()) {
            return detail::begin_operation<T*>(std::move(handler), source,
                                               std::make_shared<detail::NextRow<T>>(rows),
                                               detail::NoPreparation());
          }
          const auto executor = boost::asio::get_associated_executor(handler, source->executor());
          boost::asio::post(executor, [handler = std::move(handler), row = rows->take()]() mutable {
            std::move(handler)(std::exception_ptr(), row);
          });
        },
        token);
  }

 private:
  void abandon() noexcept {
    if (source_ != nullptr) std::exchange(source_, nullptr)->abandon();
  }

  std::shared_ptr<AsyncStreamSource> source_;
  std::shared_ptr<detail::AsyncRowsOf<T>> rows_;
};

}  // namespace pgjinja
