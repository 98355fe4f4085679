#pragma once

#include "pg/wire/conversation.hpp"
#include "pg/wire/description_exchange.hpp"

#include <pgjinja/pg/copy.hpp>
#include <pgjinja/pg/outcome.hpp>

#include <cstdint>
#include <exception>
#include <string>

namespace pgjinja::pg::wire {

/// COPY from the client into a table (manual 55.2.6), in one implicit transaction: the columns are
/// described by Parse and Describe of a SELECT, behind a Flush; then COPY is parsed and executed,
/// and the rows follow in pieces, each written when the one before it has been sent. A field in
/// binary does not say of which type it is: the locks of that SELECT see to it that the table is
/// still as it was described.
///
/// Exactly one Sync is sent: behind the last row; behind CopyFail, when the source threw; or as
/// soon as the server has refused, behind what had been sent of the piece under way. The server
/// passes over all that comes before it, and says ReadyForQuery once.
class CopyInMachine final : public Conversation {
 public:
  /// `copy` must outlive the machine. @throws Error{Config} for names that are none; then nothing
  /// is to be sent.
  CopyInMachine(SessionState& state, CopyIn& copy);

  [[nodiscard]] bool listens() const noexcept override { return step_ == Step::Rows; }

  /// The result of a machine that is done. @throws what the source threw, else what went wrong.
  Outcome finish();

 private:
  /// What the server has to say next; at Rows it has nothing to say.
  enum class Step : std::uint8_t { Description, Parse, Bind, CopyIn, Rows, Complete, Done };

  void answer(const Message& message) override;
  bool refused(const ErrorFields& fields, Error& error) override;
  bool ready() override;
  [[nodiscard]] bool asked() const noexcept override;
  void refill() override;

  void expect(const Message& message, MessageType type, Step next);
  void on_described();
  void on_copy_in(const Message& message);
  void write_piece();
  /// Takes rows until they fill a piece; false when there are no more.
  bool collect_rows();
  void append_end(std::string& out);

  CopyIn& copy_;
  DescriptionExchange exchange_;
  Step step_ = Step::Description;
  Format format_ = Format::Text;
  ByteBuffer rows_;      // of the piece
  std::string scratch_;  // for a field
  std::size_t row_ = 0;  // the number of the row that was written last
  bool synced_ = false;
  std::exception_ptr source_failure_;
  Outcome outcome_;
};

}  // namespace pgjinja::pg::wire
