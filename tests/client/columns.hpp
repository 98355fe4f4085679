#pragma once

#include <pgjinja/client/row_sinks.hpp>
#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/types.hpp>

#include <optional>
#include <string>
#include <vector>

namespace pgjinja::test {

using Columns = std::vector<pg::Column>;
using TextRow = std::vector<std::optional<std::string>>;

/// A column in text format.
inline pg::Column text_column(std::string name, pg::Oid type) {
  return {std::move(name), type, -1, pg::Format::Text};
}

/// Hands over columns and rows as a connection does.
inline void feed(pg::RowSink& sink, const Columns& columns, const std::vector<TextRow>& rows) {
  sink.columns(columns);
  for (const TextRow& row : rows) {
    std::vector<pg::Field> fields;
    for (const auto& text : row) {
      fields.push_back(text ? pg::Field{text->data(), text->size()} : pg::Field{});
    }
    sink.row(fields);
  }
}

template <class T>
std::vector<T> rows_of(const Columns& columns, const std::vector<TextRow>& rows) {
  RowsSink<T> sink;
  feed(sink, columns, rows);
  sink.finish({});
  return std::move(sink).take();
}

/// The report of the Error that `call` throws; empty when it throws none.
template <class Call>
std::string report_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace pgjinja::test
