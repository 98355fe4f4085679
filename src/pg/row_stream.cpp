#include "pg/row_stream_state.hpp"

#include "pg/deadline.hpp"
#include "pg/interruption.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/row_stream.hpp>

#include <utility>

namespace pgjinja::pg {

RowStreamState::RowStreamState(std::shared_ptr<SessionDriver> driver, std::string_view sql,
                               std::span<const Value> parameters, RowSink& sink,
                               std::uint32_t fetch_size)
    : driver_(std::move(driver)),
      turn_(std::in_place, *driver_, CallLimits{}),
      machine_(driver_->state(), driver_->statements(), sql, parameters, sink, fetch_size) {}

bool RowStreamState::next(const CallLimits& limits) {
  if (!turn_) throw Error(ErrorKind::Config, "this stream has ended");
  try {
    refuse_if_over(limits);
    machine_.proceed();
    driver_->run(machine_, limits);
    if (machine_.wait() != wire::Conversation::Wait::Done) {
      machine_.check_sink();
      return true;
    }
    outcome_ = machine_.finish();
  } catch (...) {
    close();
    throw;
  }
  turn_.reset();
  return false;
}

/// Nothing that is thrown on the way tells the caller anything: it wanted no more.
void RowStreamState::close() noexcept {
  if (!turn_) return;
  if (machine_.begun()) {
    try {
      machine_.close();
      const bool at_once = machine_.needs_cancel();
      const auto patience = at_once ? std::chrono::milliseconds(0) : driver_->cancel_patience();
      driver_->run(machine_, {.deadline = deadline_after(patience)});
    } catch (const std::exception&) {
      driver_->state().usable = false;
    }
  }
  turn_.reset();
}

RowStream::RowStream(std::unique_ptr<RowStreamState> state) noexcept : state_(std::move(state)) {}
RowStream::~RowStream() = default;
RowStream::RowStream(RowStream&&) noexcept = default;
RowStream& RowStream::operator=(RowStream&&) noexcept = default;

bool RowStream::next(const CallLimits& limits) { return state_->next(limits); }
const Outcome& RowStream::outcome() const noexcept { return state_->outcome(); }
void RowStream::close() noexcept { state_->close(); }

}  // namespace pgjinja::pg
