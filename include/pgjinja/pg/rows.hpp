#pragma once

#include <pgjinja/pg/types.hpp>

#include <span>
#include <vector>

namespace pgjinja::pg {

/// Takes a statement's rows as they arrive. What it throws ends the call with that exception after
/// the connection has been brought back to a clean state.
class RowSink {
 public:
  virtual ~RowSink() = default;
  /// Called once before the first row of a statement that returns rows (also when there are none).
  /// `columns` lives until the next statement of the connection; its formats are text at a
  /// statement's first use on a connection, and binary where there is a codec at later ones.
  virtual void columns(const std::vector<Column>& columns) = 0;
  /// One row; the fields are valid during this call only.
  virtual void row(std::span<const Field> fields) = 0;
};

}  // namespace pgjinja::pg
