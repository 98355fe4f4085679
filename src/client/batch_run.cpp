#include "client/batch_run.hpp"

#include "client/error_place.hpp"
#include "client/left_open.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <string>
#include <string_view>
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

BatchRun::BatchRun(std::vector<BoundCall> calls, const CallOptions& options, StatementTime time,
                   const TransactionOptions* transaction)
    : calls_(std::move(calls)),
      options_(options),
      time_(time),
      grouping_(pg::Grouping::Together),
      settings_(options.settings) {
  entries_ = transaction == nullptr
                 ? settings_.entries()
                 : opening_.emplace(with_settings_of(options, *transaction)).entries();
  append_calls(transaction == nullptr ? options.settings
                                      : with_settings_of(options, *transaction).settings);
  if (transaction != nullptr) {
    entries_.push_back({.sql = "COMMIT", .parameters = {}, .sink = &nobody_});
  }
}

BatchRun::BatchRun(std::vector<BoundCall> calls, const CallOptions& options, StatementTime time)
    : calls_(std::move(calls)),
      options_(options),
      time_(time),
      grouping_(pg::Grouping::Each),
      settings_(SettingsOfCall()) {
  append_calls({});
}

/// `settings` are those that all of them have.
void BatchRun::append_calls(const SettingsOfCall& settings) {
  entries_.reserve(entries_.size() + calls_.size() + 1);  // and perhaps COMMIT
  places_.reserve(calls_.size());
  for (const BoundCall& each : calls_) {
    const sql::Statement& statement = each.buffers.statement();
    const auto plan = plan_of(settings, each.source.front_matter().plan);
    PlanSwitch* const planned = plan ? &plans_.emplace_back(*plan) : nullptr;
    places_.push_back(append_call(
        entries_,
        {.sql = statement.sql, .parameters = statement.parameters, .sink = &each.call->sink()},
        planned));
  }
}

void BatchRun::settle(const std::exception_ptr& thrown) {
  const bool blamed = std::any_of(entries_.begin(), entries_.end(), failed);
  if (thrown != nullptr && !blamed) {
    fail(thrown);
    std::rethrow_exception(thrown);
  }
  if (grouping_ == pg::Grouping::Together) {
    if (!blamed) refuse_left_open();
    return settle_together();
  }
  if (thrown != nullptr) return settle_together();  // the entry to blame says why
  refuse_left_open();
  for (std::size_t i = 0; i < calls_.size(); ++i) settle_one(i, entries_[places_[i]]);
}

void BatchRun::fail(const std::exception_ptr& failure) {
  for (const BoundCall& each : calls_) each.call->set_failure(failure);
}

/// The last entries that leave a transaction open are taken back with it.
void BatchRun::refuse_left_open() {
  if (!entries_.back().left_open) return;  // as always: the error takes longer than the batch
  const std::exception_ptr failure = std::make_exception_ptr(left_open("a call of the batch"));
  for (auto entry = entries_.rbegin(); entry != entries_.rend() && entry->left_open; ++entry) {
    entry->done = false;
    if (entry->failure == nullptr) entry->failure = failure;
  }
}

void BatchRun::settle_together() {
  const auto blamed = std::find_if(entries_.begin(), entries_.end(), failed);
  if (blamed == entries_.end()) {
    for (std::size_t i = 0; i < calls_.size(); ++i) settle_one(i, entries_[places_[i]]);
    return;
  }
  const auto place =
      std::ranges::find(places_, static_cast<std::size_t>(blamed - entries_.begin()));
  const auto index = static_cast<std::size_t>(place - places_.begin());
  const bool of_a_call = place != places_.end() && !blamed->executed;
  const std::exception_ptr failure = of_a_call ? placed_failure(index, *blamed) : blamed->failure;
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    const bool own = !of_a_call || i == index;
    calls_[i].call->set_failure(
        own ? failure : not_happened(fmt::format("call {} of the batch failed", index + 1)));
  }
  std::rethrow_exception(failure);
}

/// What became of one call that was sent.
void BatchRun::settle_one(std::size_t index, pg::PipelineEntry& entry) {
  BatchCall& call = *calls_[index].call;
  if (entry.failure == nullptr) {
    try {
      call.sink().finish(std::move(entry.outcome));
      return call.set_done();
    } catch (const Error&) {
      entry.failure = std::current_exception();
    }
  }
  call.set_failure(placed_failure(index, entry));
}

std::exception_ptr BatchRun::placed_failure(std::size_t index,
                                            const pg::PipelineEntry& entry) const {
  const BoundCall& call = calls_[index];
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
