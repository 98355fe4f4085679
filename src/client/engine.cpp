#include "client/engine.hpp"

#include "client/lease_label.hpp"
#include "client/statement_time.hpp"
#include "client/transform_makers.hpp"
#include "client/usual_role.hpp"
#include "pg/pool/errors.hpp"
#include "sql/straight_statement.hpp"

#include <pgjinja/jinja/loader.hpp>
#include <pgjinja/sql/filters.hpp>
#include <pgjinja/sql/summarise.hpp>

#include <memory>
#include <utility>

namespace pgjinja {

namespace {

std::shared_ptr<const jinja::Loader> loader_of(const ClientSettings& settings) {
  if (settings.templates.empty()) return settings.loader;
  if (settings.loader != nullptr) {
    throw Error(ErrorKind::Config,
                "templates come from directories or from a loader, not from both")
        .hint("leave ClientSettings::templates or ClientSettings::loader empty");
  }
  return std::make_shared<jinja::DirectoryLoader>(settings.templates,
                                                  settings.limits.template_bytes);
}

jinja::Options options_of(const ClientSettings& settings) {
  jinja::Options options;
  options.undefined = settings.undefined;
  options.captures = jinja::Captures::Fragment;
  options.limits = settings.limits;
  options.front_matter = true;
  options.summarise = &sql::summarise;
  options.reload = settings.reload;
  options.annotate = &sql::annotate;
  return options;
}

}  // namespace

Engine::Engine(ClientSettings settings)
    : environment_(options_of(settings), loader_of(settings)),
      binder_(sql::BinderOptions{.allow_raw = settings.allow_raw}),
      naming_(settings.column_naming),
      cluster_(std::move(settings.connection), settings.pool, settings.cluster),
      query_timeout_(settings.query_timeout),
      transforms_(std::move(settings.transforms)),
      transform_makers_(all_transform_makers(settings.transform_makers)),
      cursor_secrets_(std::move(settings.cursor_secrets)) {
  sql::install(environment_);
  if (settings.configure != nullptr) settings.configure(environment_);
}

jinja::Template Engine::get_template(std::string_view name) const {
  if (generation_ != pg::fork_generation()) throw pg::pool::forked_error();
  return environment_.get_template(name);
}

[[gnu::hot]] jinja::Template Engine::bind(std::string_view name, const Context& arguments,
                                          jinja::Fragment& fragment,
                                          sql::Statement& statement) const {
  jinja::Template source = get_template(name);
  bind(source, arguments, fragment, statement);
  return source;
}

[[gnu::hot]] void Engine::bind(const jinja::Template& source, const Context& arguments,
                               jinja::Fragment& fragment, sql::Statement& statement) const {
  const auto* straight = sql::StraightStatement::of(source);
  if (straight != nullptr && straight->bind(source, arguments, statement)) return;
  source.render(arguments, fragment);
  binder_.bind(std::move(fragment), source.source().name, statement);
  if (straight == nullptr) sql::StraightStatement::keep(source, arguments, statement);
}

TransformChain Engine::transforms(std::string_view name, const Transforms& own) const {
  const jinja::Template source = get_template(name);
  std::vector<ChainLink> links;
  for (const jinja::TransformDeclaration& each : source.front_matter().transforms) {
    links.push_back({make_transform(transform_makers_, each, source.source()),
                     source.source().place(each.offset, each.length)});
  }
  SourcePlace whole = source.source().place(source.source().cut_at);
  whole.role = "while transforming the rows of";
  for (const Transforms* each : {&own, &transforms_}) {
    for (const Transform& transform : *each) links.push_back({transform, whole});
  }
  return TransformChain(std::move(links));
}

[[gnu::hot]] pg::Lease Engine::borrow(const CallOptions& call, std::string_view what,
                                      pg::Role usual) {
  return cluster_.acquire(call.role.value_or(usual), waiting_limits(call),
                          LeaseLabel(call.label, what).text());
}

[[gnu::hot]] pg::Lease Engine::borrow(const CallOptions& call, const jinja::Template& source) {
  return borrow(call, source.source().name, usual_role(source.front_matter()));
}

}  // namespace pgjinja
