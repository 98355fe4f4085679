#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace pgjinja::jinja::ast {

// Nodes live in an Arena and are plain data. Offsets are bytes in the source.

struct Expr;

enum class ExprKind : std::uint8_t {
  Text,       // text
  Int,        // integer
  Float,      // real
  Bool,       // integer (0 or 1)
  None,       //
  Name,       // text
  List,       // items
  Tuple,      // items
  Dict,       // items: key, value, key, value, …
  Attribute,  // a.text; as a target it is an attribute of a namespace
  Item,       // a[b]
  Slice,      // a:b:c, each may be null
  Call,       // a(args)
  Filter,     // a|text(args); a is null in a filter block
  Test,       // a is text(args)
  Negate,     // -a
  Positive,   // +a
  Not,        // not a
  And,        // a and b
  Or,         // a or b
  Binary,     // a op b
  Compare,    // a, then comparisons
  Concat,     // items[0] ~ items[1] ~ …
  Condition,  // a if b else c; c may be null
};

enum class BinaryOp : std::uint8_t { Add, Subtract, Multiply, Divide, FloorDivide, Modulo, Power };
enum class CompareOp : std::uint8_t {
  Equal,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  In,
  NotIn
};

struct Keyword {
  std::string_view name;
  Expr* value;
  std::uint32_t begin;
};

struct Comparison {
  CompareOp op;
  Expr* right;
};

/// The arguments of a call, filter or test.
struct Arguments {
  std::span<Expr*> positional;
  std::span<Keyword> keywords;
  Expr* star = nullptr;         // *star
  Expr* double_star = nullptr;  // **double_star

  [[nodiscard]] bool empty() const noexcept {
    return positional.empty() && keywords.empty() && star == nullptr && double_star == nullptr;
  }
};

struct Expr {
  ExprKind kind;
  BinaryOp op = BinaryOp::Add;
  std::uint32_t depth = 1;  // levels of the tree from here down
  std::uint32_t begin = 0;  // where messages point: a filter's or test's name
  std::uint32_t start = 0;  // of its text, with a filter's input and parentheses around it
  std::uint32_t end = 0;    // of its text
  std::string_view text;
  std::int64_t integer = 0;
  double real = 0;
  Expr* a = nullptr;
  Expr* b = nullptr;
  Expr* c = nullptr;
  std::span<Expr*> items;
  std::span<Comparison> comparisons;
  Arguments args;
};

struct Stmt;
using Body = std::span<Stmt*>;

enum class StmtKind : std::uint8_t {
  Text,         // text
  Print,        // value
  PrintTag,     // values, one behind the other
  If,           // value, body, other
  For,          // target in value if test, body, other; recursive
  Break,        //
  Continue,     //
  Set,          // target = value
  SetBlock,     // target, body; value: its filters or null
  With,         // names (targets) = values, body
  FilterBlock,  // value: filters whose innermost has no input; body
  Autoescape,   // value, body
  Do,           // value
  Macro,        // text(params), body
  CallBlock,    // value: a call; params, body
  Include,      // value; ignore_missing, with_context
  Import,       // value as text; with_context
  FromImport,   // imports of value; with_context
  Extends,      // value
  Block,        // text, body; scoped, required
};

/// `name as alias` of a from-import.
struct ImportedName {
  std::string_view name;
  std::string_view alias;
  std::uint32_t begin;
};

struct Param {
  std::string_view name;
  Expr* fallback;  // null: no default
  std::uint32_t begin;
};

struct Stmt {
  StmtKind kind;
  bool ignore_missing = false;
  bool with_context = true;
  bool recursive = false;
  bool scoped = false;
  bool required = false;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::string_view text;
  Expr* target = nullptr;
  Expr* value = nullptr;
  Expr* test = nullptr;
  Body body;
  Body other;
  std::span<Param> params;
  std::span<Expr*> targets;
  std::span<Expr*> values;
  std::span<ImportedName> imports;
};

}  // namespace pgjinja::jinja::ast
