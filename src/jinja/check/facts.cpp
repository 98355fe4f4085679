#include "jinja/check/facts.hpp"

#include <algorithm>

namespace pgjinja::jinja {

using ast::Expr;
using ast::ExprKind;
using ast::Stmt;
using ast::StmtKind;

const BlockFact* Facts::block(std::string_view name) const {
  const auto found =
      std::ranges::find_if(blocks, [name](const BlockFact& b) { return b.stmt->text == name; });
  return found == blocks.end() ? nullptr : &*found;
}

const MacroFact* Facts::macro(std::string_view name) const {
  const auto bound = bindings.find(name);
  if (bound == bindings.end() || bound->second != 1) return nullptr;
  const auto found =
      std::ranges::find_if(macros, [name](const MacroFact& m) { return m.stmt->text == name; });
  return found == macros.end() ? nullptr : &*found;
}

namespace {

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\n\r\f\v") == std::string_view::npos;
}

class Collector final : public Visitor {
 public:
  explicit Collector(Facts& facts) : facts_(facts) {}

  void statement(const Stmt& stmt) override {
    note(stmt);
    const std::string_view block = block_;
    const bool nests = stmt.kind == StmtKind::If || stmt.kind == StmtKind::For ||
                       stmt.kind == StmtKind::Macro || stmt.kind == StmtKind::CallBlock;
    if (stmt.kind == StmtKind::Block) block_ = stmt.text;
    depth_ += nests ? 1 : 0;
    Visitor::statement(stmt);
    depth_ -= nests ? 1 : 0;
    block_ = block;
  }

  void target(const Expr& target) override {
    if (target.kind == ExprKind::Name) bind(target.text);
    Visitor::target(target);
  }

  void expression(const Expr& expr) override {
    switch (expr.kind) {
      case ExprKind::Name: name(expr); break;
      case ExprKind::Attribute: attribute(expr); break;
      case ExprKind::Call: facts_.calls.push_back({&expr, &expr == called_}); break;
      case ExprKind::Filter: facts_.filters.push_back(&expr); break;
      case ExprKind::Test: facts_.tests.push_back(&expr); break;
      case ExprKind::Item:
        if (expr.b->kind == ExprKind::Text) facts_.reads.insert(expr.b->text);
        break;
      default: break;
    }
    Visitor::expression(expr);
  }

 private:
  void bind(std::string_view name) { ++facts_.bindings[name]; }

  void note(const Stmt& stmt) {
    switch (stmt.kind) {
      case StmtKind::Text: facts_.prints = facts_.prints || !is_blank(stmt.text); break;
      case StmtKind::Print:
      case StmtKind::PrintTag: facts_.prints = true; break;
      case StmtKind::Set:
      case StmtKind::SetBlock: facts_.sets.push_back(&stmt); break;
      case StmtKind::Macro:
        facts_.macros.push_back({&stmt, depth_ == 0 && block_.empty()});
        bind(stmt.text);
        break;
      case StmtKind::CallBlock: called_ = stmt.value; break;
      case StmtKind::Block: facts_.blocks.push_back({&stmt, block_}); break;
      case StmtKind::Include:
      case StmtKind::Import:
      case StmtKind::FromImport:
      case StmtKind::Extends: reference(stmt); break;
      default: break;
    }
    for (const ast::Param& param : stmt.params) bind(param.name);
  }

  void reference(const Stmt& stmt) {
    Reference made{&stmt, {}, false, depth_ > 0};
    add_name(*stmt.value, made);
    facts_.references.push_back(std::move(made));
    if (stmt.kind == StmtKind::Import) bind(stmt.text);
    for (const ast::ImportedName& import : stmt.imports) {
      bind(import.alias);
      facts_.reads.insert(import.name);
    }
  }

  void add_name(const Expr& name, Reference& to) {
    if (name.kind == ExprKind::Text) {
      to.names.push_back(name.text);
    } else if (name.kind == ExprKind::List || name.kind == ExprKind::Tuple) {
      for (const Expr* item : name.items) add_name(*item, to);
    } else {
      to.dynamic = true;
    }
  }

  void name(const Expr& expr) {
    facts_.reads.insert(expr.text);
    if (expr.text == "super" && !block_.empty()) facts_.supers.push_back({&expr, block_});
  }

  void attribute(const Expr& expr) {
    facts_.reads.insert(expr.text);
    facts_.attributes.push_back(&expr);
    if (expr.a->kind == ExprKind::Name && expr.a->text == "self") {
      facts_.selfs.push_back({&expr, expr.text});
    }
  }

  Facts& facts_;
  std::string_view block_;
  int depth_ = 0;
  const Expr* called_ = nullptr;  // by the call block that is being visited
};

}  // namespace

Facts collect(const ParsedTemplate& parsed) {
  Facts facts;
  facts.of = &parsed;
  Collector(facts).body(parsed.body);
  return facts;
}

}  // namespace pgjinja::jinja
