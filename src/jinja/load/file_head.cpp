#include "jinja/load/file_head.hpp"

#include "jinja/load/head_text.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace pgjinja::jinja {

namespace {

bool belongs_in_head(ast::StmtKind kind) {
  switch (kind) {
    case ast::StmtKind::Macro:
    case ast::StmtKind::Import:
    case ast::StmtKind::FromImport:
    case ast::StmtKind::Set:
    case ast::StmtKind::SetBlock: return true;
    default: return false;
  }
}

Error misplaced(const ast::Stmt& stmt, const Source& source) {
  if (stmt.end > source.cut_at && belongs_in_head(stmt.kind)) {
    return Error(ErrorKind::Syntax, "this tag is not closed before the first '-- name:'")
        .at(source.place(stmt.begin, 2));
  }
  return Error(ErrorKind::Syntax, "this tag stands before the first '-- name:', in no query")
      .at(source.place(stmt.begin, stmt.end - stmt.begin))
      .hint("what the queries of a file share are imports, macros and set");
}

/// The part of a text that belongs to the query, or nothing.
bool cut_text(ast::Stmt& text, std::size_t cut_at) {
  if (text.end <= cut_at) return false;
  text.text.remove_prefix(cut_at - text.begin);
  text.begin = static_cast<std::uint32_t>(cut_at);
  return true;
}

}  // namespace

ast::Body without_head_text(ast::Body statements, const Source& source, const Options& options,
                            Arena& arena, Findings& findings) {
  auto kept = arena.list<ast::Stmt*>();
  for (ast::Stmt* stmt : statements) {
    if (stmt->begin >= source.cut_at) {
      kept.push_back(stmt);
    } else if (stmt->kind == ast::StmtKind::Text) {
      const std::size_t length = std::min(stmt->text.size(), source.cut_at - stmt->begin);
      const auto code = first_code(stmt->text.substr(0, length), options);
      if (code) findings.report(text_in_head(source, stmt->begin + *code));
      if (cut_text(*stmt, source.cut_at)) kept.push_back(stmt);
    } else if (belongs_in_head(stmt->kind) && stmt->end <= source.cut_at) {
      kept.push_back(stmt);
    } else {
      findings.report(misplaced(*stmt, source));
    }
  }
  return arena.copy(kept);
}

}  // namespace pgjinja::jinja
