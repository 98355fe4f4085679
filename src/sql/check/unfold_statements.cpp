#include "sql/check/unfolding.hpp"

#include <pgjinja/sql/annotate.hpp>

#include <algorithm>
#include <utility>

namespace pgjinja::sql {

using jinja::ast::ExprKind;
using jinja::ast::StmtKind;
using Kind = Symbolic::Kind;

void Unfolding::body(Body statements, Frame& f, Out& out) {
  for (const Stmt* stmt : statements) statement(*stmt, f, out);
}

/// A list that has changed may be known by several names, and be asked for its length anywhere:
/// what follows is not known.
void Unfolding::statement(const Stmt& stmt, Frame& f, Out& out) {
  const int before = changes_;
  unfold(stmt, f, out);
  if (changes_ != before) out.push_back(unknown("a list or map changes", f.of.place_of(stmt)));
}

void Unfolding::unfold(const Stmt& stmt, Frame& f, Out& out) {
  const bool silent = f.parent != nullptr;
  switch (stmt.kind) {
    case StmtKind::Text:
      if (!silent && !stmt.text.empty()) out.push_back(text_node(f.of, stmt.text, stmt.begin));
      break;
    case StmtKind::Print:
    case StmtKind::PrintTag:
      if (!silent) print(stmt, f, out);
      break;
    case StmtKind::If: if_statement(stmt, f, out); break;
    case StmtKind::For: for_statement(stmt, f, out); break;
    case StmtKind::Break:
    case StmtKind::Continue:
      out.push_back(std::make_shared<const Skeleton>(
          Skeleton{.kind = stmt.kind == StmtKind::Break ? Skeleton::Kind::Break
                                                        : Skeleton::Kind::Continue}));
      break;
    case StmtKind::Set:
      site_ = site_of(f, stmt.begin, stmt.end, *stmt.value);
      store(*stmt.target, eval(*stmt.value, f), f);
      break;
    case StmtKind::SetBlock: set_block(stmt, f); break;
    case StmtKind::With: with(stmt, f, out); break;
    case StmtKind::FilterBlock: filter_block(stmt, f, out); break;
    case StmtKind::Autoescape: out.push_back(scoped(stmt.body, f)); break;
    case StmtKind::Do: static_cast<void>(eval(*stmt.value, f)); break;
    case StmtKind::Macro: f.scope->names[stmt.text] = macro_of(stmt, f); break;
    case StmtKind::CallBlock:
      site_ = site_of(f, stmt.begin, stmt.end, *stmt.value);
      out.push_back(printed(call(*stmt.value, f, macro_of(stmt, f)),
                            site_of(f, stmt.begin, stmt.end, *stmt.value)));
      break;
    case StmtKind::Include: include(stmt, f, out); break;
    case StmtKind::Import:
    case StmtKind::FromImport: import(stmt, f); break;
    case StmtKind::Extends:
      f.parent = eval(*stmt.value, f);
      f.extends_at = f.of.place_of(stmt);
      break;
    case StmtKind::Block:
      if (!silent) block(stmt, f, out);
      break;
  }
}

SkeletonPtr Unfolding::text_node(const jinja::ParsedTemplate& of, std::string_view text,
                                 std::uint32_t offset) const {
  Skeleton node{.kind = Skeleton::Kind::Text, .way = way_};
  node.text = {text, &of.source, offset, 0, annotate(text)};
  return std::make_shared<const Skeleton>(std::move(node));
}

SkeletonPtr Unfolding::print_node(const jinja::PrintSite& site, Value value, bool by_value,
                                  bool is_constant) const {
  return std::make_shared<const Skeleton>(Skeleton{.kind = Skeleton::Kind::Print,
                                                   .site = site,
                                                   .way = way_,
                                                   .value = std::move(value),
                                                   .by_value = by_value,
                                                   .is_constant = is_constant});
}

jinja::PrintSite Unfolding::site_of(const Frame& f, std::uint32_t begin, std::uint32_t end,
                                    const Expr& expr) {
  const std::string_view text = f.of.source.text;
  return {&f.of.source, begin, end - begin, text.substr(expr.start, expr.end - expr.start)};
}

void Unfolding::print(const Stmt& stmt, Frame& f, Out& out) {
  std::vector<const Expr*> values(stmt.values.begin(), stmt.values.end());
  if (stmt.kind == StmtKind::Print) values = {stmt.value};
  for (const Expr* value : values) {
    const bool tag = stmt.kind == StmtKind::PrintTag;
    const auto site = tag ? site_of(f, value->start, value->end, *value)
                          : site_of(f, stmt.begin, stmt.end, *value);
    site_ = site;
    out.push_back(printed(eval(*value, f), site));
  }
}

/// What the binder gets when the value is printed.
SkeletonPtr Unfolding::printed(const Sym& value, const jinja::PrintSite& site) {
  ++nodes_;
  switch (value->kind) {
    case Kind::Data:
    case Kind::Many: return print_node(site, Value(1), false, false);
    case Kind::Constant: return print_node(site, value->constant, false, true);
    case Kind::Marked: return print_node(site, value->constant, true, false);
    case Kind::Items: {
      const bool plain = std::ranges::all_of(
          value->items, [](const Sym& each) { return is_sealed(each) == false; });
      return plain ? print_node(site, Value::list({1}), false, false) : failed();
    }
    case Kind::Failure:
    case Kind::Fragment: return value->fragment;
    case Kind::Choice: {
      const SkeletonPtr yes = printed(value->items[0], site);
      const SkeletonPtr no = printed(value->items[1], site);
      const Sym asked = choice(value->atom, constant(Value(true)), constant(Value(false)));
      return branch(asked, yes, no, site.place(), false);
    }
    case Kind::Opaque: return unknown(value->key, site.place());
    default: return failed();
  }
}

// ---- conditions ---------------------------------------------------------------------------------

void Unfolding::restore(const Memory& memory, Frame& f) {
  f.scope->names = memory.names;
  heap_ = memory.heap;
  f.parent = memory.parent;
}

void Unfolding::merge(const Sym& condition, const Memory& yes, const Memory& no, Frame& f) {
  std::map<std::string_view, Sym> names = yes.names;
  names.insert(no.names.begin(), no.names.end());
  for (auto& [name, value] : names) {
    const auto first = yes.names.find(name);
    const auto second = no.names.find(name);
    // One that a side does not set is what it means outside of this scope.
    const auto outside = [&, wanted = name] {
      for (auto scope = f.scope->outer; scope != nullptr; scope = scope->outer) {
        if (const auto found = scope->names.find(wanted); found != scope->names.end()) {
          return found->second;
        }
        if (scope->outer == nullptr && scope->context) return data(std::string(wanted));
      }
      return f.scope->context ? data(std::string(wanted)) : undefined(wanted);
    };
    value = select(condition, first == yes.names.end() ? outside() : first->second,
                   second == no.names.end() ? outside() : second->second);
  }
  f.scope->names = std::move(names);
  merge_heap(condition, yes.heap, no.heap);
  if (yes.parent == no.parent) {
    f.parent = yes.parent;
  } else {
    f.parent = opaque("a template that is extended under a condition only");
  }
}

void Unfolding::merge_heap(const Sym& condition, const Heap& yes, const Heap& no) {
  heap_ = yes;
  for (const auto& [id, attributes] : no) {
    for (const auto& [name, value] : attributes) {
      Sym& mine = heap_[id][name];
      mine = mine == nullptr ? value : select(condition, mine, value);
    }
  }
}

void Unfolding::if_statement(const Stmt& stmt, Frame& f, Out& out) {
  const Sym condition = truth(eval(*stmt.value, f));
  if (condition->kind == Kind::Constant) {
    return body(condition->constant.as_bool() ? stmt.body : stmt.other, f, out);
  }
  const Memory before = remember(f);
  Out yes;
  body(stmt.body, f, yes);
  const Memory after_yes = remember(f);
  restore(before, f);
  Out no;
  body(stmt.other, f, no);
  merge(condition, after_yes, remember(f), f);
  out.push_back(branch(condition, sequence(std::move(yes)), sequence(std::move(no)),
                       f.of.place_of(stmt), true));
}

// ---- captures and assignments -------------------------------------------------------------------

/// The body in a scope of its own.
SkeletonPtr Unfolding::scoped(Body statements, Frame& f) {
  const ScopePtr outer = f.scope;
  f.scope = new_scope(outer);
  Out out;
  body(statements, f, out);
  f.scope = outer;
  return sequence(std::move(out));
}

namespace {

bool leaves_loop(const Skeleton& node) {
  using enum Skeleton::Kind;
  if (node.kind == Break || node.kind == Continue) return true;
  if (node.kind == Loop || node.kind == Rounds) return false;
  return std::ranges::any_of(node.parts, [](const SkeletonPtr& p) { return leaves_loop(*p); });
}

Sym captured(SkeletonPtr printed) {
  if (leaves_loop(*printed)) return opaque("a capture that break or continue can leave");
  return fragment(std::move(printed));
}

}  // namespace

void Unfolding::set_block(const Stmt& stmt, Frame& f) {
  Sym value = captured(scoped(stmt.body, f));
  if (stmt.value != nullptr) {
    site_ = site_of(f, stmt.begin, stmt.end, *stmt.value);
    value = filter(*stmt.value, f, value);
  }
  store(*stmt.target, value, f);
}

void Unfolding::filter_block(const Stmt& stmt, Frame& f, Out& out) {
  const Sym value = captured(scoped(stmt.body, f));
  site_ = site_of(f, stmt.begin, stmt.end, *stmt.value);
  out.push_back(printed(filter(*stmt.value, f, value), site_));
}

void Unfolding::with(const Stmt& stmt, Frame& f, Out& out) {
  std::vector<Sym> values;
  for (const Expr* value : stmt.values) values.push_back(eval(*value, f));
  const ScopePtr outer = f.scope;
  f.scope = new_scope(outer);
  for (std::size_t i = 0; i < values.size(); ++i) store(*stmt.targets[i], values[i], f);
  body(stmt.body, f, out);
  f.scope = outer;
}

void Unfolding::store(const Expr& target, const Sym& value, Frame& f) {
  if (target.kind == ExprKind::Name) {
    f.scope->names[target.text] = value;
  } else if (target.kind == ExprKind::Attribute) {
    const Sym object = eval(*target.a, f);
    if (object->kind == Kind::Namespace) {
      heap_[object->id][std::string(target.text)] = value;
    }
  } else {
    unpack(target, value, f);
  }
}

void Unfolding::unpack(const Expr& target, const Sym& value, Frame& f) {
  std::vector<Sym> items;
  if (value->kind == Kind::Items) items = value->items;
  if (value->kind == Kind::Constant && value->constant.is_list()) {
    for (const Value& each : value->constant.as_list()) items.push_back(from_value(each));
  }
  for (std::size_t i = 0; i < target.items.size(); ++i) {
    Sym part = i < items.size() ? items[i] : opaque("a part of " + key_of(value));
    if (value->kind == Kind::Data) {
      part = data(value->key + "[" + std::to_string(i) + "]", value->loops);
    }
    store(*target.items[i], part, f);
  }
}

// ---- bounds -------------------------------------------------------------------------------------

SkeletonPtr Unfolding::guarded(const void* what, const SourcePlace& place,
                               const std::function<SkeletonPtr()>& code) {
  constexpr std::size_t kDeepest = 60;
  constexpr std::size_t kMostNodes = 50'000;
  if (std::ranges::count(running_, what) >= 3) return unknown("a call of itself", place);
  if (running_.size() >= kDeepest) return unknown("too deep a nesting", place);
  if (nodes_ >= kMostNodes) return unknown("too large a template", place);
  running_.push_back(what);
  SkeletonPtr made = code();
  running_.pop_back();
  return made;
}

SkeletonPtr Unfolding::run(const jinja::ParsedTemplate& parsed) {
  const auto top = new_scope(nullptr, true);
  Chain chain;
  add_blocks(parsed.body, parsed, chain);
  chain.top = top;
  return template_body(parsed, top, std::make_shared<const Chain>(std::move(chain)));
}

}  // namespace pgjinja::sql
