#pragma once

#include "pg/wire/conversation.hpp"
#include "pg/wire/statement_cache.hpp"
#include "pg/wire/statement_exchange.hpp"

#include <pgjinja/pg/pipeline.hpp>

#include <cstddef>
#include <exception>
#include <span>
#include <vector>

namespace pgjinja::pg::wire {

/// Executes several statements in one round trip (manual 55.2.4): [Close…], their exchanges, and
/// one Sync behind the last, or one behind each. Up to a Sync all is one transaction, unless a
/// statement begins or ends one by itself; after an error the server passes over what comes before
/// the next Sync.
///
/// A text that occurs several times is prepared by the first that needs it. Nothing is repeated
/// here: whether that is right depends on what the others did.
class PipelineMachine final : public Conversation {
 public:
  /// All arguments must outlive the machine. There is at least one entry.
  /// @throws Error{Encode} and Error{Config} (for COPY, which a pipeline cannot carry); nothing is
  ///         to be sent then, and the entry to blame has its failure.
  PipelineMachine(SessionState& state, StatementCache& cache, std::span<PipelineEntry> entries,
                  Grouping grouping);

  /// Completes the entries of a machine that is done.
  void finish();

 private:
  void answer(const Message& message) override;
  bool refused(const ErrorFields& fields, Error& error) override;
  void unconfirmed(Error error) override;
  bool ready() override;
  [[nodiscard]] bool may_have_taken_effect() const override;
  [[nodiscard]] bool may_be_complete() const override;
  [[nodiscard]] bool asked() const noexcept override;

  void write_packet();
  void write_entry(std::size_t index, std::string& out);
  [[nodiscard]] std::size_t preparer_of(std::size_t index) const noexcept;
  void advance() noexcept;
  [[nodiscard]] bool each_is_alone() const;
  void settle_unbegun(const Error& error);
  void settle(std::size_t first, std::size_t last);
  void settle_lost();

  StatementCache& cache_;
  std::span<PipelineEntry> entries_;
  Grouping grouping_;

  std::vector<StatementExchange> exchanges_;
  std::vector<std::size_t> preparers_;  // whose packet prepares what an entry executes
  std::vector<std::size_t> ends_;       // where in the packet the Sync of an entry ends
  std::size_t closes_ = 0;              // that the server has still to confirm
  std::size_t current_ = 0;             // the entry that the server speaks of
  std::size_t settled_ = 0;             // so many entries cannot change any more
  std::exception_ptr unconfirmed_;      // for what is settled next
  bool failed_ = false;                 // Together: the server passes over the rest
};

}  // namespace pgjinja::pg::wire
