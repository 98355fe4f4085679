#pragma once

#include "client/engine.hpp"

#include <pgjinja/client/call_options.hpp>
#include <pgjinja/client/call_sink.hpp>
#include <pgjinja/client/stream.hpp>
#include <pgjinja/core/context.hpp>
#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/pg/pool.hpp>
#include <pgjinja/pg/row_stream.hpp>
#include <pgjinja/sql/statement.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace pgjinja {

class TransactionState;

/// A template's statement that runs as its rows are asked for: on a connection of its own, or on
/// that of a transaction. Settings of the call, and @plan, give it a transaction of its own.
class StatementStream final : public StreamSource {
 public:
  StatementStream(std::shared_ptr<Engine> engine, CallOptions calls, CallSink& sink,
                  std::shared_ptr<TransactionState> transaction = nullptr, std::size_t level = 0);

  /// Renders and binds, and acquires the connection. @throws as Executor::query()
  void open(std::string_view name, const Context& arguments, const StreamOptions& options);
  bool next() override;

 private:
  pg::Connection& connection();
  bool fetch();
  void begin_with_settings(const StreamOptions& options);
  void finish();
  template <class Action>
  auto with_place(Action action);

  std::shared_ptr<Engine> engine_;
  CallOptions calls_;
  CallSink& sink_;
  std::shared_ptr<TransactionState> transaction_;  // nullptr: none
  std::size_t level_;                              // within it
  bool own_transaction_ = false;                   // it ends with the stream
  std::string name_;
  std::optional<jinja::Template> source_;
  sql::Statement statement_;
  std::uint32_t fetch_size_ = 0;
  std::optional<pg::Lease> lease_;  // not in a transaction
  std::optional<pg::RowStream> rows_;
};

}  // namespace pgjinja
