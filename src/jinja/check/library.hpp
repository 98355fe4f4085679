#pragma once

#include "jinja/environment_state.hpp"
#include "jinja/syntax/arena.hpp"
#include "jinja/syntax/ast.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/source.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::jinja {

/// A template's source with its syntax tree, which points into both.
struct ParsedTemplate {
  Source source;
  Arena arena;
  ast::Body body;
  std::vector<Error> errors;  ///< what does not parse

  [[nodiscard]] SourcePlace place(std::uint32_t begin, std::size_t length) const {
    return source.place(begin, length);
  }
  /// The opening tag of a statement.
  [[nodiscard]] SourcePlace place_of(const ast::Stmt& stmt) const;
  [[nodiscard]] SourcePlace place_of(const ast::Expr& expr) const;
};

/// Syntax trees of an environment's templates, parsed when they are asked for and kept.
class Library {
 public:
  explicit Library(const EnvironmentState& environment) : environment_(environment) {}

  /// The template of that name; nullptr when there is none, or it cannot be read. One file has one
  /// tree, whatever name it is asked for by.
  const ParsedTemplate* find(std::string_view name);
  /// Why find() found nothing, if it is not that there is none; else nullptr.
  [[nodiscard]] const Error* failure(std::string_view name) const;
  /// Parses a source that no loader has.
  const ParsedTemplate& add(Source source);
  [[nodiscard]] const EnvironmentState& environment() const noexcept { return environment_; }

 private:
  const ParsedTemplate* load(std::string_view name);

  const EnvironmentState& environment_;
  std::map<std::string, const ParsedTemplate*, std::less<>> by_name_;
  std::map<std::string, std::unique_ptr<ParsedTemplate>, std::less<>> parsed_;  // by identity
  std::map<std::string, Error, std::less<>> failures_;
};

}  // namespace pgjinja::jinja
