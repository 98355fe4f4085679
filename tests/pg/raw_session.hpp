#pragma once

#include <pgjinja/pg/connection.hpp>
#include <pgjinja/pg/types.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <libpq-fe.h>

namespace pgjinja::pg {

struct EndSession {
  void operator()(PGconn* session) const noexcept { PQfinish(session); }
};
using LibpqSession = std::unique_ptr<PGconn, EndSession>;

/// Opens a session by libpq alone; PQstatus() says whether it is one.
inline LibpqSession open_by_libpq(const Settings& settings) {
  std::vector<const char*> keywords;
  std::vector<const char*> values;
  for (const auto& [keyword, value] : settings.keywords) {
    keywords.push_back(keyword.c_str());
    values.push_back(value.c_str());
  }
  keywords.push_back(nullptr);
  values.push_back(nullptr);
  return LibpqSession(PQconnectdbParams(keywords.data(), values.data(), 0));
}

/// A session spoken by libpq alone: what tests compare this library with.
class RawSession {
 public:
  struct Parameter {
    std::optional<std::string> bytes;
    Format format = Format::Text;
    Oid type = oid::kUnknown;
  };
  /// What a statement gave: its first field, or the error's SQLSTATE.
  struct Answer {
    std::optional<std::string> field;
    std::string sqlstate;
    std::string message;
    friend bool operator==(const Answer& a, const Answer& b) {
      return a.field == b.field && a.sqlstate.empty() == b.sqlstate.empty();
    }
  };

  explicit RawSession(const Settings& settings) : session_(open_by_libpq(settings)) {}

  [[nodiscard]] bool connected() const { return PQstatus(session_.get()) == CONNECTION_OK; }
  [[nodiscard]] std::string error() const { return PQerrorMessage(session_.get()); }

  Answer run(const std::string& sql, const std::vector<Parameter>& parameters = {},
             Format results = Format::Text) {
    std::vector<::Oid> types;
    std::vector<const char*> values;
    std::vector<int> sizes;
    std::vector<int> formats;
    for (const Parameter& p : parameters) {
      types.push_back(p.type);
      values.push_back(p.bytes ? p.bytes->c_str() : nullptr);
      sizes.push_back(p.bytes ? static_cast<int>(p.bytes->size()) : 0);
      formats.push_back(static_cast<int>(p.format));
    }
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(
        PQexecParams(session_.get(), sql.c_str(), static_cast<int>(parameters.size()), types.data(),
                     values.data(), sizes.data(), formats.data(), static_cast<int>(results)),
        &PQclear);
    Answer answer;
    if (PQresultStatus(result.get()) == PGRES_TUPLES_OK && PQntuples(result.get()) > 0 &&
        PQgetisnull(result.get(), 0, 0) == 0) {
      answer.field.emplace(PQgetvalue(result.get(), 0, 0),
                           static_cast<std::size_t>(PQgetlength(result.get(), 0, 0)));
    }
    if (const char* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE)) {
      answer.sqlstate = state;
      answer.message = PQresultErrorMessage(result.get());
    }
    return answer;
  }

  /// The first field as text; "" for NULL and errors.
  std::string text(const std::string& sql) { return run(sql).field.value_or(""); }

 private:
  LibpqSession session_;
};

}  // namespace pgjinja::pg
