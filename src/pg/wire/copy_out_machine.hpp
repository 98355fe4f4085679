#pragma once

#include "pg/wire/conversation.hpp"
#include "pg/wire/copy_reader.hpp"
#include "pg/wire/description_exchange.hpp"

#include <pgjinja/pg/outcome.hpp>
#include <pgjinja/pg/rows.hpp>

#include <cstdint>
#include <exception>
#include <optional>
#include <string_view>

namespace pgjinja::pg::wire {

/// COPY of a query's rows to the client (manual 55.2.6), in one implicit transaction: the query is
/// described by Parse and Describe, behind a Flush, which also finds its errors where they are in
/// its own text; then COPY is parsed and executed, in binary where all columns have a codec, else
/// in text, and one Sync ends it.
class CopyOutMachine final : public Conversation {
 public:
  /// All arguments must outlive the machine. @throws Error{Encode}; then nothing is to be sent.
  CopyOutMachine(SessionState& state, std::string_view query, RowSink& sink);

  /// The result of a machine that is done. @throws what the sink threw, else what went wrong.
  Outcome finish();

 private:
  /// What the server has to say next.
  enum class Step : std::uint8_t { Description, Parse, Bind, CopyOut, Rows, Complete, Done };

  void answer(const Message& message) override;
  bool refused(const ErrorFields& fields, Error& error) override;
  bool ready() override;
  [[nodiscard]] bool asked() const noexcept override;

  void expect(const Message& message, MessageType type, Step next);
  void on_described();
  void on_copy_out(const Message& message);
  void on_rows(const Message& message);
  void append_end(std::string& out);

  std::string_view query_;
  RowSink& sink_;
  DescriptionExchange exchange_;
  Step step_ = Step::Description;
  Format format_ = Format::Text;
  std::optional<CopyReader> reader_;
  bool begun_ = false;
  bool synced_ = false;
  std::exception_ptr sink_failure_;
  Outcome outcome_;
};

}  // namespace pgjinja::pg::wire
