#include "cli/arguments.hpp"
#include "cli/client_settings.hpp"
#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/files.hpp"
#include "cli/result_printer.hpp"

#include <pgjinja/pg/embedded_server.hpp>

#include <optional>

namespace pgjinja::cli {

namespace {

/// The byte offset of the character `position` of a script, from 1, as the server counts them.
std::size_t offset_of(std::string_view text, std::uint32_t position) {
  std::size_t offset = 0;
  for (std::uint32_t left = position - 1; left > 0 && offset < text.size(); --left) {
    do ++offset;
    while (offset < text.size() && (static_cast<unsigned char>(text[offset]) & 0xC0U) == 0x80U);
  }
  return offset;
}

void run_script(const Client& client, const std::string& path) {
  const std::string script = read_file(path);
  try {
    client.run_script(script);
  } catch (Error& error) {
    if (error.sql_position() > 0) {
      error.at(locate(path, script, offset_of(script, error.sql_position())));
    } else if (error.kind() == ErrorKind::Server) {
      SourcePlace place = locate(path, script, 0);
      place.role = "while running";
      error.at(std::move(place));
    }
    throw;
  }
}

}  // namespace

int query(const Request& request, const Settings& settings, Output& out) {
  Context arguments = read_arguments(request.params, request.assignments);
  const TemplateSource source = open_templates(request, settings);
  ClientSettings client_of = client_settings(settings, source);
  std::optional<EmbeddedServer> server;
  if (request.embedded) {
    // Mistakes that need no server are told before one is started.
    static_cast<void>(Client(client_of).environment().get_template(source.name));
    client_of.connection = server.emplace().settings();
  }
  const Client client(std::move(client_of));
  read_as_declared(arguments, request.assignments,
                   client.environment().get_template(source.name).front_matter());
  for (const std::string& path : request.scripts) run_script(client, path);
  try {
    print_result(client.query(source.name, arguments), request.format, out);
  } catch (const Error& error) {
    throw explain_text_arguments(error, request.assignments);
  }
  return kSuccess;
}

}  // namespace pgjinja::cli
