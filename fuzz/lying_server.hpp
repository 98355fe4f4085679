#pragma once

#include "choices.hpp"
#include "pg/wire/server_bytes.hpp"

#include <pgjinja/pg/types.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pgjinja::fuzz {

/// A server that knows the protocol, and what is in its table; but at each message the fuzzer's
/// bytes choose whether it is that message, or another one, twice, not at all, or with a byte of it
/// changed. Bytes of 0 make an honest server.
class LyingServer {
 public:
  explicit LyingServer(Choices& choices) : choices_(choices) {}

  /// What it says to Parse, Describe, Bind and Execute, and then to Sync.
  std::string first_use();
  /// What it says to Bind and Execute of what it has prepared.
  std::string later_use();
  /// To Execute with a row limit, and to what follows.
  std::string portions();
  /// To a COPY out, and to one in, behind the description of its columns.
  std::string copy_out();
  std::string copy_in();

 private:
  using Message = std::string;
  using Messages = std::vector<Message>;

  std::string said(const Messages& honest);
  Message lie();
  Message row(pg::Format format);
  std::string copy_row(pg::Format format);
  std::string field(std::size_t column, pg::Format format);
  Messages described();
  Messages rows(pg::Format format);

  Choices& choices_;
};

}  // namespace pgjinja::fuzz
