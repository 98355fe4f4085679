#include "sql/binding.hpp"

#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/delimiters.hpp>
#include <pgjinja/sql/binder.hpp>

#include <utility>

namespace pgjinja::sql {

namespace {

/// Those of the environment that it comes from: all of its pieces have the same, and a literal's
/// text (of `join`, of a joiner) has none.
const jinja::Delimiters& delimiters_of(const jinja::Fragment& fragment) {
  for (const jinja::Piece& piece : fragment.pieces()) {
    if (piece.text != nullptr && piece.text->source != nullptr) {
      return piece.text->source->delimiters();
    }
    if (piece.site != nullptr) return piece.site->source->delimiters();
  }
  return jinja::default_delimiters();
}

}  // namespace

[[gnu::hot]] void Binder::bind(jinja::Fragment&& fragment, std::string_view template_name,
                               Statement& out) const {
  out.parameters.clear();
  out.sites.clear();
  out.origins.clear();
  out.raw_texts.clear();
  out.template_name = template_name;
  std::swap(out.fragment, fragment);
  try {
    Binding(options_, out).run();
  } catch (Error& error) {
    error.hint(delimiters_of(out.fragment).rewritten(error.hint()));
    throw;
  }
}

Statement Binder::bind(jinja::Fragment fragment) const {
  Statement out;
  bind(std::move(fragment), {}, out);
  return out;
}

}  // namespace pgjinja::sql
