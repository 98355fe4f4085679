#pragma once

#include "jinja/compile/program.hpp"
#include "jinja/load/program_cache.hpp"
#include "jinja/load/source_finder.hpp"
#include "jinja/syntax/arena.hpp"
#include "jinja/syntax/ast.hpp"
#include "jinja/syntax/parser.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/loader.hpp>
#include <pgjinja/jinja/options.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::jinja {

class Environment;
class Template;

/// What an Environment consists of; the compiler and the VM see this and not the facade.
struct EnvironmentState {
  template <class T>
  using Registry = std::map<std::string, T, std::less<>>;

  Options options;
  std::shared_ptr<const Delimiters> own_delimiters;  // null: the default ones
  std::shared_ptr<const Loader> loader;
  Registry<FilterEntry> filters;
  Registry<TestFunction> tests;
  Map globals;  // values and functions

  std::unique_ptr<SourceFinder> finder;    // both are set when the options are, and then stay
  std::unique_ptr<ProgramCache> programs;  // uses the finder

  /// The program of template `name`: cached, or loaded and compiled. @throws as get_template().
  [[nodiscard]] std::shared_ptr<const Program> program(std::string_view name) const;
  /// The same, but nullptr when there is no such template.
  [[nodiscard]] std::shared_ptr<const Program> find_program(std::string_view name) const;
  /// Compiles a source; with `findings`, all its errors go there and nullptr comes back.
  [[nodiscard]] std::shared_ptr<const Program> compile(LoadedSource source,
                                                       std::vector<Error>* findings) const;
  /// Gives a source the environment's delimiters and "\n" for its line breaks, which all that
  /// reads it relies on.
  void prepare(Source& source) const;
  /// The statements of a prepared source, without the text of its file's head. They point into both
  /// the source and the arena.
  [[nodiscard]] ast::Body parse(const Source& source, Arena& arena, Findings& findings) const;

 private:
  [[nodiscard]] Error not_found(std::string_view name) const;
};

/// What is behind the facade, for those who look at templates without rendering them.
const EnvironmentState& state_of(const Environment& environment) noexcept;
const EnvironmentState& state_of(const Template& of) noexcept;
const std::shared_ptr<const Program>& program_of(const Template& of) noexcept;

}  // namespace pgjinja::jinja
