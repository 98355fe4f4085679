#include "client/many_chunk.hpp"

#include <exception>

namespace pgjinja {

namespace {

constexpr std::size_t kRows = 1000;
constexpr std::size_t kBytes = std::size_t{1} << 20U;

/// About what it takes of a packet.
std::size_t weight(const sql::Statement& statement) {
  std::size_t bytes = statement.sql.size();
  for (const Value& value : statement.parameters) {
    bytes += 16 + (value.is_text() ? value.as_text().size() : 0) +
             (value.is_bytes() ? value.as_bytes().size() : 0) +
             (value.is_list() ? 16 * value.as_list().size() : 0);
  }
  return bytes;
}

}  // namespace

ManyChunk::ManyChunk(Many& many, std::size_t begin) : many_(many), begin_(begin) {
  std::size_t bytes = 0;
  for (std::size_t i = begin; i < many.size() && i < begin + kRows && bytes < kBytes; ++i) {
    many.bind(i, statements_.emplace_back());
    bytes += weight(statements_.back());
  }
}

void ManyChunk::append(std::vector<pg::PipelineEntry>& entries) {
  for (const sql::Statement& statement : statements_) {
    entries.push_back(
        {.sql = statement.sql, .parameters = statement.parameters, .sink = &sinks_.emplace_back()});
  }
}

std::int64_t ManyChunk::affected(std::span<const pg::PipelineEntry> entries) const {
  std::int64_t rows = 0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    rows += entries[i].outcome.rows;
    if (entries[i].failure == nullptr) continue;
    try {
      std::rethrow_exception(entries[i].failure);
    } catch (const Error& error) {
      // A lost connection, say, is no single row's doing.
      const bool own = error.kind() == ErrorKind::Server || error.kind() == ErrorKind::Encode;
      throw own ? many_.placed(error, statements_[i], begin_ + i) : many_.placed(error);
    }
  }
  return rows;
}

}  // namespace pgjinja
