#pragma once

#include "jinja/check/library.hpp"
#include "jinja/compile/program.hpp"
#include "sql/check/symbolic.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pgjinja::sql {

/// Works out what a template can print, whatever values it gets: an interpreter of its syntax tree
/// whose values are symbols. Where a condition depends on a value it goes both ways, and what a
/// name means behind it is a choice between the two.
///
/// What it cannot follow becomes Skeleton::Kind::Unknown: it never guesses.
class Unfolding {
 public:
  explicit Unfolding(jinja::Library& library)
      : library_(library), environment_(library.environment()) {}

  /// A scope holds macros, which hold their scope.
  ~Unfolding() {
    for (const ScopePtr& scope : scopes_) scope->names.clear();
  }
  Unfolding(const Unfolding&) = delete;
  Unfolding& operator=(const Unfolding&) = delete;

  SkeletonPtr run(const jinja::ParsedTemplate& parsed);

 private:
  using Stmt = jinja::ast::Stmt;
  using Expr = jinja::ast::Expr;
  using Body = jinja::ast::Body;
  using Out = std::vector<SkeletonPtr>;
  using Heap = std::map<int, std::map<std::string, Sym, std::less<>>>;

  /// A template, block or macro that is running.
  struct Frame {
    const jinja::ParsedTemplate& of;
    ScopePtr scope;
    ChainPtr chain;
    std::string_view block = {};
    std::size_t depth = 0;  // which of the block's definitions
    Sym parent = nullptr;   // what the template extends
    SourcePlace extends_at = {};
  };
  /// What the two sides of a condition each change.
  struct Memory {
    std::map<std::string_view, Sym> names;
    Heap heap;
    Sym parent;
  };
  struct Given {
    std::vector<Sym> positional;
    std::vector<std::pair<std::string_view, Sym>> named;
    bool spread = false;  // there are more, by * or **
    jinja::LiteralArguments literals;
    [[nodiscard]] Sym get(std::size_t index, std::string_view name) const;
  };

  // statements: unfold_statements.cpp
  void body(Body statements, Frame& f, Out& out);
  void statement(const Stmt& stmt, Frame& f, Out& out);
  void unfold(const Stmt& stmt, Frame& f, Out& out);
  void print(const Stmt& stmt, Frame& f, Out& out);
  void if_statement(const Stmt& stmt, Frame& f, Out& out);
  void set_block(const Stmt& stmt, Frame& f);
  void with(const Stmt& stmt, Frame& f, Out& out);
  void filter_block(const Stmt& stmt, Frame& f, Out& out);
  void store(const Expr& target, const Sym& value, Frame& f);
  void unpack(const Expr& target, const Sym& value, Frame& f);
  SkeletonPtr scoped(Body statements, Frame& f);
  SkeletonPtr printed(const Sym& value, const jinja::PrintSite& site);
  SkeletonPtr text_node(const jinja::ParsedTemplate& of, std::string_view text,
                        std::uint32_t offset) const;
  SkeletonPtr print_node(const jinja::PrintSite& site, Value value, bool by_value,
                         bool is_constant) const;
  static jinja::PrintSite site_of(const Frame& f, std::uint32_t begin, std::uint32_t end,
                                  const Expr& expr);

  // both sides of a condition
  Memory remember(const Frame& f) const { return {f.scope->names, heap_, f.parent}; }
  void restore(const Memory& memory, Frame& f);
  void merge(const Sym& condition, const Memory& yes, const Memory& no, Frame& f);
  void merge_heap(const Sym& condition, const Heap& yes, const Heap& no);

  // loops: unfold_loops.cpp
  void for_statement(const Stmt& stmt, Frame& f, Out& out);
  SkeletonPtr loop_over(const Stmt& stmt, const Sym& items, Frame& f, const Sym& recursion);
  SkeletonPtr known_rounds(const Stmt& stmt, const std::vector<Sym>& items, Frame& f);
  SkeletonPtr unknown_rounds(const Stmt& stmt, const Sym& items, Frame& f, const Sym& recursion);
  SkeletonPtr round(const Stmt& stmt, const Sym& item, const LoopRound& round, Frame& f,
                    const Sym& recursion);
  SkeletonPtr otherwise(const Stmt& stmt, Frame& f);
  Sym passes(const Stmt& stmt, const Sym& item, Frame& f);
  Sym loop_attribute(const LoopRound& round, std::string_view name);
  void havoc(const Heap& before);

  // templates: unfold_templates.cpp
  SkeletonPtr template_body(const jinja::ParsedTemplate& parsed, ScopePtr top, ChainPtr chain);
  SkeletonPtr parent_body(const Sym& name, const Frame& f);
  SkeletonPtr block_body(std::string_view name, std::size_t depth, const ScopePtr& scope,
                         const ChainPtr& chain);
  void block(const Stmt& stmt, Frame& f, Out& out);
  void include(const Stmt& stmt, Frame& f, Out& out);
  SkeletonPtr included(const Stmt& stmt, const Sym& name, Frame& f);
  Sym module(const Stmt& stmt, Frame& f);
  Sym module_named(const Stmt& stmt, const Sym& name, Frame& f);
  void import(const Stmt& stmt, Frame& f);
  const jinja::ParsedTemplate* first_of(const Sym& names, bool& known);
  static Sym member(const Sym& module, std::string_view name);
  static void add_blocks(Body statements, const jinja::ParsedTemplate& of, Chain& chain);

  // expressions: unfold_expressions.cpp
  Sym eval(const Expr& expr, Frame& f);
  Sym either(const Sym& condition, Frame& f, const std::function<Sym()>& yes,
             const std::function<Sym()>& no);
  Sym name(const Expr& expr, Frame& f);
  Sym attribute(const Sym& object, std::string_view name);
  Sym item(const Expr& expr, Frame& f);
  Sym concat(const Expr& expr, Frame& f);
  Sym comparison(const Expr& expr, Frame& f);
  Sym compare(jinja::ast::CompareOp op, const Sym& a, const Sym& b);
  Sym equals(const Sym& a, const Sym& b);
  Sym is_in(const Sym& a, const Sym& list);
  Sym ordered(jinja::ast::CompareOp op, const Sym& a, const Sym& b);
  Sym question(const std::string& text, const std::vector<Sym>& parts);
  Sym test(const Expr& expr, Frame& f);
  Sym tested(const Expr& expr, const Sym& value, const Given& given);
  /// Plain data that is made of others.
  Sym computed(const std::string& text, const std::vector<Sym>& parts);
  std::string key_of(const Sym& value);
  Sym from_value(const Value& value);

  // filters and calls: unfold_filters.cpp, unfold_calls.cpp
  Sym filter(const Expr& expr, Frame& f, const Sym& first_input);
  Sym filtered(const Expr& expr, const Sym& input, const Given& given, const Frame& f);
  Sym default_filter(const Sym& input, const Given& given, const std::string& text);
  Sym applied(const jinja::FilterEntry& entry, std::string_view name, const Sym& input,
              const Given& given);
  Sym marked(const jinja::FilterEntry& entry, std::string_view name, const Sym& input,
             const Given& given);
  Sym one_of(const jinja::FilterEntry& entry, const Sym& input, const Given& given);
  Sym map_filter(const Sym& input, const Given& given, const std::string& text);
  Sym joined(const Sym& input, const Given& given, const std::string& text);
  SkeletonPtr separator(const Given& given);
  Given arguments(const Expr& expr, Frame& f);
  Sym call(const Expr& expr, Frame& f, const Sym& caller);
  Sym call_method(const Sym& object, std::string_view name, const Given& given, Frame& f,
                  const Expr& expr);
  Sym call_value(const Sym& callee, const Given& given, Frame& f, const Expr& expr);
  Sym call_function(const Sym& function, const Given& given);
  Sym call_macro(const Sym& macro, const Given& given, Frame& f, const Expr& expr);
  Sym call_joiner(const Sym& joiner);
  bool bind(const Sym& macro, const Given& given, Frame& inner);
  Sym macro_of(const Stmt& stmt, const Frame& f);

  /// Adds to the way that errors tell while it lives.
  class Step {
   public:
    Step(Unfolding& unfolding, SourcePlace place, std::string_view role)
        : unfolding_(unfolding), outer_(unfolding.way_) {
      place.role = role;
      unfolding_.way_ = std::make_shared<const Way>(Way{std::move(place), outer_});
    }
    ~Step() { unfolding_.way_ = outer_; }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    Unfolding& unfolding_;
    WayPtr outer_;
  };
  /// Runs `code`, unless `what` is running twice already or too much is: then it is unknown.
  SkeletonPtr guarded(const void* what, const SourcePlace& place,
                      const std::function<SkeletonPtr()>& code);
  int next_number() { return ++numbers_; }
  ScopePtr new_scope(ScopePtr outer, bool context = false) {
    return scopes_.emplace_back(
        std::make_shared<Scope>(Scope{.outer = std::move(outer), .context = context}));
  }

  jinja::Library& library_;
  const jinja::EnvironmentState& environment_;
  Heap heap_;
  jinja::PrintSite site_;  // of what is being evaluated
  WayPtr way_;             // how it came to what is running
  std::vector<const void*> running_;
  std::vector<ScopePtr> scopes_;
  std::size_t nodes_ = 0;
  int numbers_ = 0;
  int changes_ = 0;  // calls of methods that change what they are called on
};

}  // namespace pgjinja::sql
