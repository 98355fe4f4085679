#include "jinja/check/library.hpp"

#include "jinja/syntax/parser.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace pgjinja::jinja {

namespace {

/// The file, and which of its queries: a file may be asked for by several names.
std::string identity(const Source& source) {
  const std::size_t query = source.name.rfind('#');
  return query == std::string::npos ? source.path : source.path + source.name.substr(query);
}

}  // namespace

SourcePlace ParsedTemplate::place_of(const ast::Stmt& stmt) const {
  const std::string& closing = source.delimiters().block_end_string;
  const std::size_t end = source.text.find(closing, stmt.begin);
  const std::size_t most = stmt.end > stmt.begin ? stmt.end - stmt.begin : 1;
  const std::size_t tag = end == std::string::npos ? most : end + closing.size() - stmt.begin;
  return source.place(stmt.begin, std::min(most, tag));
}

SourcePlace ParsedTemplate::place_of(const ast::Expr& expr) const {
  return source.place(expr.start, expr.end > expr.start ? expr.end - expr.start : 1);
}

const ParsedTemplate* Library::find(std::string_view name) {
  if (const auto known = by_name_.find(name); known != by_name_.end()) return known->second;
  const ParsedTemplate* found = nullptr;
  try {
    found = load(name);
  } catch (const Error& error) {
    failures_.emplace(name, error);
  }
  by_name_.emplace(name, found);
  return found;
}

const Error* Library::failure(std::string_view name) const {
  const auto found = failures_.find(name);
  return found == failures_.end() ? nullptr : &found->second;
}

const ParsedTemplate* Library::load(std::string_view name) {
  std::optional<LoadedSource> loaded =
      environment_.finder->find(name, [](std::string_view) {}, nullptr);
  if (!loaded) return nullptr;
  if (const auto known = parsed_.find(identity(loaded->source)); known != parsed_.end()) {
    return known->second.get();
  }
  return &add(std::move(loaded->source));
}

const ParsedTemplate& Library::add(Source source) {
  auto parsed = std::make_unique<ParsedTemplate>();
  parsed->source = std::move(source);
  environment_.prepare(parsed->source);
  Findings findings(&parsed->errors);
  parsed->body = environment_.parse(parsed->source, parsed->arena, findings);
  return *(parsed_[identity(parsed->source)] = std::move(parsed));
}

}  // namespace pgjinja::jinja
