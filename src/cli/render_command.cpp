#include "cli/arguments.hpp"
#include "cli/client_settings.hpp"
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/statement_printer.hpp"

namespace pgjinja::cli {

namespace {

/// Plain Jinja: its own rules for undefined values, and no filter of the SQL side.
std::string render_text(const TemplateSource& source, const Settings& settings,
                        const Context& arguments) {
  jinja::Options options;
  options.limits = settings.limits;
  const jinja::Environment environment(options, source.loader);
  return environment.get_template(source.name).render(arguments).to_text();
}

std::string render_sql(const TemplateSource& source, const Settings& settings, Context arguments,
                       const Request& request) {
  const Client client(client_settings(settings, source));
  read_as_declared(arguments, request.assignments,
                   client.environment().get_template(source.name).front_matter());
  const sql::Statement statement = client.render(source.name, arguments);
  return request.format == OutputFormat::Json ? statement_json(statement)
                                              : describe_statement(statement);
}

}  // namespace

int render(const Request& request, const Settings& settings, Output& out) {
  const Context arguments = read_arguments(request.params, request.assignments);
  const TemplateSource source = open_templates(request, settings);
  try {
    out.write(request.format == OutputFormat::Text
                  ? render_text(source, settings, arguments)
                  : render_sql(source, settings, arguments, request));
  } catch (const Error& error) {
    throw explain_text_arguments(error, request.assignments);
  }
  return kSuccess;
}

}  // namespace pgjinja::cli
