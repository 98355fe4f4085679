#include "sql/check/assumptions.hpp"

#include "jinja/run/operators.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace pgjinja::sql {

namespace {

using Asks = Atom::Asks;

bool same_question(const Atom& a, const Atom& b) {
  return a.asks == b.asks && a.subject == b.subject && a.constant == b.constant;
}

/// What the answer to one question says about another one of the same subject.
std::optional<bool> follows(const Atom& known, bool yes, const Atom& asked) {
  if (same_question(known, asked)) return yes;
  if (known.asks == Asks::Other || asked.asks == Asks::Other) return std::nullopt;
  if (known.asks == Asks::Defined && !yes) return false;  // nothing else is true of it
  if (known.asks == Asks::Equal && yes) {
    switch (asked.asks) {
      case Asks::Truth: return jinja::truthy(known.constant);
      case Asks::Null: return known.constant.is_null();
      case Asks::Equal: return known.constant == asked.constant;
      default: return true;
    }
  }
  if (known.asks == Asks::Null && yes) {
    if (asked.asks == Asks::Equal) return asked.constant.is_null();
    return asked.asks == Asks::Defined;
  }
  if (known.asks == Asks::Truth && asked.asks == Asks::Equal) {
    if (jinja::truthy(asked.constant) != yes) return false;
  }
  if (known.asks == Asks::Truth && yes) {
    if (asked.asks == Asks::Null) return false;
    if (asked.asks == Asks::Defined) return true;
  }
  return std::nullopt;
}

}  // namespace

std::optional<bool> Assumptions::answer(const Atom& atom) const {
  for (const Entry& entry : entries_) {
    if (entry.atom.subject != atom.subject) continue;
    if (auto answer = follows(entry.atom, entry.yes, atom)) return answer;
  }
  return std::nullopt;
}

void Assumptions::assume(const Atom& atom, bool yes) { entries_.push_back({atom, yes}); }

std::optional<int> Assumptions::rounds(const std::string& subject) const {
  if (subject.empty()) return std::nullopt;
  if (const auto known = rounds_.find(subject); known != rounds_.end()) return known->second;
  const auto truth = answer(Atom{Asks::Truth, subject, {}, {}, {}});
  return truth == false ? std::optional(0) : std::nullopt;
}

void Assumptions::assume_rounds(const std::string& subject, const std::string& text, int rounds) {
  if (subject.empty()) return;
  rounds_[subject] = rounds;
  const Atom truth{Asks::Truth, subject, {}, {}, text};
  if (!answer(truth)) assume(truth, rounds > 0);
}

void Assumptions::forget(int loop) {
  std::erase_if(entries_, [loop](const Entry& e) { return e.atom.loops.contains(loop); });
  const std::string item = fmt::format("@{}", loop);
  std::erase_if(rounds_, [&](const auto& r) { return r.first.find(item) != std::string::npos; });
}

bool Assumptions::has(const Entry& entry) const {
  return std::ranges::any_of(entries_, [&](const Entry& mine) {
    return mine.yes == entry.yes && same_question(mine.atom, entry.atom);
  });
}

void Assumptions::keep_common(const Assumptions& other) {
  std::erase_if(entries_, [&](const Entry& e) { return !other.has(e); });
  std::erase_if(rounds_, [&](const auto& r) {
    const auto theirs = other.rounds_.find(r.first);
    return theirs == other.rounds_.end() || theirs->second != r.second;
  });
}

std::string Assumptions::describe() const {
  std::string out;
  for (const Entry& entry : entries_) {
    if (entry.atom.text.empty()) continue;
    out += fmt::format("{}`{}` is {}", out.empty() ? "" : ", ", entry.atom.text,
                       entry.yes ? "true" : "false");
  }
  return out;
}

}  // namespace pgjinja::sql
