#pragma once

#include <pgjinja/pg/outcome.hpp>
#include <pgjinja/pg/rows.hpp>

namespace pgjinja {

/// Takes the rows of one call of a template, and its end.
class CallSink : public pg::RowSink {
 public:
  /// To be called once, after the last row.
  virtual void finish(pg::Outcome outcome) = 0;
};

}  // namespace pgjinja
