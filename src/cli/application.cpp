#include "cli/application.hpp"

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/error_json.hpp"
#include "cli/exit_codes.hpp"
#include "cli/json_object.hpp"
#include "cli/usage_error.hpp"
#include "core/shown_text.hpp"

#include <algorithm>
#include <exception>
#include <string_view>
#include <variant>

#include <fmt/format.h>

namespace pgjinja::cli {

namespace {

int perform(const Request& request, Output& out) {
  const Settings settings = resolve_settings(request, environment_variable);
  switch (request.command) {
    case Command::Render: return render(request, settings, out);
    case Command::Query: return query(request, settings, out);
    case Command::Templates: return list_templates(request, settings, out);
    case Command::Validate: return validate(request, settings, out);
    case Command::Shapes: return show_shapes(request, settings, out);
  }
  return kInternalError;
}

int answer(const std::vector<std::string>& arguments) {
  Output out;
  int code = kSuccess;
  const auto parsed = parse_command_line(arguments);
  if (const auto* information = std::get_if<Information>(&parsed)) {
    out.write(information->text);
  } else {
    code = perform(std::get<Request>(parsed), out);
  }
  out.finish();
  return code;
}

std::string with_hint(std::string_view kind, std::string_view message, std::string_view hint) {
  return fmt::format("error[{}]: {}{}{}", kind, message, hint.empty() ? "" : "\n  = hint: ", hint);
}

/// The error for programs; standard output gets nothing else after an error.
void print_error(const std::vector<std::string>& arguments, const std::string& object) {
  if (std::find(arguments.begin(), arguments.end(), "--json") == arguments.end()) return;
  Output out;
  out.write(JsonObject().json("error", object).str() + '\n');
  out.finish();
}

int run_and_report(const std::vector<std::string>& arguments) {
  try {
    return answer(arguments);
  } catch (const UsageError& error) {
    report(with_hint("usage", error.what(), error.hint()));
    print_error(arguments, error_object("usage", error.what(), error.hint()));
    return kUsageError;
  } catch (const Error& error) {
    report(error.what());
    print_error(arguments, error_object(error));
    return exit_code_of(error.kind());
  } catch (const std::exception& error) {
    report(with_hint("internal", printable(error.what()), ""));
    print_error(arguments, error_object("internal", error.what(), ""));
    return kInternalError;
  }
}

}  // namespace

int run(const std::vector<std::string>& arguments) {
  try {
    return run_and_report(arguments);
  } catch (const ReaderGone&) {
    return kSuccess;
  } catch (const std::exception& error) {
    // Standard output could not take the error object either.
    report(with_hint("internal", printable(error.what()), ""));
    return kInternalError;
  }
}

}  // namespace pgjinja::cli
