#include "jinja/check/library.hpp"

#include "jinja/line_breaks.hpp"
#include "jinja/syntax/parser.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace pgjinja::jinja {

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
  if (environment_.loader == nullptr) return nullptr;
  std::optional<Source> source = environment_.loader->load(name);
  if (!source) return nullptr;
  if (const auto known = by_path_.find(source->path); known != by_path_.end()) {
    return known->second.get();
  }
  return &add(std::move(*source));
}

const ParsedTemplate& Library::add(Source source) {
  auto parsed = std::make_unique<ParsedTemplate>();
  parsed->source = std::move(source);
  parsed->source.own_delimiters = environment_.own_delimiters;
  normalise_line_breaks(parsed->source.text);
  Findings findings(&parsed->errors);
  parsed->body = Parser(parsed->source, environment_.options, parsed->arena, findings).parse();
  return *(by_path_[parsed->source.path] = std::move(parsed));
}

}  // namespace pgjinja::jinja
