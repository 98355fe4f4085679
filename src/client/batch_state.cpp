#include "client/batch_state.hpp"

#include "client/counting_sink.hpp"
#include "client/error_place.hpp"
#include "client/left_open.hpp"
#include "client/local_settings.hpp"
#include "client/opening.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace pgjinja {

namespace {

bool failed(const pg::PipelineEntry& entry) noexcept {
  return !entry.done && entry.failure != nullptr;
}

std::exception_ptr not_happened(std::string_view why) {
  return std::make_exception_ptr(
      Error(ErrorKind::Config, fmt::format("{}, and so this call has not happened", why)));
}

}  // namespace

void BatchState::add(const Context& arguments, std::shared_ptr<BatchCall> call) {
  Buffers buffers;
  jinja::Template source =
      engine_->bind(call->name(), arguments, buffers.fragment(), buffers.statement());
  calls_.push_back({std::move(source), std::move(buffers), std::move(call)});
}

void BatchState::append(const std::vector<Call>& calls, Entries& entries) {
  entries.reserve(entries.size() + calls.size() + 1);  // and perhaps COMMIT
  for (const Call& each : calls) {
    const sql::Statement& statement = each.buffers.statement();
    entries.push_back(
        {.sql = statement.sql, .parameters = statement.parameters, .sink = &each.call->sink()});
  }
}

pg::CallLimits BatchState::limits_of_all() const {
  if (options_.timeout) return limits_of(options_, engine_->time_of(options_));
  StatementTime all{.name = "the timeout of all calls"};
  for (const Call& each : calls_) {
    const StatementTime one = engine_->time_of(each.source, options_);
    if (one.most.count() == 0) return waiting_limits(options_);
    all.most += one.most;
  }
  return limits_of(options_, all);
}

void BatchState::run(const TransactionOptions* options) {
  if (calls_.empty()) return;
  const pg::Lease lease = engine_->pool().acquire(waiting_limits(options_));
  const pg::CallLimits limits = limits_of_all();
  const std::vector<Call> calls = std::exchange(calls_, {});
  std::optional<Opening> opening;
  LocalSettings local(options_.settings);
  CountingSink nobody;
  Entries entries = options == nullptr
                        ? local.entries()
                        : opening.emplace(with_settings_of(options_, *options)).entries();
  const std::size_t first = entries.size();
  append(calls, entries);
  if (options != nullptr) {
    entries.push_back({.sql = "COMMIT", .parameters = {}, .sink = &nobody});
  }
  try {
    lease->pipeline(entries, pg::Grouping::Together, limits);
  } catch (const Error&) {
    // The entry to blame says it as well.
    if (std::none_of(entries.begin(), entries.end(), failed)) throw;
  }
  if (std::none_of(entries.begin(), entries.end(), failed)) refuse_left_open(entries);
  settle_together(calls, entries, first);
}

/// The last entries that leave a transaction open are taken back with it.
void BatchState::refuse_left_open(Entries& entries) {
  if (!entries.back().left_open) return;  // as always: the error takes longer than the batch
  const std::exception_ptr failure = std::make_exception_ptr(left_open("a call of the batch"));
  for (auto entry = entries.rbegin(); entry != entries.rend() && entry->left_open; ++entry) {
    entry->done = false;
    if (entry->failure == nullptr) entry->failure = failure;
  }
}

/// `first` is the entry of the first call.
void BatchState::settle_together(std::span<const Call> calls, Entries& entries, std::size_t first) {
  const auto blamed = std::find_if(entries.begin(), entries.end(), failed);
  if (blamed == entries.end()) {
    for (std::size_t i = 0; i < calls.size(); ++i) settle(calls, i, entries[first + i]);
    return;
  }
  const auto index = static_cast<std::size_t>(blamed - entries.begin()) - first;
  const bool of_a_call = index < calls.size() && !blamed->executed;
  const std::exception_ptr failure =
      of_a_call ? placed_failure(calls, index, *blamed) : blamed->failure;
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const bool own = !of_a_call || i == index;
    calls[i].call->set_failure(
        own ? failure : not_happened(fmt::format("call {} of the batch failed", index + 1)));
  }
  std::rethrow_exception(failure);
}

void BatchState::run_each() {
  if (calls_.empty()) return;
  refuse_settings(options_, "calls that each stand alone", "run them together, with run()");
  const pg::Lease lease = engine_->pool().acquire(waiting_limits(options_));
  const pg::CallLimits limits = limits_of_all();
  const std::vector<Call> calls = std::exchange(calls_, {});
  Entries entries;
  append(calls, entries);
  try {
    lease->pipeline(entries, pg::Grouping::Each, limits);
  } catch (const Error&) {
    // Nothing has been sent; the entry to blame says why.
    if (std::none_of(entries.begin(), entries.end(), failed)) throw;
    return settle_together(calls, entries, 0);
  }
  refuse_left_open(entries);
  for (std::size_t i = 0; i < calls.size(); ++i) settle(calls, i, entries[i]);
}

/// What became of one call that was sent.
void BatchState::settle(std::span<const Call> calls, std::size_t index, pg::PipelineEntry& entry) {
  BatchCall& call = *calls[index].call;
  if (entry.failure == nullptr) {
    try {
      call.sink().finish(std::move(entry.outcome));
      return call.set_done();
    } catch (const Error&) {
      entry.failure = std::current_exception();
    }
  }
  call.set_failure(placed_failure(calls, index, entry));
}

std::exception_ptr BatchState::placed_failure(std::span<const Call> calls, std::size_t index,
                                              const pg::PipelineEntry& entry) {
  const Call& call = calls[index];
  try {
    std::rethrow_exception(entry.failure);
  } catch (const Error& error) {
    return std::make_exception_ptr(placed(error, call.buffers.statement(), call.source.source(),
                                          fmt::format("call {} of the batch:", index + 1)));
  } catch (const std::exception&) {
    return std::current_exception();
  }
}

}  // namespace pgjinja
