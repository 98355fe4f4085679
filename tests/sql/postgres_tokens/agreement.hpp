#pragma once

#include "sql/tokens.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::sql {

/// A token of PostgreSQL's own scanner: bytes [begin, end) of the text.
struct PostgresToken {
  std::size_t begin;
  std::size_t end;
};

/// What PostgreSQL's scanner (by way of libpg_query) makes of a text: tokens, or an error.
struct PostgresScan {
  std::vector<PostgresToken> tokens;
  std::string error;
};

/// The beginning of `text` that libpg_query can be asked about: without
///
/// - what stands behind a NUL byte, where its C string ends;
/// - a comment over which a string goes on (`E'a' -- b` and `'c'` on the next line are one
///   constant). For libpg_query comments are tokens, which they are not for the server, so that for
///   it a string ends in front of them.
/// - what stands behind a vertical tab, which is white space from PostgreSQL 16 on and part of no
///   statement before: ours reads it as the later versions do;
/// - a number that a letter follows, and what stands behind it: `1x`, `0x1F`, `1_000` and `1e` are
/// errors
///   in PostgreSQL 15, two tokens before, and from 16 on some of them are numbers.
std::string_view comparable(std::string_view text);

/// How our scanner and PostgreSQL's differ on `text`, a comparable() one; empty when they agree: on
/// where each token begins and ends, and on what is open at the end.
///
/// These differences are meant, and nothing else is let pass:
///
/// - A run of operator characters is one token of ours; PostgreSQL cuts it by the longest name and
///   by its rule of a `+` or `-` at the end. For who asks what touches a value they are the same.
/// - `::` and `:=` are two tokens of ours.
/// - `'a'`, a line break and `'b'` are one constant, and two tokens of ours.
/// - N'a' is the key word NCHAR, of one byte, and a string; one token of ours.
/// - `u&` with no quote behind it is a word and an operator, and `$abc` with no `$` behind it a `$`
///   and a word; ours keeps them one token, since a quote or `$` would have made them one.
std::string disagreement(std::string_view text, const PostgresScan& postgres);

}  // namespace pgjinja::sql
