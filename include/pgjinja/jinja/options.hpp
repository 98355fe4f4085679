#pragma once

#include <pgjinja/jinja/delimiters.hpp>
#include <pgjinja/jinja/reload.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pgjinja::jinja {

/// What happens with an undefined value (Jinja2's classes of the same names).
enum class UndefinedPolicy : std::uint8_t {
  Default,  ///< Jinja2's Undefined: falsy, empty, prints as nothing; operations on it are errors
  Unprintable,  ///< the same, but printing it or looping over it is an error: what SQL wants
  Strict,       ///< Jinja2's StrictUndefined: only `is defined` and `default` may touch it
  Chainable,    ///< Jinja2's ChainableUndefined: as Default, and its attributes and items are it
  Debug         ///< Jinja2's DebugUndefined: as Default, but prints as what it is: `{{ name }}`
};

/// How a captured rendering (block set, macro call) appears inside the template.
enum class Captures : std::uint8_t {
  Text,     ///< as text, as Jinja2 has it
  Fragment  ///< as a FragmentObject: its values stay values (SQL)
};

/// Bounds on what a template may use up; each ends the rendering with Error{Limit}.
struct Limits {
  std::uint64_t instructions = 100'000'000;  ///< executed bytecode instructions ("fuel")
  std::size_t output_bytes = 256U << 20U;    ///< constant text plus texts that operations build
  std::size_t pieces = 5'000'000;            ///< constant texts and values, printed one by one
  std::uint32_t call_depth = 200;            ///< macros and includes, nested
  std::uint32_t nesting = 200;               ///< expressions and blocks, nested in the source
  std::size_t range_items = 1'000'000;       ///< length of `range(…)`
  std::size_t template_bytes = 4U << 20U;    ///< size of one template's source
};

/// What a text is to the language that templates make (SQL).
struct TextSummary {
  bool has_code = false;    ///< it is more than white space and comments
  bool open_ended = false;  ///< it ends inside a string, a comment or a quoted name
};

/// An Environment refuses options that make no sense; see its constructor.
struct Options {
  Delimiters delimiters;
  bool trim_blocks = false;
  bool lstrip_blocks = false;
  bool keep_trailing_newline = false;
  /// What the line breaks of a template are written as: "\n", "\r\n" or "\r". Those in string
  /// literals, too, but not their `\n`, and not those of values.
  std::string newline_sequence = "\n";
  /// Are there the tags of Jinja2's extensions `do` (`{% do … %}`) and `loopcontrols`
  /// (`{% break %}`, `{% continue %}`)? Without, they are unknown tags.
  bool do_statement = true;
  bool loop_controls = true;
  UndefinedPolicy undefined = UndefinedPolicy::Default;
  Captures captures = Captures::Text;
  Limits limits = {};
  Reload reload = {};
  /// Is a front matter comment at a template's head read, and are the parameters that it declares
  /// checked? Jinja2 ignores all comments. See FrontMatter.
  bool front_matter = false;
  /// Set: a file may hold several queries, each behind a line `-- name: get_user :one`; they are
  /// found as `file#get_user`, or as `get_user` where only one file has it. It is called with the
  /// constant text before such a line, which counts only where code ends. What stands before the
  /// first one is shared by all: imports, macros, `set` and comments.
  TextSummary (*summarise)(std::string_view text) = nullptr;
  /// Called once for each constant text when a template is compiled; see TextConstant::note.
  std::uint64_t (*annotate)(std::string_view text) = nullptr;
};

}  // namespace pgjinja::jinja
