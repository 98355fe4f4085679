#pragma once

#include "pg/wire/backend_messages.hpp"

#include <pgjinja/pg/copy.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace pgjinja::pg::wire {

/// Parse and Describe of the unnamed statement, within a request: nothing is executed, and no
/// permission but that to the schema is needed. The server locks the tables that the statement
/// names until the transaction's end, so that without a Sync behind it what was described holds.
class DescriptionExchange {
 public:
  /// Appends the messages. @throws Error{Encode} for a text that is no statement's.
  static void write(std::string& out, std::string_view sql);

  /// Takes an answer; true when it was the last. @throws Error{Protocol} for one out of turn.
  bool answer(const Message& message);
  [[nodiscard]] bool done() const noexcept { return step_ == Step::Done; }
  [[nodiscard]] Description& description() noexcept { return description_; }

 private:
  enum class Step : std::uint8_t { Parse, ParameterTypes, Columns, Done };

  Step step_ = Step::Parse;
  Description description_;
};

}  // namespace pgjinja::pg::wire
