#include "pg/wire/conversation.hpp"

#include "pg/wire/frontend_messages.hpp"
#include "pg/wire/required_settings.hpp"
#include "pg/wire/server_error.hpp"

#include <utility>

#include <fmt/format.h>

namespace pgjinja::pg::wire {

namespace {
constexpr std::size_t kKeptPacket = std::size_t{1024} * 1024;
constexpr std::string_view kQueryCanceled = "57014";
constexpr std::string_view kLookFirst =
    "the statement may have been executed or not: look before you repeat it";
constexpr std::string_view kReadOnly = "25006";
// What warns that a commit was not waited for any longer, in the server's sources since 9.1: the
// warning's SQLSTATE is that of any other, and its text may be in any language.
constexpr std::string_view kSyncWait = "SyncRepWaitForLSN";
// The server's error repeats it, which tells the answer to a CopyFail from other errors.
constexpr std::string_view kCopyRefusal = "COPY from the client is not supported";
}  // namespace

[[gnu::hot]] std::string& Conversation::new_packet(Reset reset) {
  std::string& out = state_.out;
  out.clear();
  sent_ = 0;
  prelude_ = !state_.prelude.empty();
  if (prelude_) append_query(out, state_.prelude);
  if (state_.reset.empty()) return out;
  reset_answers_ = state_.reset.append(out);
  if (reset == Reset::Joined) return out;
  append_sync(out);
  ++reset_answers_;
  gate_ = out.size();
  return out;
}

[[gnu::hot]] void Conversation::release_buffers() noexcept {
  if (state_.out.capacity() > kKeptPacket) {
    // Assigning an empty string would keep the memory.
    std::string().swap(state_.out);
    sent_ = 0;
  }
  state_.in.release();
}

[[gnu::hot]] void Conversation::received(std::size_t size) {
  state_.in.filled(size);
  consume();
}

[[gnu::hot]] void Conversation::consume() {
  try {
    while (!done_) {
      const std::string_view bytes = state_.in.bytes();
      const std::optional<std::size_t> size = message_size(bytes);
      if (!size || *size > bytes.size()) return;
      dispatch(
          {static_cast<MessageType>(bytes[0]), bytes.substr(kMessageHead, *size - kMessageHead)});
      state_.in.consume(*size);
      if (done_) release_buffers();
    }
  } catch (const Error& error) {
    give_up(error);
  }
}

void Conversation::dispatch(const Message& message) {
  if (out_of_step_ && skip_until_in_step(message)) return;
  if (prelude_ && belongs_to_prelude(message)) return;
  if (reset_answers_ > 0 && belongs_to_reset(message)) return;
  switch (message.type) {
    case MessageType::NoticeResponse: on_notice(message.body); break;
    case MessageType::NotificationResponse: on_notification(message.body); break;
    case MessageType::ParameterStatus: on_parameter_status(message.body); break;
    case MessageType::ErrorResponse: on_error_response(message.body); break;
    case MessageType::ReadyForQuery: on_ready(message.body); break;
    case MessageType::CommandComplete: completed_ = true; [[fallthrough]];
    default: answer(message);
  }
}

bool Conversation::belongs_to_prelude(const Message& message) {
  switch (message.type) {
    case MessageType::CommandComplete: return true;
    case MessageType::ErrorResponse: return !read_error_fields(message.body).ends_session();
    case MessageType::ReadyForQuery:
      state_.prelude.clear();
      prelude_ = false;
      return true;
    default: return false;
  }
}

bool Conversation::belongs_to_reset(const Message& message) {
  switch (message.type) {
    case MessageType::ParseComplete:
    case MessageType::BindComplete:
    case MessageType::DataRow: return true;
    case MessageType::ReadyForQuery:
      if (gate_ == kNoGate || reset_answers_ > 1) return false;
      [[fallthrough]];
    case MessageType::CommandComplete:
      if (--reset_answers_ == 0) on_reset();
      return true;
    case MessageType::ErrorResponse: {
      const ErrorFields fields = read_error_fields(message.body);
      if (fields.ends_session()) return false;
      on_reset_refused(fields);
      return true;
    }
    default: return false;
  }
}

void Conversation::on_reset() {
  if (gate_ != kNoGate) {
    // What waited for it is not to be sent any more.
    if (cancelled_as_) return give_up(cancelled_as_->safe_to_retry(true));
    gate_ = kNoGate;
    anything_sent_ = false;
  }
  state_.reset.clear();
  state_.change = own_change_;
  state_.notifications.clear();  // from before UNLISTEN
}

/// The server passes over the request, which has not been executed.
void Conversation::on_reset_refused(const ErrorFields& fields) {
  if (cancelled_as_ && fields.sqlstate == kQueryCanceled) {
    return give_up(cancelled_as_->sqlstate(fields.sqlstate).safe_to_retry(true));
  }
  give_up(Error(ErrorKind::Connection,
                fmt::format("what had been left in the session could not be undone: {}",
                            fields.message))
              .sqlstate(std::string(fields.sqlstate))
              .hint("the session is closed, and nothing was executed: call again")
              .safe_to_retry(true));
}

void Conversation::tell_lost_statement() {
  if (state_.told_lost_statement || state_.on_notice == nullptr) return;
  state_.told_lost_statement = true;
  state_.on_notice({.severity = "WARNING",
                    .sqlstate = "26000",
                    .message =
                        "the server does not know a statement that this session has prepared: it "
                        "is prepared anew, which costs a round trip each time",
                    .detail = {},
                    .hint = std::string(kLostStatementHint),
                    .context = {}});
}

void Conversation::on_notice(std::string_view body) {
  const ErrorFields fields = read_error_fields(body);
  if (fields.routine == kSyncWait && !resets()) unconfirmed(unconfirmed_error(fields));
  if (state_.on_notice == nullptr) return;
  const auto tell = [&]() noexcept {
    state_.on_notice({.severity = std::string(fields.severity),
                      .sqlstate = std::string(fields.sqlstate),
                      .message = std::string(fields.message),
                      .detail = std::string(fields.detail),
                      .hint = std::string(fields.hint),
                      .context = std::string(fields.where)});
  };
  tell();
}

/// The server calls that a success, and it is one until the primary is lost.
Error Conversation::unconfirmed_error(const ErrorFields& fields) const {
  Error error = cancelled_as_.value_or(
      Error(ErrorKind::Server, "the commit was not waited for until a replica confirmed it"));
  error.sqlstate(std::string(fields.sqlstate))
      .detail("the primary has committed, and no synchronous replica has confirmed it")
      .hint(std::string(kLookFirst))
      .in_doubt(true);
  return error;
}

void Conversation::on_notification(std::string_view body) {
  Notification notification = read_notification(body);
  if (!state_.keeps_notifications) return;
  state_.notifications.push_back(std::move(notification));
  notified();
}

void Conversation::on_error_response(std::string_view body) {
  const ErrorFields fields = read_error_fields(body);
  Error error = server_error(fields);
  if (cancelled_as_ && fields.sqlstate == kQueryCanceled) {
    error = cancelled_as_->sqlstate(fields.sqlstate);
  }
  if (fields.sqlstate == kReadOnly) state_.refused_write = true;
  if (fields.ends_session() && !request_sent()) nothing_was_done(error);
  if (leaves_doubt(fields)) {
    error.in_doubt(true);
    if (error.hint().empty()) error.hint(std::string(kLookFirst));
  }
  const bool ours = refused(fields, error);
  if (std::exchange(copy_refused_, false) &&
      fields.message.find(kCopyRefusal) == std::string_view::npos) {
    get_in_step_after_copy();
  }
  if (fields.ends_session()) {
    give_up(std::move(error));
  } else if (ours) {
    fail(std::move(error));
  }
}

bool Conversation::leaves_doubt(const ErrorFields& fields) const {
  if (!fields.ends_session() || !request_sent()) return false;
  return fields.come_from_pooler() ? may_have_taken_effect() : may_be_complete();
}

void Conversation::on_parameter_status(std::string_view body) {
  const auto [name, value] = read_parameter_status(body);
  state_.parameters.insert_or_assign(std::string(name), std::string(value));
  settings_changed_ = true;
}

[[gnu::hot]] void Conversation::on_ready(std::string_view body) {
  if (!asked()) {
    throw Error(ErrorKind::Protocol, "the server was ready before it had been asked everything");
  }
  if (resets()) {
    throw Error(ErrorKind::Protocol, "the server was ready before it had answered everything");
  }
  state_.transaction = read_transaction_status(body);
  completed_ = false;
  if (!ready()) return;
  done_ = true;
  ++state_.answers;
  if (settings_changed_) check_settings();
}

void Conversation::check_settings() {
  for (const RequiredSetting& setting : required_settings()) {
    const auto found = state_.parameters.find(setting.name);
    if (found == state_.parameters.end() || setting.accepts(found->second)) continue;
    give_up(Error(ErrorKind::Config,
                  fmt::format("the statement changed {} to '{}', with which this library cannot "
                              "read results; the connection has been given up",
                              setting.name, found->second))
                .hint("convert in SQL instead, for example with to_char()"));
  }
}

void Conversation::lost(std::string_view reason) {
  consume();  // the server's last words may still be unread
  if (done_) return;
  give_up_midway(Error(ErrorKind::Connection,
                       fmt::format("the connection to the server was lost: {}", reason)));
}

void Conversation::cancelling(Error error) { cancelled_as_ = std::move(error); }

void Conversation::abandon(Error error) {
  if (!done_) give_up_midway(std::move(error));
}

void Conversation::give_up_midway(Error error) {
  if (request_sent() && may_have_taken_effect()) {
    error.in_doubt(true).hint(std::string(kLookFirst));
  } else if (request_sent()) {
    error.hint("nothing of its transaction takes effect: begin it again");
  } else {
    error.safe_to_retry(true);
  }
  give_up(std::move(error));
}

void Conversation::give_up(Error error) {
  state_.usable = false;
  done_ = true;
  fail(std::move(error));
}

void Conversation::fail(Error error) {
  if (!error_) error_ = std::move(error);
}

void Conversation::fail_copy() {
  fail(Error(ErrorKind::Server, "COPY to or from the client cannot run as a statement")
           .hint("use Client::copy_in or copy_out, or let COPY name a file of the server"));
}

void Conversation::refuse_copy_in() {
  fail_copy();
  append_copy_fail(state_.out, kCopyRefusal);
  copy_refused_ = true;
}

/// The server has refused the COPY for a reason of its own (a view, a trigger, a timeout) and not
/// because of our CopyFail. Whether it had passed over the packet's Sync by then, as one does while
/// it takes copy data (manual 55.2.6), cannot be known, nor so how many ReadyForQuery will come. A
/// Close of the unnamed statement, which is nobody's, marks the place from which on both agree.
void Conversation::get_in_step_after_copy() {
  forget_failure();  // the server's reason is the better one
  append_close_statement(state_.out, {});
  append_sync(state_.out);
  out_of_step_ = true;
}

bool Conversation::skip_until_in_step(const Message& message) {
  if (message.type == MessageType::CloseComplete) {
    expect_empty(message);
    out_of_step_ = false;
    return true;
  }
  return message.type == MessageType::ReadyForQuery;
}

}  // namespace pgjinja::pg::wire
