#pragma once

#include <pgjinja/client/call_sink.hpp>
#include <pgjinja/client/row_span.hpp>
#include <pgjinja/pg/connection.hpp>
#include <pgjinja/pg/copy.hpp>
#include <pgjinja/sql/statement.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace pgjinja {

/// What Executor::copy_in does, on a connection. Without `columns`, they are the names of a
/// struct's members. @throws as Executor::copy_in
std::int64_t copy_rows(pg::Connection& connection, const pg::TableName& table,
                       std::vector<std::string> columns, const RowSpan& rows,
                       const pg::CallLimits& limits);

/// @throws Error{Binding} for a statement with parameters, which COPY does not take
void refuse_parameters(const sql::Statement& query);

/// What Executor::copy_out does, on a connection, with a query that has no parameters.
/// @throws as Executor::copy_out, without places
void copy_query(pg::Connection& connection, const sql::Statement& query, CallSink& sink,
                const pg::CallLimits& limits);

}  // namespace pgjinja
