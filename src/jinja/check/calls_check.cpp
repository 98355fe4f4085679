#include "jinja/check/checkup.hpp"
#include "jinja/compile/symbols.hpp"

#include <algorithm>

#include <fmt/format.h>

// Arguments of macros.

namespace pgjinja::jinja {

using ast::ExprKind;
using ast::StmtKind;

namespace {

const MacroFact* imported(Checkup& checkup, const Facts& facts, std::string_view alias) {
  const auto bound = facts.bindings.find(alias);
  if (bound == facts.bindings.end() || bound->second != 1) return nullptr;
  for (const Reference& reference : facts.references) {
    for (const ast::ImportedName& import : reference.stmt->imports) {
      if (import.alias != alias) continue;
      const Facts* module = checkup.resolve(reference);
      return module == nullptr ? nullptr : module->macro(import.name);
    }
  }
  return nullptr;
}

/// The macro that is certainly called; nullptr when that is not known.
const MacroFact* callee(Checkup& checkup, const Facts& facts, const ast::Expr& call) {
  const ast::Expr& named = *call.a;
  if (named.kind == ExprKind::Name) {
    const MacroFact* own = facts.macro(named.text);
    return own != nullptr ? own : imported(checkup, facts, named.text);
  }
  if (named.kind != ExprKind::Attribute || named.a->kind != ExprKind::Name) return nullptr;
  const Facts* module = module_named(checkup, facts, named.a->text);
  return module == nullptr ? nullptr : module->macro(named.text);
}

bool takes(const ast::Stmt& macro, std::string_view extra) {
  const Symbols symbols = Symbols::of_macro(macro);
  return std::ranges::any_of(symbols.all(),
                             [extra](const Symbol& s) { return s.extra && s.name == extra; });
}

bool has_parameter(const ast::Stmt& macro, std::string_view name) {
  return std::ranges::count(macro.params, name, &ast::Param::name) > 0;
}

class CallCheck {
 public:
  CallCheck(Checkup& checkup, const Facts& facts, const CallFact& call, const ast::Stmt& macro)
      : checkup_(checkup), facts_(facts), call_(call), args_(call.expr->args), macro_(macro) {}

  void run() {
    check_caller();
    check_positional();
    check_named();
    if (args_.star == nullptr && args_.double_star == nullptr) check_missing();
  }

 private:
  void check_caller() {
    const bool uses = takes(macro_, "caller");
    const bool given = call_.has_caller || named("caller") || args_.double_star != nullptr;
    if (uses && !given) {
      report("missing-caller",
             fmt::format("macro '{}' uses caller(), and is called without a body", macro_.text),
             fmt::format("write {{% call {}(…) %}}…{{% endcall %}}", macro_.text));
    } else if (!uses && call_.has_caller && !takes(macro_, "kwargs") &&
               !has_parameter(macro_, "caller")) {
      report(
          "missing-caller",
          fmt::format("macro '{}' does not use caller(), and is called with a body", macro_.text),
          fmt::format("write {{{{ {}(…) }}}}, or print caller() in the macro", macro_.text));
    }
  }

  void check_positional() {
    const std::size_t given = args_.positional.size();
    const std::size_t most = macro_.params.size();
    if (given <= most || takes(macro_, "varargs")) return;
    checkup_.report("too-many-arguments", ErrorKind::Runtime,
                    fmt::format("macro '{}' takes {} argument{}, and gets {}", macro_.text, most,
                                most == 1 ? "" : "s", given),
                    facts_.of->place_of(*args_.positional[most]), signature());
  }

  void check_named() {
    for (const ast::Keyword& keyword : args_.keywords) {
      const auto param = std::ranges::find(macro_.params, keyword.name, &ast::Param::name);
      const auto index = static_cast<std::size_t>(param - macro_.params.begin());
      if (param != macro_.params.end()) {
        if (index < args_.positional.size()) report_twice(keyword);
      } else if (!takes(macro_, "kwargs") && !takes(macro_, keyword.name)) {
        report_unknown(keyword);
      }
    }
  }

  void report_twice(const ast::Keyword& keyword) {
    checkup_.report(
        "too-many-arguments", ErrorKind::Runtime,
        fmt::format("macro '{}' gets its argument '{}' twice", macro_.text, keyword.name),
        facts_.of->place(keyword.begin, keyword.name.size()), signature());
  }

  void report_unknown(const ast::Keyword& keyword) {
    std::vector<std::string> names;
    for (const ast::Param& param : macro_.params) names.emplace_back(param.name);
    std::string hint = Checkup::did_you_mean(keyword.name, names);
    checkup_.report("unknown-argument", ErrorKind::Runtime,
                    fmt::format("macro '{}' takes no argument '{}'", macro_.text, keyword.name),
                    facts_.of->place(keyword.begin, keyword.name.size()),
                    hint.empty() ? signature() : std::move(hint));
  }

  void check_missing() {
    for (std::size_t i = args_.positional.size(); i < macro_.params.size(); ++i) {
      const ast::Param& param = macro_.params[i];
      if (param.fallback != nullptr || named(param.name) || guarded(param.name)) continue;
      report("missing-argument",
             fmt::format("macro '{}' is called without '{}', which has no default", macro_.text,
                         param.name),
             signature());
    }
  }

  /// The macro asks whether it was given the argument.
  [[nodiscard]] bool guarded(std::string_view name) const {
    class Search final : public Visitor {
     public:
      explicit Search(std::string_view wanted) : name_(wanted) {}
      void expression(const ast::Expr& expr) override {
        const bool asks =
            (expr.kind == ExprKind::Test && (expr.text == "defined" || expr.text == "undefined")) ||
            (expr.kind == ExprKind::Filter && (expr.text == "default" || expr.text == "d"));
        if (asks && expr.a != nullptr && expr.a->kind == ExprKind::Name && expr.a->text == name_) {
          found = true;
        }
        Visitor::expression(expr);
      }
      void statement(const ast::Stmt& stmt) override {
        const bool tests = stmt.kind == StmtKind::If && stmt.value->kind == ExprKind::Name;
        if (tests && stmt.value->text == name_) found = true;
        Visitor::statement(stmt);
      }
      bool found = false;

     private:
      std::string_view name_;
    } search(name);
    search.body(macro_.body);
    return search.found;
  }

  [[nodiscard]] bool named(std::string_view name) const {
    return std::ranges::count(args_.keywords, name, &ast::Keyword::name) > 0;
  }
  [[nodiscard]] std::string signature() const {
    std::string names;
    for (const ast::Param& param : macro_.params) {
      names += fmt::format("{}{}{}", names.empty() ? "" : ", ", param.name,
                           param.fallback != nullptr ? "=…" : "");
    }
    return fmt::format("it is {}({})", macro_.text, names);
  }
  void report(std::string_view rule, std::string message, std::string hint) {
    checkup_.report(rule, ErrorKind::Runtime, std::move(message), facts_.of->place_of(*call_.expr),
                    std::move(hint));
  }

  Checkup& checkup_;
  const Facts& facts_;
  const CallFact& call_;
  const ast::Arguments& args_;
  const ast::Stmt& macro_;
};

}  // namespace

void check_calls(Checkup& checkup, const Facts& facts) {
  for (const CallFact& call : facts.calls) {
    const MacroFact* macro = callee(checkup, facts, *call.expr);
    if (macro != nullptr) CallCheck(checkup, facts, call, *macro->stmt).run();
  }
}

}  // namespace pgjinja::jinja
