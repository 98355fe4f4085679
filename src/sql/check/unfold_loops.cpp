#include "sql/check/unfolding.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace pgjinja::sql {

using Kind = Symbolic::Kind;

namespace {

/// Loops over what the template itself lists are unrolled up to that many rounds.
constexpr std::size_t kMostKnownRounds = 16;

}  // namespace

void Unfolding::for_statement(const Stmt& stmt, Frame& f, Out& out) {
  const Sym items = eval(*stmt.value, f);
  Sym recursion;
  if (stmt.recursive) {
    recursion = std::make_shared<const Symbolic>(Symbolic{
        .kind = Kind::Loop, .of = &f.of, .stmt = &stmt, .scope = f.scope, .chain = f.chain});
  }
  out.push_back(loop_over(stmt, items, f, recursion));
}

SkeletonPtr Unfolding::loop_over(const Stmt& stmt, const Sym& items, Frame& f,
                                 const Sym& recursion) {
  return guarded(&stmt, f.of.place_of(stmt), [&]() -> SkeletonPtr {
    switch (items->kind) {
      case Kind::Data:
      case Kind::Many: return unknown_rounds(stmt, items, f, recursion);
      case Kind::Items: return known_rounds(stmt, items->items, f);
      case Kind::Failure: return items->fragment;
      case Kind::Undefined: return failed();
      case Kind::Choice: {
        const Memory before = remember(f);
        const SkeletonPtr yes = loop_over(stmt, items->items[0], f, recursion);
        const Memory after = remember(f);
        restore(before, f);
        const SkeletonPtr no = loop_over(stmt, items->items[1], f, recursion);
        const Sym asked = choice(items->atom, constant(Value(true)), constant(Value(false)));
        merge(asked, after, remember(f), f);
        return branch(asked, yes, no, f.of.place_of(stmt), false);
      }
      case Kind::Constant: {
        if (items->constant.is_list()) {
          std::vector<Sym> known;
          for (const Value& each : items->constant.as_list()) known.push_back(from_value(each));
          return known_rounds(stmt, known, f);
        }
        const bool loops = items->constant.is_text() || items->constant.is_map();
        return loops ? unknown_rounds(stmt, computed("items", {}), f, recursion) : failed();
      }
      case Kind::Opaque: return unknown(items->key, f.of.place_of(stmt));
      default: return failed();
    }
  });
}

SkeletonPtr Unfolding::known_rounds(const Stmt& stmt, const std::vector<Sym>& items, Frame& f) {
  std::vector<Sym> kept;
  for (const Sym& item : items) {
    const Sym passed = stmt.test == nullptr ? constant(Value(true)) : passes(stmt, item, f);
    if (passed->kind != Kind::Constant) {
      return unknown("which items a loop keeps", f.of.place_of(stmt));
    }
    if (passed->constant.as_bool()) kept.push_back(item);
  }
  if (kept.size() > kMostKnownRounds || stmt.recursive) {
    return unknown_rounds(stmt, data(fmt::format("items{}", next_number())), f, nullptr);
  }
  Skeleton node{.kind = Skeleton::Kind::Rounds};
  for (std::size_t i = 0; i < kept.size(); ++i) {
    LoopRound at;
    at.first = i == 0;
    at.last = i + 1 == kept.size();
    at.index0 = static_cast<std::int64_t>(i);
    at.length = static_cast<std::int64_t>(kept.size());
    at.before = i == 0 ? undefined("loop.previtem") : kept[i - 1];
    at.after = *at.last ? undefined("loop.nextitem") : kept[i + 1];
    node.parts.push_back(round(stmt, kept[i], at, f, nullptr));
  }
  node.otherwise = otherwise(stmt, f);
  return std::make_shared<const Skeleton>(std::move(node));
}

namespace {

LoopRound place_in_loop(int loop, std::uint8_t which) {
  LoopRound at;
  at.loop = loop;
  at.first = which == Skeleton::kOnly || which == Skeleton::kFirst;
  at.last = which == Skeleton::kOnly || which == Skeleton::kLast;
  if (*at.first) at.index0 = 0;
  if (which == Skeleton::kOnly) at.length = 1;
  if (*at.first) at.before = undefined("loop.previtem");
  if (*at.last) at.after = undefined("loop.nextitem");
  return at;
}

bool same_heap(const std::map<int, std::map<std::string, Sym, std::less<>>>& a,
               const std::map<int, std::map<std::string, Sym, std::less<>>>& b) {
  return std::ranges::all_of(b, [&](const auto& object) {
    const auto mine = a.find(object.first);
    if (mine == a.end()) return true;  // made in the round
    return std::ranges::all_of(object.second, [&](const auto& attribute) {
      const auto found = mine->second.find(attribute.first);
      return found != mine->second.end() && same(found->second, attribute.second);
    });
  });
}

}  // namespace

/// What a round has changed in a way that the next one would change again can be anything.
void Unfolding::havoc(const Heap& before) {
  for (auto& [id, attributes] : heap_) {
    const auto known = before.find(id);
    if (known == before.end()) continue;
    for (auto& [name, value] : attributes) {
      const auto old = known->second.find(name);
      if (old == known->second.end() || !same(old->second, value)) {
        value = opaque(fmt::format("'{}' of a namespace that a loop changes", name));
      }
    }
  }
}

SkeletonPtr Unfolding::unknown_rounds(const Stmt& stmt, const Sym& items, Frame& f,
                                      const Sym& recursion) {
  Skeleton node{.kind = Skeleton::Kind::Loop};
  node.loop = next_number();
  node.place = f.of.place_of(stmt);
  node.subject = stmt.test == nullptr ? items->count_key : "";
  std::set<int> loops = items->loops;
  loops.insert(node.loop);
  const Sym item = items->kind == Kind::Many
                       ? items->items[0]
                       : data(fmt::format("{}@{}", items->key, node.loop), loops);
  const auto run = [&](std::uint8_t which) {
    return round(stmt, item, place_in_loop(node.loop, which), f, recursion);
  };
  node.parts.resize(Skeleton::kRounds);
  const Heap before = heap_;
  node.parts[Skeleton::kOnly] = run(Skeleton::kOnly);
  const Heap after_only = std::exchange(heap_, before);
  node.parts[Skeleton::kFirst] = run(Skeleton::kFirst);
  const Heap after_first = heap_;
  node.parts[Skeleton::kMiddle] = run(Skeleton::kMiddle);
  if (!same_heap(after_first, heap_)) {
    havoc(after_first);
    node.parts[Skeleton::kMiddle] = run(Skeleton::kMiddle);
    havoc(after_first);
  } else {
    heap_ = after_first;
  }
  node.parts[Skeleton::kLast] = run(Skeleton::kLast);
  const Heap after_last = heap_;
  if (same_heap(after_only, after_last)) {
    const Sym any = stmt.test == nullptr ? truth(items) : opaque("whether a loop has rounds");
    merge_heap(any->kind == Kind::Choice ? any : constant(Value(true)), after_last, before);
  } else {
    havoc(before);
  }
  node.otherwise = otherwise(stmt, f);
  return std::make_shared<const Skeleton>(std::move(node));
}

SkeletonPtr Unfolding::round(const Stmt& stmt, const Sym& item, const LoopRound& at, Frame& f,
                             const Sym& recursion) {
  const ScopePtr outer = f.scope;
  f.scope = new_scope(outer);
  store(*stmt.target, item, f);
  Symbolic loop{.kind = Kind::Loop};
  if (recursion != nullptr) loop = *recursion;
  loop.round = at;
  f.scope->names["loop"] = std::make_shared<const Symbolic>(std::move(loop));
  Out out;
  body(stmt.body, f, out);
  f.scope = outer;
  return sequence(std::move(out));
}

SkeletonPtr Unfolding::otherwise(const Stmt& stmt, Frame& f) {
  if (stmt.other.empty()) return nullptr;
  return scoped(stmt.other, f);
}

/// The condition of `for … if`.
Sym Unfolding::passes(const Stmt& stmt, const Sym& item, Frame& f) {
  const ScopePtr outer = f.scope;
  f.scope = new_scope(outer);
  store(*stmt.target, item, f);
  const Sym passed = truth(eval(*stmt.test, f));
  f.scope = outer;
  return passed;
}

Sym Unfolding::loop_attribute(const LoopRound& at, std::string_view name) {
  const auto counted = [&](std::optional<std::int64_t> known, std::int64_t least) {
    if (known) return constant(Value(*known));
    Symbolic made = *data(fmt::format("loop{}.{}", at.loop, name), {at.loop});
    made.least = least;
    return Sym(std::make_shared<const Symbolic>(std::move(made)));
  };
  const auto from_end = [&](std::int64_t last) {
    if (at.last == true) return std::optional(last);
    return at.length && at.index0 ? std::optional(*at.length - *at.index0 - 1 + last)
                                  : std::nullopt;
  };
  if (name == "first" && at.first) return constant(Value(*at.first));
  if (name == "last" && at.last) return constant(Value(*at.last));
  if (name == "index0") return counted(at.index0, 1);
  if (name == "index") return counted(at.index0 ? std::optional(*at.index0 + 1) : at.index0, 2);
  if (name == "revindex0") return counted(from_end(0), 1);
  if (name == "revindex") return counted(from_end(1), 2);
  if (name == "length") return counted(at.length, 2);
  if (name == "depth" || name == "depth0") return counted(std::nullopt, 0);
  const Sym& neighbour = name == "previtem" ? at.before : at.after;
  if (name == "previtem" || name == "nextitem") {
    return neighbour != nullptr ? neighbour : computed(fmt::format("loop.{}", name), {});
  }
  return undefined(name);
}

}  // namespace pgjinja::sql
