#include "postgres_scan.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <pg_query.h>

namespace pgjinja::sql {

namespace {

/// Reads what libpg_query answers in: protobuf's wire format, of which it uses whole numbers and
/// nested messages. Its own reader would be one more library.
class Message {
 public:
  explicit Message(std::string_view bytes) : bytes_(bytes) {}

  /// The next field: true, and its number, and its value or the message in it.
  bool next() {
    if (bytes_.empty()) return false;
    const std::uint64_t key = number();
    field = key >> 3U;
    value = number();
    if ((key & 7U) == 2) {
      nested = bytes_.substr(0, value);
      bytes_.remove_prefix(value);
    } else if ((key & 7U) != 0) {
      std::abort();
    }
    return true;
  }

  std::uint64_t field = 0;
  std::uint64_t value = 0;
  std::string_view nested;

 private:
  std::uint64_t number() {
    std::uint64_t result = 0;
    for (unsigned shift = 0;; shift += 7) {
      if (bytes_.empty() || shift > 63) std::abort();
      const auto byte = static_cast<unsigned char>(bytes_.front());
      bytes_.remove_prefix(1);
      result |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
      if (byte < 0x80) return result;
    }
  }

  std::string_view bytes_;
};

// The numbers of the fields are those of pg_query.proto: ScanResult.tokens, ScanToken.start and
// ScanToken.end; a field that is 0 is left out.
PostgresToken token_of(std::string_view bytes) {
  PostgresToken token{0, 0};
  for (Message fields(bytes); fields.next();) {
    if (fields.field == 1) token.begin = fields.value;
    if (fields.field == 2) token.end = fields.value;
  }
  return token;
}

PostgresScan answer_to(const std::string& text) {
  const PgQueryScanResult answer = pg_query_scan(text.c_str());
  PostgresScan scan;
  if (answer.error != nullptr) {
    scan.error = answer.error->message;
  } else {
    for (Message fields({answer.pbuf.data, answer.pbuf.len}); fields.next();) {
      if (fields.field == 2) scan.tokens.push_back(token_of(fields.nested));
    }
  }
  pg_query_free_scan_result(answer);
  return scan;
}

bool is_unicode(std::string_view token) {
  return token.size() > 2 && (token[0] == 'u' || token[0] == 'U') && token[1] == '&' &&
         (token[2] == '\'' || token[2] == '"');
}

// libpg_query does not say where U&'…' and U&"…" end. They end where the same constant ends that
// has no U&: a backslash means nothing before the parser reads UESCAPE.
std::size_t unicode_end(const std::string& text, std::size_t begin) {
  return begin + 2 + answer_to(text.substr(begin + 2)).tokens.at(0).end;
}

}  // namespace

std::string askable(std::string_view text) {
  if (PG_VERSION_NUM < 140000) text = text.substr(0, text.find('?'));
  return std::string(comparable(text));
}

PostgresScan postgres_scan(const std::string& text) {
  PostgresScan scan = answer_to(text);
  for (PostgresToken& token : scan.tokens) {
    if (is_unicode(std::string_view(text).substr(token.begin))) {
      token.end = unicode_end(text, token.begin);
    }
  }
  return scan;
}

}  // namespace pgjinja::sql
