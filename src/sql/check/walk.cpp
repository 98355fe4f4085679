#include "sql/check/walk.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace pgjinja::sql {

using Kind = Skeleton::Kind;

jinja::Fragment fragment_of(const Path& path) {
  std::vector<const Skeleton*> nodes;
  for (const Printed* at = path.printed.get(); at != nullptr; at = at->before.get()) {
    nodes.push_back(at->node);
  }
  jinja::Fragment fragment;
  for (std::size_t i = nodes.size(); i-- > 0;) {
    if (nodes[i]->kind == Kind::Text) {
      fragment.append(nodes[i]->text);
    } else {
      fragment.append(nodes[i]->site, nodes[i]->value);
    }
  }
  return fragment;
}

Paths Walk::run(const Skeleton& skeleton) { return go(skeleton, Paths(1), nullptr).next; }

void Walk::add(Paths& to, Paths&& more) {
  std::ranges::move(more, std::back_inserter(to));
  merge(to);
}

void Walk::add(Outcome& to, Outcome&& more) {
  add(to.next, std::move(more.next));
  add(to.broken, std::move(more.broken));
  add(to.continued, std::move(more.continued));
}

Walk::Outcome Walk::go(const Skeleton& node, Paths in, const Skeleton* behind) {
  if (in.empty()) return {};
  switch (node.kind) {
    case Kind::Sequence: return sequence(node, std::move(in), behind);
    case Kind::Text:
    case Kind::Print:
      std::erase_if(in, [&](Path& path) { return !print(path, node, behind); });
      merge(in);
      return {std::move(in), {}, {}};
    case Kind::Choice:
    case Kind::Loop: return ways(node, std::move(in), behind);
    case Kind::Rounds: return {known_rounds(node, std::move(in)), {}, {}};
    case Kind::Break: return {{}, std::move(in), {}};
    case Kind::Continue: return {{}, {}, std::move(in)};
    case Kind::Fail:
    case Kind::Unknown:
      std::erase_if(in, [&](const Path& path) { return !passes(path, node); });
      return {std::move(in), {}, {}};
  }
  return {};
}

/// All paths at once, or each by itself: so they stay in the order of the branches.
Walk::Outcome Walk::ways(const Skeleton& node, Paths in, const Skeleton* behind) {
  const auto go_on = [&](const Paths& paths) -> Outcome {
    if (node.kind == Kind::Choice) return choice(node, paths, behind);
    return {loop(node, paths), {}, {}};
  };
  if (!keeps_order()) return go_on(in);
  Outcome all;
  for (Path& path : in) add(all, go_on({std::move(path)}));
  return all;
}

Walk::Outcome Walk::sequence(const Skeleton& node, Paths in, const Skeleton* behind) {
  Outcome all;
  for (std::size_t i = 0; i < node.parts.size(); ++i) {
    const Skeleton* next = i + 1 < node.parts.size() ? node.parts[i + 1].get() : behind;
    Outcome one = go(*node.parts[i], std::move(in), next);
    in = std::move(one.next);
    add(all.broken, std::move(one.broken));
    add(all.continued, std::move(one.continued));
  }
  all.next = std::move(in);
  return all;
}

Walk::Outcome Walk::choice(const Skeleton& node, const Paths& in, const Skeleton* behind) {
  Paths taken[2];  // by the answer
  for (const Path& path : in) {
    const auto answer = path.assumed.answer(node.atom);
    for (const bool yes : {true, false}) {
      if (answer && *answer != yes) continue;
      Path& one = taken[yes ? 1 : 0].emplace_back(path);
      if (!answer) one.assumed.assume(node.atom, yes);
    }
  }
  Outcome yes = go(*node.parts[0], std::move(taken[1]), behind);
  Outcome no = go(*node.parts[1], std::move(taken[0]), behind);
  joined(node, yes.next, no.next);
  Outcome all;
  add(all, std::move(yes));
  add(all, std::move(no));
  return all;
}

// ---- loops --------------------------------------------------------------------------------------

Paths Walk::otherwise(const Skeleton& node, Paths in) {
  if (node.otherwise == nullptr) return in;
  return go(*node.otherwise, std::move(in), nullptr).next;
}

/// One round: `left` get those that a break leaves after a round that came to its end.
void Walk::round(const Skeleton& body, int loop, const Rounds& from, Rounds& to, Paths& left) {
  const auto begin = [loop](Paths paths) {
    for (Path& path : paths) path.assumed.forget(loop);
    return paths;
  };
  Outcome done = go(body, begin(from.done), nullptr);
  add(to.done, std::move(done.next));
  add(to.done, std::move(done.continued));
  add(left, std::move(done.broken));
  Outcome not_done = go(body, begin(from.not_done), nullptr);
  add(to.done, std::move(not_done.next));
  add(to.not_done, std::move(not_done.continued));
  broken_early_.insert(broken_early_.end(), not_done.broken.begin(), not_done.broken.end());
}

Paths Walk::known_rounds(const Skeleton& node, Paths in) {
  Rounds at{{}, std::move(in)};
  Paths out;
  const Paths outer = std::exchange(broken_early_, {});
  for (const SkeletonPtr& part : node.parts) {
    Rounds next;
    round(*part, 0, at, next, out);
    at = std::move(next);
  }
  add(at.not_done, std::exchange(broken_early_, outer));
  add(out, std::move(at.done));
  add(out, otherwise(node, std::move(at.not_done)));
  return out;
}

Paths Walk::loop(const Skeleton& node, const Paths& in) {
  Paths taken[3];  // by the number of rounds
  for (const Path& path : in) {
    const auto known = path.assumed.rounds(node.subject);
    const auto any = path.assumed.answer({Atom::Asks::Truth, node.subject, {}, {}, {}});
    for (const int rounds : {0, 1, 2}) {
      if (known && *known != rounds) continue;
      if (!node.subject.empty() && any && *any != (rounds > 0)) continue;
      Path& one = taken[rounds].emplace_back(path);
      one.assumed.assume_rounds(node.subject, node.subject, rounds);
    }
  }
  Paths out = otherwise(node, std::move(taken[0]));
  add(out, one_round(node, std::move(taken[1])));
  add(out, several_rounds(node, std::move(taken[2])));
  for (Path& path : out) path.assumed.forget(node.loop);
  merge(out);
  return out;
}

Paths Walk::one_round(const Skeleton& node, Paths in) {
  Paths out;
  Rounds ended;
  const Paths outer = std::exchange(broken_early_, {});
  round(*node.parts[Skeleton::kOnly], node.loop, {{}, std::move(in)}, ended, out);
  add(ended.not_done, std::exchange(broken_early_, outer));
  add(out, std::move(ended.done));
  add(out, otherwise(node, std::move(ended.not_done)));
  return out;
}

/// Middle rounds go on until they bring nothing new. A loop that opens one more parenthesis or
/// comment in each round never comes to that: what it can do wrong it does in the first few.
Paths Walk::several_rounds(const Skeleton& node, Paths in) {
  constexpr int kMostRounds = 4;
  const Paths outer = std::exchange(broken_early_, {});
  Paths out;
  Rounds at;
  round(*node.parts[Skeleton::kFirst], node.loop, {{}, std::move(in)}, at, out);
  for (int i = 0; has_middle_rounds() && i < kMostRounds; ++i) {
    const std::size_t before = at.done.size() + at.not_done.size();
    Rounds more;
    round(*node.parts[Skeleton::kMiddle], node.loop, at, more, out);
    add(at.done, std::move(more.done));
    add(at.not_done, std::move(more.not_done));
    if (at.done.size() + at.not_done.size() == before) break;
  }
  Rounds ended;
  round(*node.parts[Skeleton::kLast], node.loop, at, ended, out);
  add(ended.not_done, std::exchange(broken_early_, outer));
  add(out, std::move(ended.done));
  add(out, otherwise(node, std::move(ended.not_done)));
  return out;
}

}  // namespace pgjinja::sql
