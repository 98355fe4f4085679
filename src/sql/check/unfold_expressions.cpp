#include "jinja/run/operators.hpp"
#include "jinja/run/text_form.hpp"
#include "sql/check/unfolding.hpp"

#include <pgjinja/sql/marks.hpp>

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace pgjinja::sql {

using jinja::ast::CompareOp;
using jinja::ast::ExprKind;
using Kind = Symbolic::Kind;

namespace {

Sym failure(std::string_view rule = {}, std::optional<Error> error = std::nullopt) {
  return std::make_shared<const Symbolic>(
      Symbolic{.kind = Kind::Failure, .fragment = failed(rule, std::move(error))});
}

bool is_plain_constant(const Sym& value) {
  return value->kind == Kind::Constant && !value->constant.is_object();
}

}  // namespace

Sym Unfolding::eval(const Expr& expr, Frame& f) {
  switch (expr.kind) {
    case ExprKind::Text: return constant(Value(expr.text));
    case ExprKind::Int: return constant(Value(expr.integer));
    case ExprKind::Float: return constant(Value(expr.real));
    case ExprKind::Bool: return constant(Value(expr.integer != 0));
    case ExprKind::None: return constant(Value());
    case ExprKind::Name: return name(expr, f);
    case ExprKind::List:
    case ExprKind::Tuple: {
      std::vector<Sym> items;
      for (const Expr* each : expr.items) items.push_back(eval(*each, f));
      return all_of(std::move(items));
    }
    case ExprKind::Dict: {
      std::vector<Sym> parts;
      for (const Expr* each : expr.items) parts.push_back(eval(*each, f));
      return computed("dict", parts);
    }
    case ExprKind::Attribute: return attribute(eval(*expr.a, f), expr.text);
    case ExprKind::Item: return item(expr, f);
    case ExprKind::Slice: return opaque("a slice");
    case ExprKind::Call: return call(expr, f, nullptr);
    case ExprKind::Filter: return filter(expr, f, nullptr);
    case ExprKind::Test: return test(expr, f);
    case ExprKind::Negate:
    case ExprKind::Positive:
      return computed(expr.kind == ExprKind::Negate ? "-" : "+", {eval(*expr.a, f)});
    case ExprKind::Not: return negated(truth(eval(*expr.a, f)));
    case ExprKind::And:
    case ExprKind::Or: {
      Sym left = eval(*expr.a, f);
      const auto right = [&] { return eval(*expr.b, f); };
      const auto same_left = [&]() -> Sym { return left; };
      return expr.kind == ExprKind::And ? either(truth(left), f, right, same_left)
                                        : either(truth(left), f, same_left, right);
    }
    case ExprKind::Binary: {
      static constexpr std::array kOperators = {"+", "-", "*", "/", "//", "%", "**"};
      return computed(kOperators[static_cast<std::size_t>(expr.op)],
                      {eval(*expr.a, f), eval(*expr.b, f)});
    }
    case ExprKind::Compare: return comparison(expr, f);
    case ExprKind::Concat: return concat(expr, f);
    case ExprKind::Condition: {
      const auto no = [&] { return expr.c == nullptr ? undefined("no else") : eval(*expr.c, f); };
      return either(truth(eval(*expr.b, f)), f, [&] { return eval(*expr.a, f); }, no);
    }
  }
  return opaque("an expression");
}

/// What one of two expressions gives; only that one is evaluated, or both apart.
Sym Unfolding::either(const Sym& condition, Frame& f, const std::function<Sym()>& yes,
                      const std::function<Sym()>& no) {
  if (condition->kind == Kind::Constant) return condition->constant.as_bool() ? yes() : no();
  if (condition->kind != Kind::Choice) return condition;
  const Memory before = remember(f);
  const Sym first = yes();
  const Memory after = remember(f);
  restore(before, f);
  const Sym second = no();
  merge(condition, after, remember(f), f);
  return select(condition, first, second);
}

/// Plain data has a key that says how it was made: what is made in the same way is the same.
std::string Unfolding::key_of(const Sym& value) {
  switch (value->kind) {
    case Kind::Data: return value->key;
    case Kind::Constant:
      if (!value->constant.is_object()) return jinja::repr(value->constant);
      break;
    case Kind::Items: {
      std::string out = "[";
      for (const Sym& each : value->items) out += (out.size() > 1 ? ", " : "") + key_of(each);
      return out + "]";
    }
    default: break;
  }
  return fmt::format("…{}", next_number());
}

Sym Unfolding::computed(const std::string& text, const std::vector<Sym>& parts) {
  std::string key = parts.size() == 2
                        ? fmt::format("({} {} {})", key_of(parts[0]), text, key_of(parts[1]))
                        : text;
  std::set<int> loops;
  for (const Sym& part : parts) {
    if (part->kind == Kind::Failure) return part;
    if (is_sealed(part) != false) return opaque("what '" + text + "' makes of marks");
    loops.insert(part->loops.begin(), part->loops.end());
    if (parts.size() != 2) key += " " + key_of(part);
  }
  if (parts.empty()) key += fmt::format("…{}", next_number());
  return data(std::move(key), std::move(loops));
}

Sym Unfolding::name(const Expr& expr, Frame& f) {
  const std::string_view wanted = expr.text;
  bool context = false;
  for (ScopePtr scope = f.scope; scope != nullptr; scope = scope->outer) {
    if (const auto found = scope->names.find(wanted); found != scope->names.end()) {
      return found->second;
    }
    context = scope->context;
  }
  if (wanted == "self") return std::make_shared<const Symbolic>(Symbolic{.kind = Kind::Self});
  if (wanted == "super" && !f.block.empty()) {
    const auto& definitions = f.chain->blocks.at(f.block);
    if (f.depth + 1 >= definitions.size()) return undefined(wanted);
    return std::make_shared<const Symbolic>(Symbolic{.kind = Kind::Block,
                                                     .key = std::string(f.block),
                                                     .scope = f.chain->top,
                                                     .chain = f.chain,
                                                     .block = f.block,
                                                     .depth = f.depth + 1});
  }
  if (const Value* global = environment_.globals.find(wanted, hash_text(wanted))) {
    if (!global->is_object()) return constant(*global);
    return std::make_shared<const Symbolic>(
        Symbolic{.kind = Kind::Function, .key = std::string(wanted), .constant = *global});
  }
  // What the client passes as the column list of the type that was asked for.
  if (context && wanted == "_model_fields_") {
    return std::make_shared<const Symbolic>(
        Symbolic{.kind = Kind::Marked, .constant = identifier_list({"column"})});
  }
  return context ? data(std::string(wanted)) : undefined(wanted);
}

Sym Unfolding::attribute(const Sym& object, std::string_view wanted) {
  switch (object->kind) {
    case Kind::Data: return data(fmt::format("{}.{}", object->key, wanted), object->loops);
    case Kind::Choice:
      return choice(object->atom, attribute(object->items[0], wanted),
                    attribute(object->items[1], wanted));
    case Kind::Module: return member(object, wanted);
    case Kind::Loop: return loop_attribute(object->round, wanted);
    case Kind::Namespace: {
      const auto& attributes = heap_[object->id];
      const auto found = attributes.find(wanted);
      return found == attributes.end() ? undefined(wanted) : found->second;
    }
    case Kind::Block: {
      const auto& definitions = object->chain->blocks.at(object->block);
      if (wanted != "super" || object->depth + 1 >= definitions.size()) return undefined(wanted);
      Symbolic next = *object;
      ++next.depth;
      return std::make_shared<const Symbolic>(std::move(next));
    }
    case Kind::Undefined: return failure();
    case Kind::Constant:
      if (object->constant.is_map()) {
        const Value* found = object->constant.as_map().find(wanted, hash_text(wanted));
        return found == nullptr ? undefined(wanted) : from_value(*found);
      }
      return object->constant.is_object() ? opaque("an attribute of a mark") : undefined(wanted);
    case Kind::Failure: return object;
    default: return opaque(fmt::format("the attribute '{}'", wanted));
  }
}

Sym Unfolding::item(const Expr& expr, Frame& f) {
  const Sym object = eval(*expr.a, f);
  if (expr.b->kind == ExprKind::Slice) {
    std::vector<Sym> parts = {object};
    for (const Expr* part : {expr.b->a, expr.b->b, expr.b->c}) {
      parts.push_back(part == nullptr ? constant(Value()) : eval(*part, f));
    }
    return computed("slice", parts);
  }
  const Sym index = eval(*expr.b, f);
  if (is_plain_constant(object) && is_plain_constant(index)) {
    try {
      return from_value(jinja::item(object->constant, index->constant));
    } catch (const Error&) {  // the rendering fails alike
      return failure();
    }
  }
  if (object->kind == Kind::Items && index->kind == Kind::Constant && index->constant.is_int()) {
    const auto size = static_cast<std::int64_t>(object->items.size());
    const std::int64_t at = index->constant.as_int();
    const std::int64_t from_front = at < 0 ? at + size : at;
    if (from_front < 0 || from_front >= size) return undefined("an item");
    return object->items[static_cast<std::size_t>(from_front)];
  }
  if (is_plain_constant(index) && index->constant.is_text()) {
    return attribute(object, expr.b->text);
  }
  return computed("[]", {object, index});
}

Sym Unfolding::concat(const Expr& expr, Frame& f) {
  std::vector<Sym> parts;
  bool any_sealed = false;
  bool all_known = true;
  for (const Expr* each : expr.items) {
    parts.push_back(eval(*each, f));
    if (parts.back()->kind == Kind::Failure) return parts.back();
    if (parts.back()->kind == Kind::Undefined) return failure();
    const auto sealed = is_sealed(parts.back());
    any_sealed = any_sealed || sealed == true;
    all_known = all_known && sealed.has_value();
  }
  if (!any_sealed) {
    return all_known ? computed("~", parts) : opaque("a value that may be a mark, joined by ~");
  }
  const auto site = site_of(f, expr.start, expr.end, expr);
  std::vector<SkeletonPtr> printed_parts;
  for (const Sym& part : parts) printed_parts.push_back(printed(part, site));
  return fragment(sequence(std::move(printed_parts)));
}

// ---- comparisons --------------------------------------------------------------------------------

/// A yes-or-no question that is like no other one but those of the same text.
Sym Unfolding::question(const std::string& text, const std::vector<Sym>& parts) {
  Sym made = computed(text, parts);
  if (made->kind != Kind::Data) return made;
  return choice({Atom::Asks::Other, made->key, {}, made->loops, made->key}, constant(Value(true)),
                constant(Value(false)));
}

Sym Unfolding::comparison(const Expr& expr, Frame& f) {
  Sym left = eval(*expr.a, f);
  Sym all = constant(Value(true));
  for (const jinja::ast::Comparison& step : expr.comparisons) {
    const Sym right = eval(*step.right, f);
    all = select(all, compare(step.op, left, right), constant(Value(false)));
    left = right;
  }
  return all;
}

Sym Unfolding::compare(CompareOp op, const Sym& a, const Sym& b) {
  for (const Sym& side : {a, b}) {
    if (side->kind == Kind::Failure || side->kind == Kind::Opaque) return side;
    if (side->kind != Kind::Choice) continue;
    const auto with = [&](const Sym& part) {
      return &side == &a || side == a ? compare(op, part, b) : compare(op, a, part);
    };
    return choice(side->atom, with(side->items[0]), with(side->items[1]));
  }
  if (is_plain_constant(a) && is_plain_constant(b)) {
    try {
      return constant(Value(jinja::compare(op, a->constant, b->constant)));
    } catch (const Error&) {  // the rendering fails alike
      return failure();
    }
  }
  switch (op) {
    case CompareOp::Equal: return equals(a, b);
    case CompareOp::NotEqual: return negated(equals(a, b));
    case CompareOp::In: return is_in(a, b);
    case CompareOp::NotIn: return negated(is_in(a, b));
    default: return ordered(op, a, b);
  }
}

Sym Unfolding::equals(const Sym& a, const Sym& b) {
  const bool constant_first = is_plain_constant(a);
  const Sym& subject = constant_first ? b : a;
  const Sym& other = constant_first ? a : b;
  if (subject->kind == Kind::Undefined || other->kind == Kind::Undefined) {
    return constant(Value(subject->kind == other->kind));
  }
  if (subject->kind != Kind::Data || !is_plain_constant(other)) return question("==", {a, b});
  if (subject->least && other->constant.is_int() && other->constant.as_int() < *subject->least) {
    return constant(Value(false));
  }
  if (subject->least) return opaque("a condition on the number of a round");
  std::string text = fmt::format("{} == {}", subject->key, jinja::repr(other->constant));
  return choice({Atom::Asks::Equal, subject->key, other->constant, subject->loops, text},
                constant(Value(true)), constant(Value(false)));
}

Sym Unfolding::is_in(const Sym& a, const Sym& list) {
  constexpr std::size_t kMost = 20;
  const bool known = is_plain_constant(list) && list->constant.is_list();
  if (!known || list->constant.as_list().size() > kMost) return question("in", {a, list});
  Sym any = constant(Value(false));
  const auto& items = list->constant.as_list();
  for (std::size_t i = items.size(); i-- > 0;) {
    any = select(compare(CompareOp::Equal, a, constant(items[i])), constant(Value(true)), any);
  }
  return any;
}

/// `>=` and `<=` are `<` and `>` the other way round, so that they share their answers.
Sym Unfolding::ordered(CompareOp op, const Sym& a, const Sym& b) {
  if (op == CompareOp::GreaterEqual) return negated(ordered(CompareOp::Less, a, b));
  if (op == CompareOp::LessEqual) return negated(ordered(CompareOp::Greater, a, b));
  if (a->least && is_plain_constant(b) && b->constant.is_int()) {
    if (op == CompareOp::Greater && *a->least > b->constant.as_int()) return constant(Value(true));
    if (op == CompareOp::Less && *a->least >= b->constant.as_int()) return constant(Value(false));
  }
  if (a->least || b->least) return opaque("a condition on the number of a round");
  return question(op == CompareOp::Less ? "<" : ">", {a, b});
}

// ---- tests --------------------------------------------------------------------------------------

Sym Unfolding::test(const Expr& expr, Frame& f) {
  const Sym value = eval(*expr.a, f);
  return tested(expr, value, arguments(expr, f));
}

Sym Unfolding::tested(const Expr& expr, const Sym& value, const Given& given) {
  const std::string_view name = expr.text;
  if (value->kind == Kind::Failure) return value;
  if (value->kind == Kind::Choice) {
    return choice(value->atom, tested(expr, value->items[0], given),
                  tested(expr, value->items[1], given));
  }
  if (name == "undefined") {
    jinja::ast::Expr opposite = expr;
    opposite.text = "defined";
    return negated(tested(opposite, value, given));
  }
  if (value->kind == Kind::Opaque) return value;
  if (name == "defined" || name == "none") {
    if (value->kind == Kind::Undefined) return constant(Value(false));
    if (value->kind != Kind::Data) {
      const bool null = value->kind == Kind::Constant && value->constant.is_null();
      return constant(Value(name == "defined" || null));
    }
    const auto asks = name == "defined" ? Atom::Asks::Defined : Atom::Asks::Null;
    return choice({asks, value->key, {}, value->loops, fmt::format("{} is {}", value->key, name)},
                  constant(Value(true)), constant(Value(false)));
  }
  const bool one = given.positional.size() == 1 && given.named.empty() && !given.spread;
  static constexpr std::array<std::pair<std::string_view, CompareOp>, 15> kComparisons = {
      {{"eq", CompareOp::Equal},
       {"equalto", CompareOp::Equal},
       {"==", CompareOp::Equal},
       {"ne", CompareOp::NotEqual},
       {"!=", CompareOp::NotEqual},
       {"in", CompareOp::In},
       {"lt", CompareOp::Less},
       {"lessthan", CompareOp::Less},
       {"<", CompareOp::Less},
       {"gt", CompareOp::Greater},
       {"greaterthan", CompareOp::Greater},
       {">", CompareOp::Greater},
       {"ge", CompareOp::GreaterEqual},
       {"le", CompareOp::LessEqual},
       {">=", CompareOp::GreaterEqual}}};
  for (const auto& [test_name, op] : kComparisons) {
    if (one && test_name == name) return compare(op, value, given.positional.front());
  }
  std::vector<Sym> parts = {value};
  parts.insert(parts.end(), given.positional.begin(), given.positional.end());
  for (const auto& [unused, each] : given.named) parts.push_back(each);
  if (is_sealed(value) != false) return opaque(fmt::format("whether a mark is {}", name));
  return question(fmt::format("is {}", name), parts);
}

// ---- values of the engine -----------------------------------------------------------------------

Sym Unfolding::from_value(const Value& value) {
  if (value.is_undefined()) return undefined(value.undefined_name());
  if (value.is_list()) {
    std::vector<Sym> items;
    for (const Value& each : value.as_list()) items.push_back(from_value(each));
    return all_of(std::move(items));
  }
  const auto* text = value.as<jinja::FragmentObject>();
  if (text == nullptr) return constant(value);
  std::vector<SkeletonPtr> parts;
  for (const jinja::Piece& piece : text->fragment().pieces()) {
    if (piece.text == nullptr) {
      parts.push_back(
          print_node(piece.site == nullptr ? site_ : *piece.site, piece.value, false, true));
      continue;
    }
    Skeleton node{.kind = Skeleton::Kind::Text, .value = value};  // which owns the text
    node.text = *piece.text;
    parts.push_back(std::make_shared<const Skeleton>(std::move(node)));
  }
  return fragment(sequence(std::move(parts)));
}

}  // namespace pgjinja::sql
