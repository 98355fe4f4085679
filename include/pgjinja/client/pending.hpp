#pragma once

#include <pgjinja/client/call_sink.hpp>
#include <pgjinja/client/detail/expect_count.hpp>
#include <pgjinja/client/row_sinks.hpp>

#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace pgjinja {

/// One call of a batch: what takes its rows, and what became of it.
class BatchCall {
 public:
  explicit BatchCall(std::string_view name) : name_(name) {}
  virtual ~BatchCall() = default;
  BatchCall(const BatchCall&) = delete;
  BatchCall& operator=(const BatchCall&) = delete;

  [[nodiscard]] virtual CallSink& sink() noexcept = 0;
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  void set_done() noexcept { done_ = true; }
  void set_failure(std::exception_ptr failure) noexcept { failure_ = std::move(failure); }
  /// Throws why there is no result; returns when there is one, the first time that it is asked for.
  void claim();

 private:
  std::string name_;
  bool done_ = false;
  bool claimed_ = false;
  std::exception_ptr failure_;
};

/// One that gives a T.
template <class T>
class BatchCallOf : public BatchCall {
 public:
  using BatchCall::BatchCall;
  /// To be called once, after claim().
  [[nodiscard]] virtual T take() = 0;
};

/// What a call of a Batch will give once the batch has run. Copies are handles of one result. Not
/// to be used from two threads at once.
template <class T>
class Pending {
 public:
  explicit Pending(std::shared_ptr<BatchCallOf<T>> call) noexcept : call_(std::move(call)) {}

  /// The result, moved out: to be asked for once.
  /// @throws what went wrong with this call; Error{Cardinality} as Executor::query_one();
  ///         Error{Config} when the batch has not run, when another call's failure kept this one
  ///         from happening, or when the result has been taken before.
  [[nodiscard]] T get() const {
    call_->claim();
    return call_->take();
  }

 private:
  std::shared_ptr<BatchCallOf<T>> call_;
};

namespace detail {

template <class T>
class RowsCall final : public BatchCallOf<std::vector<T>> {
 public:
  using BatchCallOf<std::vector<T>>::BatchCallOf;
  [[nodiscard]] CallSink& sink() noexcept override { return sink_; }
  [[nodiscard]] MappedSink& mapped() noexcept { return sink_; }
  [[nodiscard]] std::vector<T> take() override { return std::move(sink_).take(); }

 private:
  RowsSink<T> sink_;
};

template <class T>
class OneCall final : public BatchCallOf<T> {
 public:
  using BatchCallOf<T>::BatchCallOf;
  [[nodiscard]] CallSink& sink() noexcept override { return sink_; }
  [[nodiscard]] MappedSink& mapped() noexcept { return sink_; }
  [[nodiscard]] T take() override {
    expect_count(this->name(), "query_one takes exactly one", sink_.count(), sink_.count() == 1);
    return std::move(sink_).take();
  }

 private:
  FirstRowSink<T> sink_;
};

template <class T>
class MaybeCall final : public BatchCallOf<std::optional<T>> {
 public:
  using BatchCallOf<std::optional<T>>::BatchCallOf;
  [[nodiscard]] CallSink& sink() noexcept override { return sink_; }
  [[nodiscard]] MappedSink& mapped() noexcept { return sink_; }
  [[nodiscard]] std::optional<T> take() override {
    expect_count(this->name(), "query_maybe takes at most one", sink_.count(), sink_.count() <= 1);
    if (sink_.count() == 0) return std::nullopt;
    return std::move(sink_).take();
  }

 private:
  FirstRowSink<T> sink_;
};

}  // namespace detail
}  // namespace pgjinja
