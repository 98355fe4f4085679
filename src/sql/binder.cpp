#include "sql/binding.hpp"

#include <pgjinja/sql/binder.hpp>

#include <utility>

namespace pgjinja::sql {

void Binder::bind(jinja::Fragment&& fragment, std::string_view template_name,
                  Statement& out) const {
  out.sql.clear();
  out.parameters.clear();
  out.sites.clear();
  out.origins.clear();
  out.raw_texts.clear();
  out.template_name = template_name;
  std::swap(out.fragment, fragment);
  Binding(options_, out).run();
}

Statement Binder::bind(jinja::Fragment fragment) const {
  Statement out;
  bind(std::move(fragment), {}, out);
  return out;
}

}  // namespace pgjinja::sql
