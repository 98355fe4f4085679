#include "async/async_connection.hpp"

#include "pg/cancel_request.hpp"
#include "pg/deadline.hpp"
#include "pg/interruption_errors.hpp"
#include "pg/pool/errors.hpp"

#include <algorithm>
#include <span>
#include <system_error>
#include <utility>

#include <poll.h>

#include <boost/asio/post.hpp>

namespace pgjinja::async {

namespace {

using boost::system::error_code;
using pg::Transport;
using pg::wire::Conversation;
using Descriptor = boost::asio::posix::stream_descriptor;

/// So many times in a row bytes are taken without letting others have their turn.
constexpr int kMostReads = 16;

/// False: it seems that there is no more to take.
bool take(Conversation& machine, Transport& transport) {
  const std::span<char> room = machine.room();
  const Transport::Io io = transport.receive(room);
  if (!io.failure.empty()) {
    machine.lost(io.failure);
  } else if (io.bytes > 0) {
    machine.received(io.bytes);
  }
  // What did not fill the room was all: asking again would be in vain, nearly always.
  return !io.failure.empty() || io.bytes == room.size();
}

}  // namespace

AsyncConnection::AsyncConnection(const boost::asio::any_io_executor& executor,
                                 std::shared_ptr<pg::SessionDriver> session, std::uint32_t node,
                                 std::size_t host)
    : EndsWithLoop(LoopEnd::of(executor)),
      executor_(executor),
      session_(std::move(session)),
      socket_(executor, session_->transport().socket()),
      timer_(executor),
      node_(node),
      host_(host) {}

AsyncConnection::~AsyncConnection() {
  socket_.release();  // it is libpq's to close
}

void AsyncConnection::loop_ended() noexcept {
  machine_ = nullptr;
  request_.reset();
  const auto dropped = std::exchange(then_, nullptr);
}

/// Nothing else need wake what waits for the answer: that is the parent's to read, which may be
/// faster.
void AsyncConnection::loop_forked() {
  boost::asio::post(executor_, [self = weak_from_this()] {
    const auto connection = self.lock();
    if (connection != nullptr && connection->machine_ != nullptr) connection->disowned();
  });
}

void AsyncConnection::run(Conversation& machine, const pg::CallLimits& limits,
                          std::function<void()> then) {
  machine_ = &machine;
  limits_ = limits;
  then_ = std::move(then);
  began_ = Clock::now();
  interrupted_ = false;
  if (disowned()) return;
  if (limits.deadline != Clock::time_point::max()) set_timer(limits.deadline);
  step();
}

void AsyncConnection::leave_transaction(std::function<void()> then) {
  const bool idle = session_->state().transaction == pg::wire::TransactionStatus::Idle;
  if (idle || !session_->usable()) return then();
  run_script("ROLLBACK", pg::deadline_after(session_->cancel_patience()), std::move(then));
}

void AsyncConnection::run_script(std::string_view script, Clock::time_point deadline,
                                 std::function<void()> then) {
  script_.emplace(session_->state(), script);
  run(*script_, {.deadline = deadline}, [this, then = std::move(then)] {
    try {
      script_->finish();
    } catch (const Error&) {
      session_->state().usable = false;
    }
    if (session_->state().transaction != pg::wire::TransactionStatus::Idle) {
      session_->state().usable = false;
    }
    then();
  });
}

void AsyncConnection::take_leave(std::chrono::milliseconds patience, std::function<void()> then) {
  session_->say_goodbye();
  then_ = std::move(then);
  timer_.expires_at(pg::deadline_after(patience));
  timer_.async_wait([self = shared_from_this()](const error_code&) {
    self->socket_.cancel();
    if (self->then_ != nullptr) std::exchange(self->then_, nullptr)();
  });
  await_end();
}

void AsyncConnection::await_end() {
  if (session_->gone()) {
    timer_.cancel();
    return;
  }
  socket_.async_wait(Descriptor::wait_read, [self = shared_from_this()](const error_code& error) {
    if (!error) self->await_end();
  });
}

/// As far as it goes without waiting.
void AsyncConnection::step() {
  while (true) {
    switch (machine_->wait()) {
      case Conversation::Wait::Write:
        if (!write()) return await(true);
        break;
      case Conversation::Wait::Read:
        if (session_->transport().awaited() != 0) return await(false);
        read();
        break;
      case Conversation::Wait::Paused:
      case Conversation::Wait::Done: return settle();
    }
  }
}

/// False: the socket takes no more now.
bool AsyncConnection::write() {
  const Transport::Io io = session_->transport().send(machine_->output());
  machine_->sent(io.bytes);
  if (io.bytes > 0) return true;
  if (io.failure.empty()) return false;
  read();  // a server that hung up may have said why
  if (machine_->wait() != Conversation::Wait::Done) machine_->lost(io.failure);
  return true;
}

void AsyncConnection::read() {
  for (int i = 0; i < kMostReads; ++i) {
    const auto wait = machine_->wait();
    if (wait == Conversation::Wait::Done || wait == Conversation::Wait::Paused) return;
    if (!take(*machine_, session_->transport())) return;
  }
}

/// What arrives is read also while there is something to write: the server may wait for that.
void AsyncConnection::await(bool to_write) {
  const std::uint64_t turn = ++turn_;
  awaiting_ = true;
  const auto ready = [self = shared_from_this(), turn](const error_code& error) {
    if (error != boost::asio::error::operation_aborted) self->on_ready(turn);
  };
  const bool read_writes = session_->transport().awaited() == POLLOUT;
  if (to_write || read_writes) socket_.async_wait(Descriptor::wait_write, ready);
  if (to_write || !read_writes) socket_.async_wait(Descriptor::wait_read, ready);
}

void AsyncConnection::on_ready(std::uint64_t turn) {
  if (turn != turn_ || !awaiting_) return;
  if (disowned()) return;
  if (machine_->wait() == Conversation::Wait::Write) socket_.cancel();  // the other of the two
  awaiting_ = false;
  read();
  step();
}

/// What arrives in a forked child is for its parent, and is left to it, as is what runs.
bool AsyncConnection::disowned() {
  if (session_->session().belongs_here()) return false;
  machine_->abandon(pg::pool::forked_error());
  finish();
  return true;
}

void AsyncConnection::set_timer(Clock::time_point moment) {
  const std::uint64_t turn = ++timer_turn_;
  timer_.expires_at(moment);
  timer_.async_wait([self = shared_from_this(), turn](const error_code& error) {
    if (!error && turn == self->timer_turn_) self->on_timer();
  });
}

void AsyncConnection::on_timer() {
  if (disowned()) return;
  if (!interrupted_) return interrupt(ErrorKind::Timeout);
  if (Clock::now() < end_) {
    const auto wait = machine_->wait();
    if (request_ended_ && wait != Conversation::Wait::Done) request_cancel();
    return set_timer(std::min(end_, Clock::now() + pg::kCancelAgain));
  }
  // Patience is at its end: the statement, or the cancellation, is still under way.
  request_.reset();
  if (machine_->wait() == Conversation::Wait::Done) {
    session_->state().usable = false;
  } else {
    machine_->abandon(
        pg::unanswered_error(reason_, elapsed(), limits_, session_->cancel_patience()));
  }
  request_ended_ = true;
  finish();
}

void AsyncConnection::leave_off() {
  if (machine_ != nullptr) finish();
}

void AsyncConnection::cancel() {
  if (machine_ == nullptr || interrupted_ || disowned()) return;
  interrupt(ErrorKind::Cancelled);
}

void AsyncConnection::interrupt(ErrorKind kind) {
  interrupted_ = true;
  reason_ = kind;
  machine_->cancelling(pg::cancelled_error(kind, elapsed(), limits_));
  request_cancel();
  end_ = pg::deadline_after(session_->cancel_patience());
  set_timer(std::min(end_, Clock::now() + pg::kCancelAgain));
}

void AsyncConnection::request_cancel() {
  try {
    auto key = std::make_shared<pg::CancelKey>(session_->session().cancel_key());
    request_.emplace(executor_, [key] { pg::send_cancel(*key); });
  } catch (const std::system_error&) {
    return;  // no thread to be had: as a request that does not reach the server
  } catch (const Error&) {
    return;  // no descriptor: the same
  }
  request_ended_ = false;
  request_->when_ended([self = weak_from_this()] {
    const auto connection = self.lock();
    if (connection == nullptr) return;
    connection->request_ended_ = true;
    if (connection->machine_ != nullptr) connection->settle();
  });
}

/// A cancellation that comes late would hit the next statement.
void AsyncConnection::settle() {
  const auto wait = machine_->wait();
  if (wait != Conversation::Wait::Done && wait != Conversation::Wait::Paused) return;
  if (request_ended_) finish();
}

void AsyncConnection::finish() {
  ++turn_;
  ++timer_turn_;
  if (awaiting_) socket_.cancel();
  awaiting_ = false;
  timer_.cancel();
  request_.reset();
  machine_ = nullptr;
  std::exchange(then_, nullptr)();
}

std::chrono::milliseconds AsyncConnection::elapsed() const {
  return std::chrono::floor<std::chrono::milliseconds>(Clock::now() - began_);
}

}  // namespace pgjinja::async
