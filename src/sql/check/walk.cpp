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
    case Kind::Choice: return choice(node, in, behind);
    case Kind::Rounds: return {known_rounds(node, std::move(in)), {}, {}};
    case Kind::Loop: return {loop(node, in), {}, {}};
    case Kind::Break: return {{}, std::move(in), {}};
    case Kind::Continue: return {{}, {}, std::move(in)};
    case Kind::Fail:
    case Kind::Unknown:
      std::erase_if(in, [&](const Path& path) { return !passes(path, node); });
      return {std::move(in), {}, {}};
  }
  return {};
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
  Outcome all;
  Paths yes;
  Paths no;
  for (const Path& path : in) {
    const auto answer = path.assumed.answer(node.atom);
    for (const bool side : {true, false}) {
      if (answer && *answer != side) continue;
      Path taken = path;
      if (!answer) taken.assumed.assume(node.atom, side);
      Outcome one = go(*node.parts[side ? 0 : 1], {std::move(taken)}, behind);
      Paths& ended = side ? yes : no;
      ended.insert(ended.end(), one.next.begin(), one.next.end());
      add(all, std::move(one));
    }
  }
  joined(node, yes, no);
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
  Paths out;
  for (const Path& path : in) {
    const auto known = path.assumed.rounds(node.subject);
    for (const int rounds : {0, 1, 2}) {
      if (known && *known != rounds) continue;
      Path taken = path;
      const Atom truth{Atom::Asks::Truth, node.subject, {}, {}, {}};
      const auto any = path.assumed.answer(truth);
      if (!node.subject.empty() && any && *any != (rounds > 0)) continue;
      taken.assumed.assume_rounds(node.subject, node.subject, rounds);
      if (rounds == 0) {
        add(out, otherwise(node, {std::move(taken)}));
      } else if (rounds == 1) {
        Rounds ended;
        const Paths outer = std::exchange(broken_early_, {});
        round(*node.parts[Skeleton::kOnly], node.loop, {{}, {std::move(taken)}}, ended, out);
        add(ended.not_done, std::exchange(broken_early_, outer));
        add(out, std::move(ended.done));
        add(out, otherwise(node, std::move(ended.not_done)));
      } else {
        add(out, several_rounds(node, std::move(taken)));
      }
    }
  }
  for (Path& path : out) path.assumed.forget(node.loop);
  merge(out);
  return out;
}

/// Middle rounds go on until they bring nothing new.
Paths Walk::several_rounds(const Skeleton& node, Path path) {
  constexpr int kMostRounds = 30;
  const Paths outer = std::exchange(broken_early_, {});
  Paths out;
  Rounds at;
  round(*node.parts[Skeleton::kFirst], node.loop, {{}, {std::move(path)}}, at, out);
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
