#include "pg/cluster/answer.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/pg/rows.hpp>

#include <charconv>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace pgjinja::pg::cluster {

namespace {

// Manual 9.27.3 and 9.27.4. The name of a WAL file begins with the timeline (manual 26.3.5): that
// of the control file is the one of the last checkpoint. One column of text: see
// Connection::execute().
constexpr std::string_view kAsk =
    "/*pgjinja*/ SELECT CASE WHEN pg_is_in_recovery()"
    " THEN concat_ws(' ', 'replica', pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0'))"
    " ELSE concat_ws(' ', CASE current_setting('default_transaction_read_only')"
    " WHEN 'on' THEN 'read-only' ELSE 'primary' END, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0'),"
    " ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::bigint) END";

class TextSink final : public RowSink {
 public:
  void columns(const std::vector<Column>& /*columns*/) override {}
  void row(std::span<const Field> fields) override { text_ = fields[0].bytes(); }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

/// Takes a number, and the space before it.
template <class Number>
bool take_number(std::string_view& text, Number& number) {
  if (!text.starts_with(' ')) return false;
  text.remove_prefix(1);
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (status != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

bool take(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word)) return false;
  text.remove_prefix(word.size());
  return true;
}

}  // namespace

Answer answer_of(std::string_view text) {
  std::string_view rest = text;
  Answer answer;
  answer.in_recovery = take(rest, "replica");
  answer.writes = !answer.in_recovery && take(rest, "primary");
  const bool known = answer.in_recovery || answer.writes || take(rest, "read-only");
  std::uint64_t position = 0;
  if (take_number(rest, position)) answer.position = position;
  const bool whole = answer.in_recovery || (answer.position && take_number(rest, answer.timeline));
  if (known && whole && rest.empty()) return answer;
  throw Error(ErrorKind::Protocol, fmt::format("the server says that it is '{}'", text));
}

Answer ask(Connection& connection, const CallLimits& limits) {
  TextSink sink;
  connection.execute(kAsk, {}, sink, limits);
  return answer_of(sink.text());
}

}  // namespace pgjinja::pg::cluster
