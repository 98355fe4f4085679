#include "client/batch_state.hpp"

#include <pgjinja/core/error.hpp>

#include <fmt/format.h>

namespace pgjinja {

void BatchState::add(const Context& arguments, std::shared_ptr<BatchCall> call) {
  Buffers buffers;
  jinja::Template source =
      engine_->bind(call->name(), arguments, buffers.fragment(), buffers.statement());
  calls_.push_back({std::move(source), std::move(buffers), std::move(call)});
}

/// One after the other, unless the caller has said how long all of them may take.
StatementTime BatchState::time_of_all() const {
  if (options_.timeout) return engine_->time_of(options_);
  StatementTime all{.name = "the timeout of all calls"};
  for (const BoundCall& each : calls_) {
    const StatementTime one = engine_->time_of(each.source, options_);
    if (one.most.count() == 0) return {};
    all.most += one.most;
  }
  return all;
}

std::unique_ptr<BatchRun> BatchState::take(const TransactionOptions* options) {
  const StatementTime time = time_of_all();
  return std::make_unique<BatchRun>(std::exchange(calls_, {}), options_, time, options);
}

std::unique_ptr<BatchRun> BatchState::take_each() {
  const StatementTime time = time_of_all();
  return std::make_unique<BatchRun>(std::exchange(calls_, {}), options_, time);
}

void BatchState::check_each() const {
  refuse_settings(options_, "calls that each stand alone", "run them together, with run()");
  for (const BoundCall& each : calls_) {
    if (!each.source.front_matter().plan) continue;
    const jinja::Source& source = each.source.source();
    throw Error(ErrorKind::Config, fmt::format("template \"{}\" has @plan, which calls that each "
                                               "stand alone cannot have",
                                               source.name))
        .at(source.place(source.cut_at))
        .hint("run them together, with run()");
  }
}

}  // namespace pgjinja
