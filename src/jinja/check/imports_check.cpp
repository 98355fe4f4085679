#include "jinja/check/checkup.hpp"

#include <set>

#include <fmt/format.h>

// Names that are asked of other templates.

namespace pgjinja::jinja {

using ast::ExprKind;
using ast::StmtKind;

namespace {

/// What others may import: what the top sets, under an if or not.
class Exports final : public Visitor {
 public:
  explicit Exports(const Facts& of) { body(of.of->body); }
  std::set<std::string_view> names;

  void statement(const ast::Stmt& stmt) override {
    switch (stmt.kind) {
      case StmtKind::Macro: add(stmt.text); break;
      case StmtKind::Set:
      case StmtKind::SetBlock: target(*stmt.target); break;
      case StmtKind::If:
        body(stmt.body);
        body(stmt.other);
        break;
      default: break;
    }
  }
  void target(const ast::Expr& target) override {
    if (target.kind == ExprKind::Name) add(target.text);
    for (const ast::Expr* item : target.items) this->target(*item);
  }

 private:
  void add(std::string_view name) {
    if (!name.starts_with('_')) names.insert(name);
  }
};

/// One that extends others exports what their tops set as well.
std::set<std::string_view> exported(Checkup& checkup, const Facts& module, bool& complete) {
  std::set<std::string_view> names = Exports(module).names;
  const Ancestry ancestry = checkup.ancestry(module);
  complete = ancestry.complete;
  for (const Facts* parent : ancestry.parents) names.merge(Exports(*parent).names);
  return names;
}

void check_name(Checkup& checkup, const Facts& facts, const Facts& module, std::string_view name,
                std::uint32_t begin) {
  bool complete = true;
  const std::set<std::string_view> names = exported(checkup, module, complete);
  if (!complete || names.contains(name)) return;
  std::string hint = Checkup::did_you_mean(name, {names.begin(), names.end()});
  if (hint.empty() && module.bindings.contains(name)) {
    hint =
        "only what stands at its top can be imported, and no name that it imports itself or "
        "that begins with an underscore";
  }
  checkup.report("unknown-import", ErrorKind::Undefined,
                 fmt::format("the template '{}' defines no '{}'", module.of->source.name, name),
                 facts.of->place(begin, name.size()), std::move(hint));
}

/// Where the name behind the dot stands.
std::uint32_t name_begin(const Facts& facts, const ast::Expr& attribute) {
  const std::size_t end = attribute.end;
  const std::string_view text = std::string_view(facts.of->source.text).substr(0, end);
  const std::size_t at = text.rfind(attribute.text);
  return at == std::string_view::npos ? attribute.begin : static_cast<std::uint32_t>(at);
}

}  // namespace

void check_imports(Checkup& checkup, const Facts& facts) {
  for (const Reference& reference : facts.references) {
    const Facts* module = reference.stmt->imports.empty() ? nullptr : checkup.resolve(reference);
    if (module == nullptr || !module->of->errors.empty()) continue;
    for (const ast::ImportedName& import : reference.stmt->imports) {
      check_name(checkup, facts, *module, import.name, import.begin);
    }
  }
  for (const ast::Expr* attribute : facts.attributes) {
    if (attribute->a->kind != ExprKind::Name) continue;
    const Facts* module = module_named(checkup, facts, attribute->a->text);
    if (module == nullptr || !module->of->errors.empty()) continue;
    check_name(checkup, facts, *module, attribute->text, name_begin(facts, *attribute));
  }
}

}  // namespace pgjinja::jinja
