#pragma once

#include "pg/raw_session.hpp"

#include <pgjinja/pg/settings.hpp>

#include <memory>
#include <stdexcept>
#include <string>

#include <libpq-fe.h>

namespace pgjinja::chaos {

/// A session by libpq alone: what looks at the server from outside shares nothing with what is
/// looked at.
class AdminSession {
 public:
  explicit AdminSession(const pg::Settings& settings) : session_(pg::open_by_libpq(settings)) {
    PQsetNoticeProcessor(session_.get(), [](void*, const char*) {}, nullptr);
  }

  [[nodiscard]] bool connected() const { return PQstatus(session_.get()) == CONNECTION_OK; }

  /// Executes statements separated by semicolons, and gives the last one's first field; "" when it
  /// has none. @throws std::runtime_error with what the server said
  std::string sql(const std::string& text) {
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(session_.get(), text.c_str()),
                                                               &PQclear);
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK && status != PGRES_EMPTY_QUERY) {
      throw std::runtime_error(PQerrorMessage(session_.get()));
    }
    return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
  }

 private:
  pg::LibpqSession session_;
};

}  // namespace pgjinja::chaos
