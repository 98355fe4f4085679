#include "jinja/check/checkup.hpp"
#include "jinja/describe/front_matter_reader.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

// What is defined and never used. A name that any template reads, for whatever purpose, is used:
// includes, blocks and importers see one another's names, and a false alarm costs more than a
// macro that is left over.

namespace pgjinja::jinja {

using ast::ExprKind;
using ast::StmtKind;

namespace {

bool is_private(std::string_view name) { return name.starts_with('_'); }

bool is_read(Checkup& checkup, const Facts& facts, std::string_view name) {
  if (facts.reads.contains(name)) return true;
  return std::ranges::any_of(checkup.all(),
                             [name](const Facts* each) { return each->reads.contains(name); });
}

bool names(Checkup& checkup, const Reference& reference, const Facts& facts) {
  return std::ranges::any_of(reference.names,
                             [&](std::string_view name) { return checkup.find(name) == &facts; });
}

/// Is it there for others whom we do not see? A template that prints nothing and that none of the
/// others refers to is a library, whose users may be anywhere.
bool may_have_other_users(Checkup& checkup, const Facts& facts) {
  if (facts.prints) return false;
  return std::ranges::none_of(checkup.all(), [&](const Facts* each) {
    return std::ranges::any_of(each->references,
                               [&](const Reference& r) { return names(checkup, r, facts); });
  });
}

void check_macros(Checkup& checkup, const Facts& facts) {
  for (const MacroFact& macro : facts.macros) {
    const std::string_view name = macro.stmt->text;
    if (is_private(name) || is_read(checkup, facts, name)) continue;
    if (macro.at_top && may_have_other_users(checkup, facts)) continue;
    checkup.report("unused-macro", ErrorKind::Syntax,
                   fmt::format("the macro '{}' is never used", name),
                   facts.of->place_of(*macro.stmt));
  }
}

/// Does the body of a macro read a name, or let others read all of its names?
class Reads final : public Visitor {
 public:
  explicit Reads(const ast::Stmt& macro) { Visitor::statement(macro); }
  std::set<std::string_view> names;
  bool exposes = false;

  void statement(const ast::Stmt& stmt) override {
    const bool other = stmt.kind == StmtKind::Include || stmt.kind == StmtKind::Import ||
                       stmt.kind == StmtKind::FromImport;
    exposes = exposes || (other && stmt.with_context) || stmt.scoped;
    Visitor::statement(stmt);
  }
  void expression(const ast::Expr& expr) override {
    if (expr.kind == ExprKind::Name) names.insert(expr.text);
    Visitor::expression(expr);
  }
};

void check_parameters(Checkup& checkup, const Facts& facts) {
  for (const MacroFact& macro : facts.macros) {
    const Reads reads(*macro.stmt);
    for (const ast::Param& param : macro.stmt->params) {
      if (reads.exposes || is_private(param.name) || reads.names.contains(param.name)) continue;
      checkup.report("unused-parameter", ErrorKind::Syntax,
                     fmt::format("the macro '{}' never reads its parameter '{}'", macro.stmt->text,
                                 param.name),
                     facts.of->place(param.begin, param.name.size()));
    }
  }
}

void check_target(Checkup& checkup, const Facts& facts, const ast::Expr& target) {
  for (const ast::Expr* item : target.items) check_target(checkup, facts, *item);
  if (target.kind != ExprKind::Name || is_private(target.text)) return;
  if (is_read(checkup, facts, target.text) || may_have_other_users(checkup, facts)) return;
  checkup.report("unused-variable", ErrorKind::Syntax,
                 fmt::format("'{}' is set and never read", target.text),
                 facts.of->place(target.begin, target.text.size()));
}

FrontMatter front_matter_of(const Source& source) {
  const auto text = find_front_matter(source.text, source.cut_at, source.delimiters());
  std::vector<Error> mistakes;  // which the compiler reports
  Findings findings(&mistakes);
  return text ? read_front_matter(source, *text, findings) : FrontMatter{};
}

void check_declarations(Checkup& checkup, const Facts& facts) {
  if (!checkup.library().environment().options.front_matter) return;
  for (const ParameterDeclaration& declared : front_matter_of(facts.of->source).parameters) {
    if (is_private(declared.name) || is_read(checkup, facts, declared.name)) continue;
    checkup.report("unused-declaration", ErrorKind::Syntax,
                   fmt::format("the parameter '{}' is declared and never read", declared.name),
                   declared.place);
  }
}

}  // namespace

void check_unused(Checkup& checkup, const Facts& facts) {
  check_macros(checkup, facts);
  check_parameters(checkup, facts);
  check_declarations(checkup, facts);
  for (const ast::Stmt* set : facts.sets) check_target(checkup, facts, *set->target);
}

}  // namespace pgjinja::jinja
