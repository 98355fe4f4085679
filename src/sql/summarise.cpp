#include "sql/scanner.hpp"

#include <pgjinja/sql/summarise.hpp>

namespace pgjinja::sql {

namespace {

/// A comment is known for one by its second byte only.
bool may_begin_comment(char c) { return c == '-' || c == '/'; }

}  // namespace

jinja::TextSummary summarise(std::string_view text) {
  jinja::TextSummary summary;
  ScanState state;
  for (std::size_t i = 0; i < text.size(); ++i) {
    state.advance(text.substr(i, 1));
    const bool code = state.has_token() && !state.in_comment() && !may_begin_comment(text[i]);
    summary.has_code = summary.has_code || code;
  }
  const Region region = state.region();
  summary.open_ended = region != Region::Code && region != Region::LineComment;
  return summary;
}

}  // namespace pgjinja::sql
