#pragma once

#include "jinja/compile/companion.hpp"
#include "jinja/compile/opcode.hpp"
#include "jinja/compile/symbols.hpp"

#include <pgjinja/core/context.hpp>
#include <pgjinja/core/value.hpp>
#include <pgjinja/jinja/fragment.hpp>
#include <pgjinja/jinja/front_matter.hpp>
#include <pgjinja/jinja/function.hpp>
#include <pgjinja/jinja/source.hpp>

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::jinja {

/// Who wrote a filter or function. One of the application may keep what it is given, also for other
/// threads, and therefore sees only values that nobody changes.
enum class Made : std::uint8_t { ByEngine, ByApplication };

struct FilterEntry {
  FilterFunction function;
  Accepts accepts = Accepts::PlainValues;
  Makes makes = Makes::Values;
  Made made = Made::ByEngine;
};

/// A name that is looked up in the context. A miss gives `fallback`: the global of that name, or
/// `undefined` if there is none. (An environment has all its globals before it compiles.)
struct NameRef {
  std::string_view text;
  std::uint32_t hash;
  Value undefined;
  Value fallback = undefined;
  Value key = Value(text);
  /// Where in a context it was found first, since contexts are mostly alike: read and written by
  /// any thread, so only through std::atomic_ref.
  mutable std::uint32_t guess = kNoGuess;

  static constexpr std::uint32_t kNoGuess = 0xFFFFFFFF;

  /// The name's value where nothing but `context` and the globals can give it one.
  [[nodiscard]] const Value& value_in(const Context& context) const noexcept;
};

/// How one call, filter or test is made. The callee of a filter or test is known when the template
/// is compiled.
struct CallSite {
  std::string_view name;
  std::uint16_t positional = 0;
  std::vector<std::string_view> keywords;
  bool star = false;
  bool double_star = false;
  LiteralArguments literals;
  const FilterEntry* filter = nullptr;
  const TestFunction* test = nullptr;

  /// How many stack entries the arguments take.
  [[nodiscard]] std::size_t stack_size() const {
    return positional + keywords.size() + (star ? 1U : 0U) + (double_star ? 1U : 0U);
  }
};

/// A body of code with its own frame: the template itself, or a macro.
struct Routine {
  struct Param {
    std::string_view name;
    std::uint32_t slot;
    bool cell;               // captured by a macro inside
    std::uint32_t fallback;  // where the code of its default begins; 0: no default
  };
  struct Capture {
    std::uint32_t outer_slot;
    std::uint32_t inner_slot;
  };
  std::string_view name;
  std::vector<Instruction> code;
  std::vector<std::uint32_t> offsets;  // offsets[i]: where in the source code[i] comes from
  std::uint32_t slots = 0;
  std::uint32_t max_stack = 0;
  /// `caller`, `varargs` or `kwargs`, when the body reads it.
  struct Extra {
    std::uint32_t slot;
    bool cell;
  };
  std::vector<Param> params;
  std::array<std::optional<Extra>, kMacroExtras.size()> extras;
  std::vector<Capture> captures;
};

/// A block as a template defines it.
struct BlockEntry {
  std::string_view name;
  std::uint32_t routine;
};

/// A place where a block is rendered.
struct BlockSite {
  static constexpr std::uint32_t kNotScoped = 0xFFFFFFFF;
  std::string_view name;
  bool required;
  std::uint32_t visible;  // which of Program::visible a scoped one sees
};

/// The locals that a template included at some point can see.
struct VisibleLocal {
  std::string_view name;
  std::uint32_t slot;
  bool cell;
};

/// A template that another one includes, imports or extends by a constant name.
struct Dependency {
  std::string name;
  bool sees_context;
  std::uint32_t visible;  // which of Program::visible it sees besides
};

/// A compiled template: immutable, shared by all that render it.
class Program {
 public:
  Source source;
  FrontMatter front_matter;
  Context defaults;               // of the declared parameters
  std::vector<Routine> routines;  // [0] is the template itself
  std::vector<Value> constants;
  std::vector<NameRef> names;
  std::vector<TextConstant> texts;  // fragments point to these and the sites
  std::vector<PrintSite> sites;
  std::deque<CallSite> calls;
  std::vector<std::vector<VisibleLocal>> visible;
  std::vector<BlockEntry> blocks;
  std::vector<BlockSite> block_sites;
  bool extends = false;  // it may extend another template
  bool changes = false;  // it calls methods that change lists and maps
  bool refers = false;   // it may run other templates
  std::vector<Dependency> dependencies;
  bool chooses_templates = false;  // a value decides which one it includes, imports or extends
  CompanionPlace companion;

  /// May lists and maps change while it runs? By itself, or by templates that it runs.
  [[nodiscard]] bool may_see_changes() const noexcept { return changes || refers; }
  /// Indexes of the names that are looked up in the context, each once (others are attributes, or
  /// in blocks what the template itself sets at its top).
  [[nodiscard]] std::vector<std::uint32_t> free_names() const;
  /// Indexes of the names that its top sets, which blocks and other templates see.
  [[nodiscard]] std::vector<std::uint32_t> exported_names() const;
  /// Indexes of the names that it prints, in order, if it does nothing but print constant text and
  /// names: `nullopt` for any other.
  [[nodiscard]] std::optional<std::vector<std::uint32_t>> straight() const;
  [[nodiscard]] std::string disassemble() const;
};

/// The first slots of the frame of a recursive loop's routine: what it iterates over, itself as a
/// value, and how deep the recursion is.
inline constexpr std::uint32_t kLoopIterable = 0;
inline constexpr std::uint32_t kLoopCode = 1;
inline constexpr std::uint32_t kLoopDepth = 2;
inline constexpr std::uint32_t kLoopFrame = 3;

/// Works out `max_stack` and checks that every path leaves the stack as the table says.
/// @throws std::logic_error when the compiler emitted code that does not add up.
void check_stack(const Program& program, Routine& routine);

/// Flags of Opcode::Include and Opcode::Import.
inline constexpr std::uint32_t kIgnoreMissing = 1;
inline constexpr std::uint32_t kWithContext = 2;

}  // namespace pgjinja::jinja
