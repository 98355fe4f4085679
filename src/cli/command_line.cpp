#include "cli/command_line.hpp"

#include "cli/exit_codes.hpp"
#include "cli/help_text.hpp"
#include "cli/usage_error.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include <CLI/CLI.hpp>

namespace pgjinja::cli {

namespace {

/// CLI11's help with the examples in front.
class ExamplesFirst final : public CLI::Formatter {
 public:
  ExamplesFirst() {
    label("REQUIRED", "");
    column_width(kColumn);
  }
  std::string make_description(const CLI::App* app) const override {
    return fmt::format("{}\n\n{}\n", app->get_description(), examples_of(app->get_name()));
  }
  std::string make_option_opts(const CLI::Option* option) const override {
    return option->get_type_name().empty() ? "" : ' ' + option->get_type_name();
  }
  std::string make_option_usage(const CLI::Option* option) const override {
    return fmt::format("[{}]{}", option->get_name(true),
                       option->get_items_expected_max() > 1 ? "..." : "");
  }

 private:
  static constexpr std::size_t kColumn = 26;
};

class Parser {
 public:
  Parser() : app_("SQL in files, written with Jinja, executed on PostgreSQL.", "pgjinja") {
    app_.formatter(std::make_shared<ExamplesFirst>());
    app_.footer(help_footer());
    app_.set_help_flag("-h,--help", "Show this help");
    app_.set_version_flag("--version", "pgjinja " PGJINJA_VERSION, "Show the version");
    app_.require_subcommand(1);
    add_render();
    add_query();
    add_templates();
    add_validate();
    add_shapes();
    add_exit_codes();
  }

  std::variant<Request, Information> parse(const std::vector<std::string>& arguments) {
    try {
      // CLI11 takes them off the back.
      app_.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::CallForHelp&) {
      return Information{app_.help()};
    } catch (const CLI::CallForVersion& version) {
      return Information{std::string(version.what()) + '\n'};
    } catch (const CLI::RequiredError&) {
      throw no_command(arguments);
    } catch (const CLI::ParseError& error) {
      throw UsageError(one_sentence(error.what()), "see " + invocation() + " --help");
    }
    if (exit_codes_->parsed()) {
      return Information{markdown_ ? exit_codes_as_markdown() : exit_codes_as_text()};
    }
    check_template();
    return std::move(request_);
  }

 private:
  CLI::App& add_command(const char* name, const char* what, Command command) {
    CLI::App& sub = *app_.add_subcommand(name, what);
    sub.parse_complete_callback([this, command] { request_.command = command; });
    sub.add_option("-t,--templates", request_.templates,
                   "Directory of templates; may be given more than once")
        ->type_name("DIR")
        ->allow_extra_args(false);
    sub.add_option("--config", request_.config, "Configuration file instead of pgjinja.toml")
        ->type_name("FILE");
    return sub;
  }

  void add_format(CLI::App& sub, const char* flag, OutputFormat format, const char* what) {
    CLI::Option* option =
        sub.add_flag_callback(flag, [this, format] { request_.format = format; }, what);
    for (CLI::Option* other : formats_[&sub]) option->excludes(other);
    formats_[&sub].push_back(option);
  }

  void set_unless_text(OutputFormat format) {
    if (request_.format != OutputFormat::Text) request_.format = format;
  }

  void add_template(CLI::App& sub) {
    sub.add_option("NAME", request_.names, "Name of the template: its path below DIR")
        ->type_name("")
        ->expected(0, 1);
    sub.add_option("--source", request_.source, "Template as text or @FILE, instead of NAME")
        ->type_name("TEXT");
    sub.add_option("--params", request_.params, "Parameters: a JSON object, @FILE, or @- for stdin")
        ->type_name("JSON")
        ->allow_extra_args(false);
    sub.add_option("-p,--param", request_.assignments,
                   "One parameter: key=text, or key:=JSON for numbers, lists, null …")
        ->type_name("KEY=TEXT")
        ->allow_extra_args(false);
  }

  void add_render() {
    CLI::App& sub =
        add_command("render", "Show the SQL of a template and its parameters", Command::Render);
    add_template(sub);
    sub.add_option("--env", request_.environment,
                   "Jinja2's options, templates and globals: a JSON object or @FILE")
        ->type_name("JSON")
        ->allow_extra_args(false);
    // Together they give the text, or an error as JSON.
    sub.add_flag_callback(
        "--json", [this] { set_unless_text(OutputFormat::Json); },
        "One object: {\"sql\": …, \"params\": […], \"types\": […], \"template\": …}");
    sub.add_flag_callback(
        "--text", [this] { request_.format = OutputFormat::Text; },
        "Plain Jinja, nothing bound: exactly the text of any template");
  }

  void add_query() {
    CLI::App& sub =
        add_command("query", "Run a template's statement and show its rows", Command::Query);
    add_template(sub);
    CLI::Option* dsn = sub.add_option("-d,--dsn", request_.dsn,
                                      "Connection: postgresql://… or \"host=… dbname=…\"")
                           ->type_name("CONNINFO");
    sub.add_flag("--embedded", request_.embedded, "Use a private PostgreSQL that ends with this")
        ->excludes(dsn);
    sub.add_option("--script", request_.scripts, "SQL to run first; may be given more than once")
        ->type_name("FILE")
        ->allow_extra_args(false);
    add_format(sub, "--json", OutputFormat::Json, "An array with one object a row");
    add_format(sub, "--csv", OutputFormat::Csv, "RFC 4180; NULL is nothing, an empty text is \"\"");
  }

  void add_templates() {
    CLI::App& sub = add_command("templates", "List the templates, their parameters and includes",
                                Command::Templates);
    add_format(sub, "--json", OutputFormat::Json, "An array with one object a template");
  }

  void add_validate() {
    CLI::App& sub = add_command(
        "validate", "Check templates without running them, all of every file", Command::Validate);
    sub.add_option("NAME", request_.names, "Only these templates")->type_name("");
    add_format(sub, "--json", OutputFormat::Json,
               "One object: {\"templates\": n, \"findings\": […]}");
    add_format(sub, "--sarif", OutputFormat::Sarif,
               "SARIF 2.1.0, which code hosts and editors read");
    sub.add_option_function<std::string>(
           "--format", [this](const std::string& name) { request_.format = format_named(name); },
           "text, json or sarif")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"text", "json", "sarif"}));
    sub.add_flag("--strict", request_.strict, "Fail for warnings, too");
  }

  void add_shapes() {
    CLI::App& sub =
        add_command("shapes", "List the SQL texts that a template can give", Command::Shapes);
    sub.add_option("NAME", request_.names, "Name of the template: its path below DIR")
        ->type_name("")
        ->expected(0, 1);
    sub.add_option("--source", request_.source, "Template as text or @FILE, instead of NAME")
        ->type_name("TEXT");
    sub.add_option("--limit", request_.most_shapes, "Look for so many at most")
        ->type_name("N")
        ->check(CLI::Range(1, 100'000));
    add_format(sub, "--json", OutputFormat::Json, "One object: {\"shapes\": […], \"complete\": …}");
  }

  static OutputFormat format_named(std::string_view name) {
    if (name == "json") return OutputFormat::Json;
    return name == "sarif" ? OutputFormat::Sarif : OutputFormat::Readable;
  }

  void add_exit_codes() {
    exit_codes_ = app_.add_subcommand("exit-codes", "Show the table of exit codes");
    exit_codes_->add_flag("--markdown", markdown_, "As a Markdown table");
  }

  void check_template() const {
    const bool takes_one =
        request_.command != Command::Templates && request_.command != Command::Validate;
    if (!takes_one || request_.names.empty() == request_.source.has_value()) return;
    throw UsageError(request_.source ? "a template's name and --source exclude each other"
                                     : "no template is named",
                     "give its name, or its text with --source");
  }

  [[nodiscard]] const CLI::App& chosen() const {
    const auto parsed = app_.get_subcommands();
    return parsed.empty() ? app_ : *parsed.front();
  }
  [[nodiscard]] std::string invocation() const {
    return &chosen() == &app_ ? "pgjinja" : "pgjinja " + chosen().get_name();
  }

  /// No option is required, so that it was the command that is missing or misspelt.
  static UsageError no_command(const std::vector<std::string>& arguments) {
    const auto word = std::find_if(arguments.begin(), arguments.end(),
                                   [](const std::string& a) { return !a.starts_with('-'); });
    return {word == arguments.end() ? "no command is given"
                                    : fmt::format("there is no command '{}'", *word),
            "commands are render, query, templates, validate, shapes and exit-codes; see pgjinja "
            "--help"};
  }

  static std::string one_sentence(std::string message) {
    if (!message.empty()) message[0] = static_cast<char>(std::tolower(message[0]));
    std::replace(message.begin(), message.end(), '\n', ' ');
    return message.substr(0, message.find_last_not_of(" .") + 1);
  }

  CLI::App app_;
  CLI::App* exit_codes_ = nullptr;
  std::map<const CLI::App*, std::vector<CLI::Option*>> formats_;
  bool markdown_ = false;
  Request request_;
};

}  // namespace

std::variant<Request, Information> parse_command_line(const std::vector<std::string>& arguments) {
  return Parser().parse(arguments);
}

}  // namespace pgjinja::cli
