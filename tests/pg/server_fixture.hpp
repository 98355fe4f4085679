#pragma once

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/connection.hpp>
#include <pgjinja/pg/embedded_server.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pgjinja::pg {

/// One embedded server for all tests of a program.
class ServerFixture : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (server_ == nullptr) server_ = std::make_unique<EmbeddedServer>();
  }
  static void TearDownTestSuite() { server_.reset(); }

  static const Settings& settings() { return server_->settings(); }
  /// So patient that a busy machine is no reason to give a connection up.
  static Settings patient() {
    Settings patient = settings();
    patient.cancel_patience = std::chrono::seconds(60);
    return patient;
  }
  static EmbeddedServer& server() { return *server_; }

 private:
  static inline std::unique_ptr<EmbeddedServer> server_;
};

/// Keeps each field's bytes: rows[1][0].
class CollectingSink final : public RowSink {
 public:
  void columns(const std::vector<Column>& columns) override { described = columns; }
  void row(std::span<const Field> fields) override {
    std::vector<std::string>& row = rows.emplace_back();
    for (const Field& field : fields) row.emplace_back(field.is_null() ? "NULL" : field.bytes());
  }

  std::vector<Column> described;
  std::vector<std::vector<std::string>> rows;
};

/// Executes and gives the first field of the first row ("" without rows). Casts to text keep its
/// bytes the same in both formats.
inline std::string first_text(Connection& connection, std::string_view sql,
                              const std::vector<Value>& parameters = {}) {
  CollectingSink sink;
  connection.execute(sql, parameters, sink);
  return sink.rows.empty() ? "" : sink.rows[0][0];
}

/// The Error that `action` throws; a failed expectation when it throws none.
inline Error error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error was thrown";
  return {ErrorKind::Runtime, "none"};
}

}  // namespace pgjinja::pg
