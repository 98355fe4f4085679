#pragma once

#include "sql/check/atom.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/core/value.hpp>
#include <pgjinja/jinja/fragment.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::sql {

struct Skeleton;
using SkeletonPtr = std::shared_ptr<const Skeleton>;

/// How a rendering comes to a place: the call, include … and how that was come to.
struct Way {
  SourcePlace place;
  std::shared_ptr<const Way> outer;
};
using WayPtr = std::shared_ptr<const Way>;

/// What a template can print, whatever it is rendered with: its macros, includes, blocks and
/// captures are in place, and what is left open are the answers to questions about values.
///
/// Immutable, and a graph: what is placed twice is there once.
struct Skeleton {
  enum class Kind : std::uint8_t {
    Sequence,  ///< parts, one behind the other
    Text,      ///< text
    Print,     ///< site, value
    Choice,    ///< parts[0] if atom is true, else parts[1]
    Rounds,    ///< parts: the rounds of a loop over what is known; otherwise
    Loop,      ///< parts: see Round; otherwise
    Break,
    Continue,
    Fail,     ///< no rendering goes on here; error, if that is worth a finding
    Unknown,  ///< prints what cannot be told without rendering: reason, place
  };
  /// The rounds of a Loop: of one alone, and the first, a middle and the last of several.
  enum Round : std::uint8_t { kOnly, kFirst, kMiddle, kLast, kRounds };

  Kind kind = Kind::Sequence;
  std::vector<SkeletonPtr> parts = {};

  jinja::TextConstant text = {};
  jinja::PrintSite site = {};
  WayPtr way = nullptr;      ///< Text, Print: how it is come to
  Value value = {};          ///< Print: a mark as the binder gets it, or one value of many
  bool by_value = false;     ///< Print: other values make other SQL text
  bool is_constant = false;  ///< Print: a value that the template itself has
  Atom atom = {};
  bool tells = false;        ///< Choice: it is an if's, of which a difference is reported
  int loop = 0;              ///< Loop: its number, as in Atom::loops
  std::string subject = {};  ///< Loop: what decides the number of its rounds; empty if nothing does
  SkeletonPtr otherwise = nullptr;
  std::optional<Error> error = std::nullopt;
  std::string_view rule = {};
  std::string reason = {};
  SourcePlace place = {};
};

}  // namespace pgjinja::sql
