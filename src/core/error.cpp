#include "core/shown_text.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace pgjinja {

std::string_view error_kind_name(ErrorKind kind) noexcept {
  switch (kind) {
    case ErrorKind::Syntax: return "syntax";
    case ErrorKind::Undefined: return "undefined";
    case ErrorKind::NotFound: return "not-found";
    case ErrorKind::Runtime: return "runtime";
    case ErrorKind::Security: return "security";
    case ErrorKind::Limit: return "limit";
    case ErrorKind::Binding: return "binding";
    case ErrorKind::Config: return "config";
    case ErrorKind::Connection: return "connection";
    case ErrorKind::Server: return "server";
    case ErrorKind::Protocol: return "protocol";
    case ErrorKind::Timeout: return "timeout";
    case ErrorKind::Cancelled: return "cancelled";
    case ErrorKind::Encode: return "encode";
    case ErrorKind::Mapping: return "mapping";
    case ErrorKind::Cardinality: return "cardinality";
    case ErrorKind::Cursor: return "cursor";
  }
  return "unknown";
}

namespace {

bool continues_code_point(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

std::uint32_t code_points(std::string_view text) {
  const auto n =
      std::count_if(text.begin(), text.end(), [](char c) { return !continues_code_point(c); });
  return static_cast<std::uint32_t>(n);
}

}  // namespace

SourcePlace locate(std::string_view name, std::string_view source, std::size_t offset,
                   std::size_t length) {
  offset = std::min(offset, source.size());
  const auto before = source.substr(0, offset);
  const std::size_t break_before = before.rfind('\n');
  const std::size_t begin = break_before == std::string_view::npos ? 0 : break_before + 1;
  const std::size_t end = std::min(source.find('\n', offset), source.size());

  SourcePlace place;
  place.name = name;
  place.line = static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n')) + 1;
  place.column = code_points(source.substr(begin, offset - begin)) + 1;
  place.length = std::max(1U, code_points(source.substr(offset, std::min(length, end - offset))));
  place.text = source.substr(begin, end - begin);
  if (!place.text.empty() && place.text.back() == '\r') place.text.pop_back();
  return place;
}

struct Error::State {
  ErrorKind kind = ErrorKind::Runtime;
  bool safe_to_retry = false;
  bool in_doubt = false;
  std::uint32_t parameter = 0;
  std::uint32_t sql_position = 0;
  std::string message;
  std::string hint;
  std::string detail;
  std::string sqlstate;
  std::vector<SourcePlace> places;
  std::string report;
};

namespace {

constexpr std::size_t kWidestLine = 160;

/// One column for one column; a tab stays a tab in both rows, so that the caret stands under what
/// it means.
std::string_view shown_point(std::string_view point) {
  if (point == "\t" || printable_length(point) == point.size()) return point;
  return static_cast<unsigned char>(point[0]) < 0x20 ? " " : "\xEF\xBF\xBD";
}

/// A very long source line is shown as a window around the caret.
void show_line(std::string& out, const SourcePlace& place, std::size_t gutter) {
  std::vector<std::string_view> points;
  const std::string_view text = place.text;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = i + 1;
    while (end < text.size() && continues_code_point(text[end])) ++end;
    points.push_back(text.substr(i, end - i));
    i = end;
  }
  const std::size_t column = place.column - 1;
  const std::size_t from =
      column > kWidestLine / 2 && points.size() > kWidestLine ? column - kWidestLine / 2 : 0;
  const std::size_t to = std::min(points.size(), from + kWidestLine);
  std::string line;
  std::string under;
  for (std::size_t i = from; i < to; ++i) {
    line += shown_point(points[i]);
    if (i < column) under += points[i] == "\t" ? '\t' : ' ';
  }
  const std::size_t carets =
      std::min<std::size_t>(place.length, std::max<std::size_t>(1, to - std::min(column, to)));
  fmt::format_to(std::back_inserter(out), "\n{:>{}} |\n{:>{}} | {}{}{}\n{:>{}} | {}{}{}", "",
                 gutter, place.line, gutter, from > 0 ? "…" : "", line,
                 to < points.size() ? "…" : "", "", gutter, from > 0 ? " " : "", under,
                 std::string(carets, '^'));
}

}  // namespace

Error::Error(ErrorKind kind, std::string message) : state_(std::make_shared<State>()) {
  state_->kind = kind;
  state_->message = printable(message);
  state_->report = fmt::format("error[{}]: {}", error_kind_name(kind), state_->message);
}

namespace {

/// It may have several lines, which stay below one another.
void show_detail(std::string& out, std::string_view detail, std::size_t gutter) {
  std::string_view lead = "= detail: ";
  for (std::size_t begin = 0; begin <= detail.size();) {
    const std::size_t end = std::min(detail.find('\n', begin), detail.size());
    fmt::format_to(std::back_inserter(out), "\n{:>{}} {}{}", "", gutter, lead,
                   printable(detail.substr(begin, end - begin)));
    lead = "          ";
    begin = end + 1;
  }
}

template <class State>
std::string report_of(const State& s) {
  std::string out = fmt::format("error[{}{}{}]: {}", error_kind_name(s.kind),
                                s.sqlstate.empty() ? "" : " ", printable(s.sqlstate), s.message);
  std::size_t gutter = 1;
  for (const SourcePlace& p : s.places) {
    gutter = std::max(gutter, fmt::formatted_size("{}", p.line));
  }
  for (const SourcePlace& p : s.places) {
    if (p.role.empty()) {
      fmt::format_to(std::back_inserter(out), "\n{:>{}}--> {}:{}:{}", "", gutter, printable(p.name),
                     p.line, p.column);
      show_line(out, p, gutter);
    } else {
      fmt::format_to(std::back_inserter(out), "\n{:>{}} = {} {}:{}:{}", "", gutter,
                     printable(p.role), printable(p.name), p.line, p.column);
    }
  }
  if (!s.detail.empty()) {
    show_detail(out, s.detail, gutter);
  }
  if (!s.hint.empty()) {
    fmt::format_to(std::back_inserter(out), "\n{:>{}} = hint: {}", "", gutter, s.hint);
  }
  return out;
}

}  // namespace

Error::State& Error::own() {
  if (state_.use_count() != 1) state_ = std::make_shared<State>(*state_);
  return *state_;
}

Error& Error::at(SourcePlace place) & {
  State& s = own();
  s.places.push_back(std::move(place));
  s.report = report_of(s);
  return *this;
}
Error& Error::hint(std::string hint) & {
  State& s = own();
  s.hint = printable(hint);
  s.report = report_of(s);
  return *this;
}
Error& Error::detail(std::string detail) & {
  State& s = own();
  s.detail = std::move(detail);
  s.report = report_of(s);
  return *this;
}
Error& Error::sqlstate(std::string_view state) & {
  State& s = own();
  s.sqlstate = state;
  s.report = report_of(s);
  return *this;
}
Error& Error::parameter(std::uint32_t number) & {
  own().parameter = number;
  return *this;
}
Error& Error::sql_position(std::uint32_t position) & {
  own().sql_position = position;
  return *this;
}
Error& Error::safe_to_retry(bool safe) & {
  own().safe_to_retry = safe;
  return *this;
}

Error& Error::in_doubt(bool unknown) & {
  own().in_doubt = unknown;
  return *this;
}

ErrorKind Error::kind() const noexcept { return state_->kind; }
const std::string& Error::message() const noexcept { return state_->message; }
const std::string& Error::hint() const noexcept { return state_->hint; }
const std::string& Error::detail() const noexcept { return state_->detail; }
const std::string& Error::sqlstate() const noexcept { return state_->sqlstate; }
std::uint32_t Error::parameter() const noexcept { return state_->parameter; }
std::uint32_t Error::sql_position() const noexcept { return state_->sql_position; }
const std::vector<SourcePlace>& Error::places() const noexcept { return state_->places; }
bool Error::safe_to_retry() const noexcept { return state_->safe_to_retry; }
bool Error::in_doubt() const noexcept { return state_->in_doubt; }
const char* Error::what() const noexcept { return state_->report.c_str(); }

}  // namespace pgjinja
