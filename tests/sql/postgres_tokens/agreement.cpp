#include "sql/postgres_tokens/agreement.hpp"

#include <algorithm>
#include <array>

namespace pgjinja::sql {

namespace {

using Spans = std::vector<PostgresToken>;

std::string_view text_of(std::string_view text, PostgresToken span) {
  return text.substr(span.begin, span.end - span.begin);
}

bool is_operator(std::string_view token) {
  if (token.starts_with("--") || token.starts_with("/*")) return false;
  return std::all_of(token.begin(), token.end(),
                     [](char c) { return byte_class(c) == ByteClass::Operator; });
}

bool is_number(std::string_view token) {
  const std::size_t first = token.front() == '.' ? 1 : 0;
  return token.size() > first && byte_class(token[first]) == ByteClass::Digit;
}

bool is_national_prefix(std::string_view text, PostgresToken token, PostgresToken next) {
  const std::string_view word = text_of(text, token);
  return (word == "n" || word == "N") && token.end == next.begin && text[next.begin] == '\'';
}

/// Is `token` a number and a letter, or the second half of such a thing?
bool is_junk(const Token& before, const Token& token) {
  const bool behind = before.begin + before.text.size() == token.begin;
  return (is_number(token.text) && token.kind != TokenKind::Number) ||
         (before.kind == TokenKind::Number && behind && token.kind == TokenKind::Word);
}

/// PostgreSQL's tokens with `::` and `:=` cut, operators and N'…' joined.
Spans expected_spans(std::string_view text, const Spans& tokens) {
  Spans spans;
  const auto add = [&](PostgresToken token) {
    const bool joins =
        !spans.empty() && spans.back().end == token.begin &&
        ((is_operator(text_of(text, spans.back())) && is_operator(text_of(text, token))) ||
         is_national_prefix(text, spans.back(), token));
    if (joins) {
      spans.back().end = token.end;
    } else {
      spans.push_back(token);
    }
  };
  for (const PostgresToken token : tokens) {
    const std::string_view bytes = text_of(text, token);
    if (bytes == "::" || bytes == ":=") {
      add({token.begin, token.begin + 1});
      add({token.begin + 1, token.end});
    } else {
      add(token);
    }
  }
  return spans;
}

/// `u&` and `$abc`, which PostgreSQL cuts behind their first byte.
bool could_have_become_one(const Token& token) {
  const std::string_view text = token.text;
  const bool prefix = token.kind == TokenKind::Operator && byte_class(text[0]) == ByteClass::Word;
  const bool tag = token.kind == TokenKind::Punctuation && text.size() > 1 && text[0] == '$';
  return prefix || tag;
}

/// Our tokens with these cut.
Spans our_spans(std::string_view text) {
  Spans spans;
  TokenReader reader(text);
  for (Token token; reader.next(token);) {
    PostgresToken span{token.begin, token.begin + token.text.size()};
    if (could_have_become_one(token)) {
      spans.push_back({span.begin, span.begin + 1});
      ++span.begin;
    }
    spans.push_back(span);
  }
  return spans;
}

/// Our scanner's state at places of the text that are asked for in order.
class Walk {
 public:
  explicit Walk(std::string_view text) : text_(text) {}
  const ScanState& to(std::size_t offset) {
    state_.advance(text_.substr(state_.offset(), offset - state_.offset()));
    return state_;
  }

 private:
  std::string_view text_;
  ScanState state_;
};

std::string shown(std::string_view text, std::string_view whose, PostgresToken span) {
  return std::string(whose) + " token [" + std::to_string(span.begin) + ", " +
         std::to_string(span.end) + ") " + std::string(text_of(text, span));
}

std::string boundaries(std::string_view text, const Spans& postgres) {
  const Spans ours = our_spans(text);
  Walk walk(text);
  auto our = ours.begin();
  for (const PostgresToken token : expected_spans(text, postgres)) {
    const std::string here = shown(text, "PostgreSQL's", token);
    if (our == ours.end() || our->begin != token.begin) return "none of ours begins with " + here;
    if (text[token.begin] == '\'' && walk.to(token.begin).quote_continues()) {
      return "ours goes on with the string in front of " + here;
    }
    while (our->end < token.end && our + 1 != ours.end()) {
      ++our;
      if (!walk.to(our->begin).quote_continues()) {
        return shown(text, "our", *our) + " is part of " + here;
      }
    }
    if (our->end != token.end) return "none of ours ends with " + here;
    ++our;
  }
  return our == ours.end() ? "" : shown(text, "our", *our) + " is none of PostgreSQL's";
}

struct Ending {
  std::string_view error;
  std::vector<Region> regions;
};

std::string ending(Region region, std::string_view error) {
  static const std::vector<Ending> kEndings = {
      {"unterminated quoted string",
       {Region::StandardString, Region::EscapeString, Region::UnicodeString}},
      {"unterminated bit string literal", {Region::BitString}},
      {"unterminated hexadecimal string literal", {Region::BitString}},
      {"unterminated dollar-quoted string", {Region::DollarString}},
      {"unterminated quoted identifier", {Region::QuotedIdentifier, Region::UnicodeIdentifier}},
      {"unterminated /* comment", {Region::BlockComment}}};
  for (const Ending& each : kEndings) {
    if (!error.starts_with(each.error)) continue;
    if (std::find(each.regions.begin(), each.regions.end(), region) != each.regions.end())
      return {};
    return "it ends in " + std::string(region_name(region)) + ", not in an " + std::string(error);
  }
  return {};
}

}  // namespace

std::string_view comparable(std::string_view text) {
  text = text.substr(0, std::min(text.find('\0'), text.find('\v')));
  TokenReader reader(text);
  Walk walk(text);
  std::size_t comments = text.size();  // where those began that stand in front of the next token
  Token before;
  for (Token token; reader.next(token); before = token) {
    if (is_junk(before, token)) {
      return text.substr(0, is_number(token.text) ? token.begin : before.begin);
    }
    if (token.kind == TokenKind::Comment) {
      comments = std::min(comments, token.begin);
    } else if (comments < token.begin && walk.to(token.begin).quote_continues() &&
               token.text.starts_with('\'')) {
      return text.substr(0, comments);
    } else {
      comments = text.size();
    }
  }
  return text;
}

std::string disagreement(std::string_view text, const PostgresScan& postgres) {
  ScanState end;
  end.advance(text);
  if (!postgres.error.empty()) return ending(end.region(), postgres.error);
  if (end.region() != Region::Code && end.region() != Region::LineComment) {
    return "it ends in " + std::string(region_name(end.region())) +
           ", and PostgreSQL sees no error";
  }
  return boundaries(text, postgres.tokens);
}

}  // namespace pgjinja::sql
