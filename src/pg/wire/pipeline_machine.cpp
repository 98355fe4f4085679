#include "pg/wire/pipeline_machine.hpp"

#include "pg/wire/cacheable.hpp"
#include "pg/wire/frontend_messages.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace pgjinja::pg::wire {

PipelineMachine::PipelineMachine(SessionState& state, StatementCache& cache,
                                 std::span<PipelineEntry> entries, Grouping grouping)
    : Conversation(state), cache_(cache), entries_(entries), grouping_(grouping) {
  exchanges_.reserve(entries.size());
  preparers_.reserve(entries.size());
  ends_.reserve(entries.size());
  write_packet();
}

void PipelineMachine::write_packet() {
  // A refused reset has the server pass over all up to the first Sync, and no further.
  std::string& out = new_packet(grouping_ == Grouping::Each ? Reset::Apart : Reset::Joined);
  closes_ = cache_.append_closes(out);
  std::unordered_map<std::string_view, std::size_t> prepared;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const std::string_view sql = entries_[i].sql;
    const auto found = prepared.find(sql);
    preparers_.push_back(found == prepared.end() ? i : found->second);
    try {
      write_entry(i, out);
    } catch (const Error&) {
      entries_[i].failure = std::current_exception();
      throw;
    }
    if (exchanges_[i].keeps()) prepared.emplace(sql, i);
    if (grouping_ == Grouping::Each || i + 1 == entries_.size()) append_sync(out);
    ends_.push_back(out.size());
  }
  cache_.closes_written();
}

void PipelineMachine::write_entry(std::size_t index, std::string& out) {
  PipelineEntry& entry = entries_[index];
  if (is_copy(entry.sql)) {
    throw Error(ErrorKind::Config, "COPY cannot be part of a pipeline")
        .hint("execute it by itself");
  }
  StatementExchange& exchange =
      exchanges_.emplace_back(cache_, entry.sql, entry.parameters, *entry.sink);
  const std::size_t preparer = preparers_[index];
  if (preparer != index) return exchange.write_after(exchanges_[preparer], out);
  exchange.write(out);
  changes(exchange.change());
}

bool PipelineMachine::may_have_taken_effect() const {
  return began_idle() || std::any_of(entries_.begin(), entries_.end(),
                                     [](const PipelineEntry& one) { return may_commit(one.sql); });
}

bool PipelineMachine::may_be_complete() const {
  const auto commits = [](const PipelineEntry& one) { return may_commit(one.sql); };
  if (grouping_ == Grouping::Each) {
    return commits(entries_[current_]) || (exchanges_[current_].done() && each_is_alone());
  }
  const std::size_t begun = std::min(current_ + 2, entries_.size());  // see advance()
  return std::any_of(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(begun),
                     commits) ||
         (exchanges_.back().done() && began_idle());
}

/// No block is open, so that the server commits the statement by itself.
bool PipelineMachine::each_is_alone() const {
  return state().transaction == TransactionStatus::Idle;
}

bool PipelineMachine::asked() const noexcept { return sent_size() >= ends_[current_]; }

void PipelineMachine::answer(const Message& message) {
  if (closes_ > 0) {
    if (message.type != MessageType::CloseComplete) unexpected(message);
    expect_empty(message);
    --closes_;
    return;
  }
  if (failed_) unexpected(message);
  advance();
  switch (exchanges_[current_].answer(message, state().fields)) {
    case StatementExchange::Event::None:
    case StatementExchange::Event::Row:
    case StatementExchange::Event::CopyOut: break;
    case StatementExchange::Event::Suspended:
    case StatementExchange::Event::CopyIn: unexpected(message);
  }
}

/// Without a Sync between them, the next message is the next statement's when one is done.
void PipelineMachine::advance() noexcept {
  const bool more = current_ + 1 < entries_.size();
  if (grouping_ == Grouping::Together && more && exchanges_[current_].done()) ++current_;
}

bool PipelineMachine::refused(const ErrorFields& fields, Error& error) {
  advance();
  StatementExchange& exchange = exchanges_[current_];
  PipelineEntry& entry = entries_[current_];
  const bool first = grouping_ == Grouping::Each || current_ == 0;
  const bool idle = each_is_alone();
  entry.executed = exchange.done();
  if (!exchange.bound() && first && idle) nothing_was_done(error);
  exchange.refused(fields);
  failed_ = true;
  const std::exception_ptr& preparation = entries_[preparers_[current_]].failure;
  if (fields.sqlstate == "26000" && preparation != nullptr) {
    entry.failure = preparation;  // why it could not be prepared, and so is not there
    return false;
  }
  entry.stale = exchange.stale();
  if (exchange.lost()) {
    error.hint(std::string(kLostStatementHint));
  } else if (exchange.surely_stale()) {
    error.hint("the same once more is prepared anew");
  }
  entry.failure = std::make_exception_ptr(error);
  if (fields.ends_session() && !fields.come_from_pooler()) settle_unbegun(error);
  return false;
}

/// Of statements that stand alone the server has not begun with those behind the one at which it
/// ended the session.
void PipelineMachine::settle_unbegun(const Error& error) {
  if (grouping_ != Grouping::Each) return;
  Error unbegun = error;
  unbegun.in_doubt(false).hint("").safe_to_retry(each_is_alone());
  for (std::size_t i = current_ + 1; i < entries_.size(); ++i) {
    entries_[i].failure = std::make_exception_ptr(unbegun);
  }
}

void PipelineMachine::unconfirmed(Error error) {
  unconfirmed_ = std::make_exception_ptr(std::move(error));
}

bool PipelineMachine::ready() {
  if (!exchanges_[current_].done() ||
      (!failed_ && grouping_ == Grouping::Together && current_ + 1 < entries_.size())) {
    throw Error(ErrorKind::Protocol, "the server was ready before it had answered all statements");
  }
  const bool each = grouping_ == Grouping::Each;
  settle(settled_, each ? current_ + 1 : entries_.size());
  if (settled_ == entries_.size()) return true;
  ++current_;
  return false;
}

void PipelineMachine::settle(std::size_t first, std::size_t last) {
  const bool open = state().transaction != TransactionStatus::Idle;
  for (std::size_t i = first; i < last; ++i) entries_[i].left_open = open;
  for (std::size_t i = first; i < last && !failed_; ++i) {
    entries_[i].done = true;
    entries_[i].executed = true;
    entries_[i].outcome = exchanges_[i].take_outcome();
    entries_[i].failure = exchanges_[i].sink_failure();
    if (entries_[i].failure == nullptr) entries_[i].failure = unconfirmed_;
  }
  failed_ = false;
  unconfirmed_ = nullptr;
  settled_ = last;
}

void PipelineMachine::finish() {
  if (!state().usable) settle_lost();
}

/// Nobody knows whether they happened, unless the server had said why not.
void PipelineMachine::settle_lost() {
  try {
    throw_failure();
  } catch (const Error&) {
    // The error may be of the session alone, when all entries were settled before.
    const std::size_t first = std::min(settled_, entries_.size() - 1);
    for (std::size_t i = first; i < entries_.size(); ++i) {
      if (entries_[i].failure == nullptr) entries_[i].failure = std::current_exception();
    }
  }
}

}  // namespace pgjinja::pg::wire
