#pragma once

#include "jinja/check/library.hpp"
#include "sql/check/atom.hpp"
#include "sql/check/skeleton.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::sql {

struct Symbolic;
using Sym = std::shared_ptr<const Symbolic>;

/// The names of one scope of a template.
struct Scope {
  std::map<std::string_view, Sym> names = {};
  std::shared_ptr<Scope> outer = nullptr;
  bool context = false;  ///< behind it are the names that the caller gives
};
using ScopePtr = std::shared_ptr<Scope>;

/// The templates that extend one another, the last one first, and the names that their tops set.
struct Chain {
  struct Definition {
    const jinja::ParsedTemplate* of;
    const jinja::ast::Stmt* block;
  };
  std::map<std::string_view, std::vector<Definition>> blocks = {};
  ScopePtr top = nullptr;
};
using ChainPtr = std::shared_ptr<const Chain>;

/// Which round of a loop is running, as far as that is known.
struct LoopRound {
  int loop = 0;
  std::optional<bool> first = std::nullopt;
  std::optional<bool> last = std::nullopt;
  std::optional<std::int64_t> index0 = std::nullopt;
  std::optional<std::int64_t> length = std::nullopt;
  Sym before = nullptr;  ///< loop.previtem; null: some item
  Sym after = nullptr;
};

/// A value of a template as it is known without rendering.
struct Symbolic {
  enum class Kind : std::uint8_t {
    Data,       ///< plain data from outside, or made of it: key, loops, count_key, least
    Constant,   ///< constant: plain, or a mark
    Undefined,  ///<
    Fragment,   ///< fragment
    Marked,     ///< a mark that a value decides: constant is one of many
    Items,      ///< a list whose items are known: items
    Many,       ///< a list of unknown length, each item like items[0]: count_key
    Choice,     ///< items[0] if atom is true, else items[1]
    Macro,      ///< of, stmt, scope, chain
    Module,     ///< scope, fragment
    Block,      ///< key: its name; depth, chain, scope
    Loop,       ///< round; for a recursive one also stmt, of, scope, chain
    Namespace,  ///< id
    Joiner,     ///< id, fragment
    Function,   ///< key: its name
    Self,       ///<
    Failure,    ///< its computation fails: fragment is a Fail
    Opaque      ///< could be anything: key says why
  };

  Kind kind = Kind::Opaque;
  std::string key = {};
  std::set<int> loops = {};
  std::string count_key = {};
  std::optional<std::int64_t> least = std::nullopt;
  Value constant = {};
  SkeletonPtr fragment = nullptr;
  std::vector<Sym> items = {};
  Atom atom = {};
  const jinja::ParsedTemplate* of = nullptr;
  const jinja::ast::Stmt* stmt = nullptr;
  ScopePtr scope = nullptr;
  ChainPtr chain = nullptr;
  std::string_view block = {};  ///< a macro's: the block that it stands in
  std::size_t depth = 0;
  int id = 0;
  LoopRound round = {};
};

Sym data(std::string key, std::set<int> loops = {});
Sym constant(Value value);
Sym undefined(std::string_view name);
Sym opaque(std::string why);
Sym fragment(SkeletonPtr printed);
/// `yes` if the atom is true, else `no`; one of them if they are the same.
Sym choice(const Atom& atom, const Sym& yes, const Sym& no);
Sym all_of(std::vector<Sym> items);

/// Are they certainly the same value?
bool same(const Sym& a, const Sym& b);
/// Is it text of the statement rather than data? `nullopt`: that depends.
std::optional<bool> is_sealed(const Sym& value);
/// The value's truth: a Constant, a Choice of them, Opaque or a Failure.
Sym truth(const Sym& value);
Sym negated(const Sym& condition);
/// What a condition, as truth() gives it, chooses.
Sym select(const Sym& condition, const Sym& yes, const Sym& no);

// ---- what is printed ----------------------------------------------------------------------------

SkeletonPtr sequence(std::vector<SkeletonPtr> parts);
SkeletonPtr unknown(std::string reason, SourcePlace place);
SkeletonPtr failed(std::string_view rule = {}, std::optional<Error> error = std::nullopt);
SkeletonPtr branch(const Sym& condition, const SkeletonPtr& yes, const SkeletonPtr& no,
                   const SourcePlace& place, bool tells);

}  // namespace pgjinja::sql
