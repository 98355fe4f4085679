#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/environment_file.hpp"
#include "cli/exit_codes.hpp"
#include "cli/statement_printer.hpp"
#include "cli/template_source.hpp"

#include <pgjinja/sql/binder.hpp>
#include <pgjinja/sql/filters.hpp>
#include <pgjinja/sql/summarise.hpp>

#include <utility>

namespace pgjinja::cli {

namespace {

EnvironmentFile environment_of(const Request& request, const Settings& settings) {
  EnvironmentFile file;
  if (request.environment) file = read_environment(*request.environment);
  file.options.limits = settings.limits;
  return file;
}

void add_globals(jinja::Environment& environment, const Map& globals) {
  for (const Map::Entry& each : globals) {
    environment.add_global(std::string(each.key.as_text()), each.value);
  }
}

/// Plain Jinja: its own rules for undefined values, and no filter of the SQL side.
std::string render_text(const EnvironmentFile& file, const TemplateSource& source,
                        const Context& arguments) {
  jinja::Options options = file.options;
  options.undefined = file.undefined.value_or(jinja::UndefinedPolicy::Default);
  jinja::Environment environment(std::move(options), source.loader);
  add_globals(environment, file.globals);
  return environment.get_template(source.name).render(arguments).to_text();
}

/// In SQL nothing undefined is printed: kinds that differ in what they print come to the same.
jinja::UndefinedPolicy undefined_in_sql(const EnvironmentFile& file) {
  using enum jinja::UndefinedPolicy;
  return file.undefined == Strict || file.undefined == Chainable ? *file.undefined : Unprintable;
}

sql::Statement render_sql(const EnvironmentFile& file, const TemplateSource& source,
                          const Settings& settings, const Request& request, Context arguments) {
  jinja::Options options = file.options;
  options.undefined = undefined_in_sql(file);
  options.captures = jinja::Captures::Fragment;
  options.front_matter = true;
  options.annotate = &sql::annotate;
  options.summarise = &sql::summarise;
  jinja::Environment environment(std::move(options), source.loader);
  sql::install(environment);
  add_globals(environment, file.globals);
  const jinja::Template found = environment.get_template(source.name);
  read_as_declared(arguments, request.assignments, found.front_matter());
  sql::Statement statement;
  sql::Binder({.allow_raw = settings.allow_raw})
      .bind(found.render(arguments), found.source().name, statement);
  return statement;
}

std::string rendered(const EnvironmentFile& file, const TemplateSource& source,
                     const Request& request, const Settings& settings, const Context& arguments) {
  if (request.format == OutputFormat::Text) return render_text(file, source, arguments);
  const sql::Statement statement = render_sql(file, source, settings, request, arguments);
  return request.format == OutputFormat::Json ? statement_json(statement)
                                              : describe_statement(statement);
}

}  // namespace

int render(const Request& request, const Settings& settings, Output& out) {
  const EnvironmentFile file = environment_of(request, settings);
  const Context arguments = read_arguments(request.params, request.assignments);
  const TemplateSource source = open_templates(request, settings, file.templates);
  try {
    out.write(rendered(file, source, request, settings, arguments));
  } catch (const Error& error) {
    throw explain_text_arguments(error, request.assignments);
  }
  return kSuccess;
}

}  // namespace pgjinja::cli
