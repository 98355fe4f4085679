#include "sql/straight_statement.hpp"

#include "jinja/compile/program.hpp"
#include "jinja/environment_state.hpp"
#include "sql/mark.hpp"
#include "sql/parameter.hpp"

#include <algorithm>

namespace pgjinja::sql {

namespace {

bool refused(const Value& value) {
  return needs_check(value) && value.is_text() && !is_server_text(value.as_text());
}

}  // namespace

[[gnu::hot]] const StraightStatement* StraightStatement::of(
    const jinja::Template& source) noexcept {
  return static_cast<const StraightStatement*>(jinja::program_of(source)->companion.get());
}

void StraightStatement::keep(const jinja::Template& source, const Context& arguments,
                             const Statement& bound) {
  std::unique_ptr<const StraightStatement> made;
  if (const auto reader = jinja::StraightReader::of(source)) {
    if (!reader->finds_values(arguments)) return;
    made.reset(new StraightStatement(*reader, bound));
  } else {
    made.reset(new StraightStatement());
  }
  jinja::program_of(source)->companion.keep(std::move(made));
}

[[gnu::hot]] bool StraightStatement::bind(const jinja::Template& source, const Context& arguments,
                                          Statement& out) const {
  if (!reader_ || !reader_->read(arguments, out.parameters)) return false;
  if (std::ranges::any_of(out.parameters, refused)) return false;
  out.sql = sql_;
  out.sites = sites_;
  out.origins = origins_;
  out.raw_texts.clear();
  out.template_name = source.source().name;
  out.fragment.clear();
  out.fragment.keep(jinja::program_of(source));
  return true;
}

}  // namespace pgjinja::sql
