#include "jinja/syntax/openings.hpp"

#include "jinja/syntax/white_space.hpp"

#include <algorithm>
#include <cstring>
#include <tuple>

namespace pgjinja::jinja {

namespace {

constexpr std::string_view kBeforeStatement = " \t\v";
constexpr std::string_view kBeforeComment = " \t\v\f\x1c\x1d\x1e\x1f";

bool at_line_start(std::string_view text, std::size_t at) {
  return at == 0 || text[at - 1] == '\n';
}

/// Where `prefix` begins behind any of `blanks` at `at`; npos if it does not. As a regular
/// expression does, gives blanks back for a prefix that begins with some.
std::size_t behind_blanks(std::string_view text, std::size_t at, std::string_view blanks,
                          std::string_view prefix) {
  std::size_t begin = std::min(text.find_first_not_of(blanks, at), text.size());
  while (!text.substr(begin).starts_with(prefix)) {
    if (begin == at) return std::string_view::npos;
    --begin;
  }
  return begin;
}

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

bool stands_at(std::string_view text, std::size_t at, std::string_view word) {
  return text.substr(std::min(at, text.size())).starts_with(word);
}

/// Where the delimiter of a tag that opens at `at` stands; npos if no such tag does.
std::size_t delimiter_at(TagKind kind, std::string_view delimiter, std::string_view text,
                         std::size_t at) {
  constexpr std::size_t kNone = std::string_view::npos;
  switch (kind) {
    case TagKind::LineStatement:  // ^[ \t\v]*
      if (!at_line_start(text, at)) return kNone;
      return behind_blanks(text, at, kBeforeStatement, delimiter);
    case TagKind::LineComment:  // (?:^|(?<=\S))[^\S\r\n]*
      if (!at_line_start(text, at) && is_space(text[at - 1])) return kNone;
      return behind_blanks(text, at, kBeforeComment, delimiter);
    default: return stands_at(text, at, delimiter) ? at : kNone;
  }
}

}  // namespace

Openings::Openings(const Delimiters& delimiters)
    : delimiters_(delimiters), standard_(delimiters == default_delimiters()) {
  if (standard_) return;
  rules_ = {{TagKind::Block, delimiters.block_start_string},
            {TagKind::Comment, delimiters.comment_start_string},
            {TagKind::Variable, delimiters.variable_start_string}};
  if (delimiters.line_statement_prefix) {
    rules_.push_back({TagKind::LineStatement, *delimiters.line_statement_prefix});
    may_begin_with(kBeforeStatement);
  }
  if (delimiters.line_comment_prefix) {
    rules_.push_back({TagKind::LineComment, *delimiters.line_comment_prefix});
    may_begin_with(kBeforeComment);
  }
  std::sort(rules_.begin(), rules_.end(), [](const Rule& a, const Rule& b) {
    return std::tuple(a.delimiter.size(), a.kind) > std::tuple(b.delimiter.size(), b.kind);
  });
  for (const Rule& rule : rules_) may_begin_with(rule.delimiter.substr(0, 1));
}

void Openings::may_begin_with(std::string_view bytes) {
  for (const char c : bytes) may_begin_[static_cast<unsigned char>(c)] = true;
}

Opening Openings::find_standard(std::string_view text, std::size_t from) {
  const char* const begin = text.data();
  while (from + 1 < text.size()) {
    const void* brace = std::memchr(begin + from, '{', text.size() - from - 1);
    if (brace == nullptr) break;
    const auto at = static_cast<std::size_t>(static_cast<const char*>(brace) - begin);
    switch (begin[at + 1]) {
      case '{': return {TagKind::Variable, at, at, at + 2};
      case '%': return {TagKind::Block, at, at, at + 2};
      case '#': return {TagKind::Comment, at, at, at + 2};
      default: from = at + 1;
    }
  }
  return {TagKind::None, text.size(), text.size(), text.size()};
}

Opening Openings::find_any(std::string_view text, std::size_t from) const {
  for (std::size_t at = from; at < text.size(); ++at) {
    if (!may_begin_[static_cast<unsigned char>(text[at])]) continue;
    const Opening opening = opening_at(text, at);
    if (opening.kind != TagKind::None) return opening;
  }
  return {TagKind::None, text.size(), text.size(), text.size()};
}

Opening Openings::opening_at(std::string_view text, std::size_t at) const {
  // Jinja2 looks for `raw` first, also where a longer opening begins like a block's.
  if (raw_opens_at(text, at)) {
    return {TagKind::Block, at, at, at + delimiters_.block_start_string.size()};
  }
  for (const Rule& rule : rules_) {
    const std::size_t found = delimiter_at(rule.kind, rule.delimiter, text, at);
    if (found == std::string_view::npos) continue;
    return {rule.kind, at, found, found + rule.delimiter.size()};
  }
  return {};
}

bool Openings::raw_opens_at(std::string_view text, std::size_t at) const {
  if (!stands_at(text, at, delimiters_.block_start_string)) return false;
  std::size_t inside = at + delimiters_.block_start_string.size();
  if (stands_at(text, inside, "-") || stands_at(text, inside, "+")) ++inside;
  return raw(text, inside).has_value();
}

std::optional<RawTag> Openings::raw(std::string_view text, std::size_t at) const {
  at = skip_space(text, at);
  if (!stands_at(text, at, "raw")) return std::nullopt;
  at = skip_space(text, at + 3);
  const std::string_view closing = delimiters_.block_end_string;
  if (stands_at(text, at, "-") && stands_at(text, at + 1, closing)) {
    return RawTag{at + 1 + closing.size(), true};
  }
  if (!stands_at(text, at, closing)) return std::nullopt;
  return RawTag{at + closing.size(), false};
}

}  // namespace pgjinja::jinja
