#pragma once

#include "jinja/check/library.hpp"
#include "jinja/check/visitor.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <vector>

namespace pgjinja::jinja {

/// A tag that names other templates.
struct Reference {
  const ast::Stmt* stmt;
  std::vector<std::string_view> names;  ///< the constant ones, in order
  bool dynamic = false;                 ///< there are others, which only a rendering knows
  bool conditional = false;             ///< an if, a loop or a macro stands around it
};

struct BlockFact {
  const ast::Stmt* stmt;
  std::string_view within;  ///< the block around it; empty at the top
};

struct MacroFact {
  const ast::Stmt* stmt;
  bool at_top;
};

/// `super()` or `self.name()` and the like.
struct BlockUse {
  const ast::Expr* expr;
  std::string_view block;
};

struct CallFact {
  const ast::Expr* expr;
  bool has_caller;  ///< a call block's
};

/// What one template has and does with names, collected in one walk.
struct Facts {
  const ParsedTemplate* of = nullptr;
  std::vector<Reference> references;
  std::vector<BlockFact> blocks;
  std::vector<MacroFact> macros;
  std::vector<BlockUse> supers;
  std::vector<BlockUse> selfs;
  std::vector<CallFact> calls;
  std::vector<const ast::Expr*> attributes;
  std::vector<const ast::Expr*> filters;
  std::vector<const ast::Expr*> tests;
  std::vector<const ast::Stmt*> sets;
  std::map<std::string_view, int> bindings;  ///< how many places give a name a value
  std::set<std::string_view> reads;          ///< also attributes, and names that are imported
  bool prints = false;                       ///< something besides white space

  [[nodiscard]] const BlockFact* block(std::string_view name) const;
  /// The only macro of that name, if nothing else gives the name a value.
  [[nodiscard]] const MacroFact* macro(std::string_view name) const;
};

Facts collect(const ParsedTemplate& parsed);

}  // namespace pgjinja::jinja
