#include "sql/check/symbolic.hpp"

#include "jinja/run/operators.hpp"

#include <algorithm>
#include <utility>

namespace pgjinja::sql {

using Kind = Symbolic::Kind;

Sym data(std::string key, std::set<int> loops) {
  Symbolic made{.kind = Kind::Data, .key = std::move(key), .loops = std::move(loops)};
  made.count_key = made.key;
  return std::make_shared<const Symbolic>(std::move(made));
}
Sym constant(Value value) {
  return std::make_shared<const Symbolic>(
      Symbolic{.kind = Kind::Constant, .constant = std::move(value)});
}
Sym undefined(std::string_view name) {
  return std::make_shared<const Symbolic>(
      Symbolic{.kind = Kind::Undefined, .key = std::string(name)});
}
Sym opaque(std::string why) {
  return std::make_shared<const Symbolic>(Symbolic{.kind = Kind::Opaque, .key = std::move(why)});
}
Sym fragment(SkeletonPtr printed) {
  return std::make_shared<const Symbolic>(
      Symbolic{.kind = Kind::Fragment, .fragment = std::move(printed)});
}
Sym choice(const Atom& atom, const Sym& yes, const Sym& no) {
  if (same(yes, no)) return yes;
  return std::make_shared<const Symbolic>(
      Symbolic{.kind = Kind::Choice, .items = {yes, no}, .atom = atom});
}

Sym all_of(std::vector<Sym> items) {
  const bool plain = std::ranges::all_of(items, [](const Sym& item) {
    return item->kind == Kind::Constant && !item->constant.is_object();
  });
  if (!plain) {
    return std::make_shared<const Symbolic>(
        Symbolic{.kind = Kind::Items, .items = std::move(items)});
  }
  std::vector<Value> values;
  for (const Sym& item : items) values.push_back(item->constant);
  return constant(Value::list(std::move(values)));
}

bool same(const Sym& a, const Sym& b) {
  if (a == b) return true;
  if (a == nullptr || b == nullptr || a->kind != b->kind) return false;
  switch (a->kind) {
    case Kind::Data: return a->key == b->key;
    case Kind::Undefined: return true;
    case Kind::Constant:
      return !a->constant.is_object() && a->constant.kind() == b->constant.kind() &&
             a->constant == b->constant;
    case Kind::Namespace: return a->id == b->id;
    default: return false;
  }
}

std::optional<bool> is_sealed(const Sym& value) {
  switch (value->kind) {
    case Kind::Fragment:
    case Kind::Marked: return true;
    case Kind::Constant: return value->constant.is_object();
    case Kind::Opaque: return std::nullopt;
    case Kind::Choice: {
      const auto yes = is_sealed(value->items[0]);
      return yes == is_sealed(value->items[1]) ? yes : std::nullopt;
    }
    default: return false;
  }
}

namespace {

/// Does it print at least one piece, or none; or does that depend?
std::optional<bool> prints(const Skeleton& printed) {
  switch (printed.kind) {
    case Skeleton::Kind::Text:
    case Skeleton::Kind::Print: return true;
    case Skeleton::Kind::Sequence: {
      bool all_known = true;
      for (const SkeletonPtr& part : printed.parts) {
        const auto one = prints(*part);
        if (one == true) return true;
        all_known = all_known && one.has_value();
      }
      return all_known ? std::optional(false) : std::nullopt;
    }
    default: return std::nullopt;
  }
}

Sym truth_of_fragment(const Sym& value) {
  if (const auto known = prints(*value->fragment)) return constant(Value(*known));
  if (value->fragment->kind == Skeleton::Kind::Choice) {
    const Skeleton& node = *value->fragment;
    return choice(node.atom, truth(fragment(node.parts[0])), truth(fragment(node.parts[1])));
  }
  return opaque("whether a captured text is empty");
}

}  // namespace

Sym truth(const Sym& value) {
  switch (value->kind) {
    case Kind::Constant: return constant(Value(jinja::truthy(value->constant)));
    case Kind::Undefined: return constant(Value(false));
    case Kind::Items: return constant(Value(!value->items.empty()));
    case Kind::Fragment: return truth_of_fragment(value);
    case Kind::Choice: return choice(value->atom, truth(value->items[0]), truth(value->items[1]));
    case Kind::Data:
    case Kind::Many: {
      if (value->least > 0) return constant(Value(true));
      const std::string& subject = value->count_key.empty() ? value->key : value->count_key;
      return choice({Atom::Asks::Truth, subject, {}, value->loops, value->key},
                    constant(Value(true)), constant(Value(false)));
    }
    case Kind::Failure:
    case Kind::Opaque: return value;
    default: return constant(Value(true));
  }
}

Sym select(const Sym& condition, const Sym& yes, const Sym& no) {
  if (condition->kind == Kind::Constant) {
    return jinja::truthy(condition->constant) ? yes : no;
  }
  if (condition->kind != Kind::Choice) return condition;
  return choice(condition->atom, select(condition->items[0], yes, no),
                select(condition->items[1], yes, no));
}

Sym negated(const Sym& condition) {
  return select(condition, constant(Value(false)), constant(Value(true)));
}

SkeletonPtr sequence(std::vector<SkeletonPtr> parts) {
  if (parts.size() == 1) return parts.front();
  return std::make_shared<const Skeleton>(
      Skeleton{.kind = Skeleton::Kind::Sequence, .parts = std::move(parts)});
}

SkeletonPtr unknown(std::string reason, SourcePlace place) {
  return std::make_shared<const Skeleton>(Skeleton{
      .kind = Skeleton::Kind::Unknown, .reason = std::move(reason), .place = std::move(place)});
}

SkeletonPtr failed(std::string_view rule, std::optional<Error> error) {
  return std::make_shared<const Skeleton>(
      Skeleton{.kind = Skeleton::Kind::Fail, .error = std::move(error), .rule = rule});
}

SkeletonPtr branch(const Sym& condition, const SkeletonPtr& yes, const SkeletonPtr& no,
                   const SourcePlace& place, bool tells) {
  switch (condition->kind) {
    case Kind::Constant: return jinja::truthy(condition->constant) ? yes : no;
    case Kind::Choice: break;
    case Kind::Failure: return condition->fragment;
    default: return unknown("a condition: " + condition->key, place);
  }
  SkeletonPtr first = branch(condition->items[0], yes, no, place, tells);
  const SkeletonPtr second = branch(condition->items[1], yes, no, place, tells);
  if (first == second) return first;
  return std::make_shared<const Skeleton>(Skeleton{.kind = Skeleton::Kind::Choice,
                                                   .parts = {first, second},
                                                   .atom = condition->atom,
                                                   .tells = tells,
                                                   .place = place});
}

}  // namespace pgjinja::sql
