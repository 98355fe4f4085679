#pragma once

#include <pgjinja/client/column_naming.hpp>
#include <pgjinja/client/pending.hpp>
#include <pgjinja/client/result.hpp>
#include <pgjinja/client/transform.hpp>
#include <pgjinja/core/context.hpp>
#include <pgjinja/core/value.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace pgjinja {

class BatchState;

/// The calls of a Batch or an AsyncBatch, which wait to be sent. Each renders and binds its
/// template at once, and throws what that throws, and then puts nothing down.
class BatchCalls {
 public:
  template <class T>
  Pending<std::vector<T>> query(std::string_view name, const Context& arguments = {}) {
    return add_mapped<detail::RowsCall<T>, std::vector<T>>(name, arguments);
  }
  Pending<Result> query(std::string_view name, const Context& arguments = {});
  template <class T>
  Pending<T> query_one(std::string_view name, const Context& arguments = {}) {
    return add_mapped<detail::OneCall<T>, T>(name, arguments);
  }
  template <class T>
  Pending<std::optional<T>> query_maybe(std::string_view name, const Context& arguments = {}) {
    return add_mapped<detail::MaybeCall<T>, std::optional<T>>(name, arguments);
  }
  /// As Executor::fetch().
  Pending<Value> fetch(std::string_view name, const Context& arguments = {},
                       const Transforms& transforms = {});
  /// How many rows it returned or affected.
  Pending<std::int64_t> execute(std::string_view name, const Context& arguments = {});

  /// How many calls have been put down since the last run.
  [[nodiscard]] std::size_t size() const noexcept;

 protected:
  explicit BatchCalls(std::unique_ptr<BatchState> state) noexcept;
  ~BatchCalls();
  BatchCalls(BatchCalls&&) noexcept;
  BatchCalls& operator=(BatchCalls&&) noexcept;

  [[nodiscard]] BatchState& state() noexcept { return *state_; }

 private:
  [[nodiscard]] ColumnNaming naming() const noexcept;
  void add(const Context& arguments, std::shared_ptr<BatchCall> call);
  template <class Call, class T>
  Pending<T> add_mapped(std::string_view name, const Context& arguments) {
    auto call = std::make_shared<Call>(name);
    call->mapped().name_columns(naming());
    add(Context::layered(arguments, call->mapped().type().context), call);
    return Pending<T>(std::move(call));
  }

  std::unique_ptr<BatchState> state_;
};

}  // namespace pgjinja
