// Any bytes as SQL: the scanner's state does not depend on how the text is cut, and where tokens
// begin and end is what PostgreSQL's own scanner says (where libpg_query was found).

#include "sql/scanner.hpp"
#include "sql/tokens.hpp"

#ifdef PGJINJA_LIBPG_QUERY
#include "postgres_scan.hpp"
#endif

#include <pgjinja/sql/binder.hpp>

#include <cstdint>
#include <cstdio>
#include <cstdlib>

using namespace pgjinja::sql;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void state_does_not_depend_on_cuts(std::string_view text, std::size_t cut) {
  ScanState whole;
  whole.advance(text);
  ScanState state;
  state.advance(text.substr(0, cut));
  state.advance(text.substr(cut));
  require(state == whole);
  require(whole.offset() == text.size());
  require(!whole.has_token() || whole.start() < text.size());
  require((whole.region() == Region::Code) == (whole.touch() != Touch::Inside));
}

void tokens_are_in_order(std::string_view text) {
  TokenReader reader(text);
  std::size_t end = 0;
  for (Token token; reader.next(token);) {
    require(token.begin >= end && !token.text.empty());
    end = token.begin + token.text.size();
  }
  require(end <= text.size());
}

#ifdef PGJINJA_LIBPG_QUERY
void postgres_agrees(std::string_view text) {
  const std::string asked = askable(text);
  const std::string difference = disagreement(asked, postgres_scan(asked));
  if (difference.empty()) return;
  std::fprintf(stderr, "%s\nin: %s\n", difference.c_str(), asked.c_str());
  std::abort();
}
#else
void postgres_agrees(std::string_view) {}
#endif

}  // namespace

/// The first byte says where the rest is cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  state_does_not_depend_on_cuts(text, data[0] % (text.size() + 1));
  tokens_are_in_order(text);
  require((annotate(text) == 0) == text.empty());
  postgres_agrees(text);
  return 0;
}
