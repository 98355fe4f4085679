#include "jinja/builtins/builtins.hpp"
#include "jinja/compile/compiler.hpp"
#include "jinja/describe/call_check.hpp"
#include "jinja/describe/front_matter_reader.hpp"
#include "jinja/describe/needs.hpp"
#include "jinja/describe/undeclared.hpp"
#include "jinja/environment_state.hpp"
#include "jinja/load/file_head.hpp"
#include "jinja/load/line_breaks.hpp"
#include "jinja/nearest.hpp"
#include "jinja/option_check.hpp"
#include "jinja/run/frozen_arguments.hpp"
#include "jinja/run/objects.hpp"
#include "jinja/run/vm.hpp"
#include "jinja/syntax/parser.hpp"

#include <pgjinja/jinja/environment.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

/// A query may be in a file that could not be read.
std::string perhaps_in(const Error& broken) {
  if (broken.places().empty()) return "perhaps it is in a file with an error: " + broken.message();
  const SourcePlace& at = broken.places().front();
  return fmt::format("perhaps it is in {}, where line {} has an error: {}", at.name, at.line,
                     broken.message());
}

/// What a template says about itself goes with what its name's line says.
void describe(Program& program, std::optional<Cardinality> returns, Findings& findings) {
  const Source& source = program.source;
  const auto text = find_front_matter(source.text, source.cut_at, source.delimiters());
  if (text) program.front_matter = read_front_matter(source, *text, findings);
  program.defaults = defaults_of(program.front_matter);
  std::optional<Cardinality>& said = program.front_matter.returns;
  if (said && returns && *said != *returns) {
    findings.report(
        Error(ErrorKind::Syntax, fmt::format("the query's name says :{}, and @returns "
                                             "says {}",
                                             cardinality_name(*returns), cardinality_name(*said)))
            .at(source.place(text->begin)));
  }
  if (returns) said = returns;
}

}  // namespace

std::shared_ptr<const Program> EnvironmentState::compile(LoadedSource loaded,
                                                         std::vector<Error>* list) const {
  const auto program = std::make_shared<Program>();
  program->source = std::move(loaded.source);
  prepare(program->source);
  Arena arena;
  Findings findings(list);
  const std::size_t before = list == nullptr ? 0 : list->size();
  if (options.front_matter) describe(*program, loaded.returns, findings);
  Compiler(*this, *program, findings).compile(parse(program->source, arena, findings));
  if (list == nullptr) return program;
  // A declaration with a mistake in it declares nothing: its uses are no further mistakes.
  if (list->size() == before) {
    for (Error& error : undeclared_names(*program, globals)) list->push_back(std::move(error));
  }
  if (list->size() > before) return nullptr;
  return program;
}

void EnvironmentState::prepare(Source& source) const {
  source.own_delimiters = own_delimiters;
  normalise_line_breaks(source.text);
}

ast::Body EnvironmentState::parse(const Source& source, Arena& arena, Findings& findings) const {
  const ast::Body body = Parser(source, options, arena, findings).parse();
  return source.cut_at == 0 ? body : without_head_text(body, source, options, arena, findings);
}

std::shared_ptr<const Program> EnvironmentState::find_program(std::string_view name) const {
  return programs->find(name);
}

std::shared_ptr<const Program> EnvironmentState::program(std::string_view name) const {
  if (auto found = find_program(name)) return found;
  throw not_found(name);
}

Error EnvironmentState::not_found(std::string_view name) const {
  Error error(ErrorKind::NotFound, fmt::format("template '{}' was not found", name));
  const auto index = loader == nullptr ? nullptr : finder->index();
  std::vector<std::string> known;
  if (index != nullptr) known = index->names();
  const bool none = known.empty();
  if (index != nullptr) {
    for (std::string& query : index->queries()) known.push_back(std::move(query));
    if (index->broken()) error.detail(perhaps_in(*index->broken()));
  }
  if (const std::string near = nearest(name, known); !near.empty()) {
    return error.hint(fmt::format("did you mean '{}'?", near));
  }
  if (index != nullptr && index->broken()) {
    return error.hint("'pgjinja validate' shows the errors of all files");
  }
  return error.hint(none ? "there are no templates at all: is the template directory the right one?"
                         : "'pgjinja templates' lists the names there are");
}

struct Environment::State : EnvironmentState {};

Environment::Environment(Options options, std::shared_ptr<const Loader> loader)
    : state_(std::make_unique<State>()) {
  check_options(options);
  if (options.delimiters != default_delimiters()) {
    state_->own_delimiters = std::make_shared<const Delimiters>(options.delimiters);
  }
  state_->options = std::move(options);
  state_->loader = std::move(loader);
  State* const state = state_.get();
  state->finder = std::make_unique<SourceFinder>(state->loader.get(), state->options);
  state->programs = std::make_unique<ProgramCache>(
      state->loader.get(), *state->finder, state->options,
      [state](LoadedSource source) { return state->compile(std::move(source), nullptr); });
  install_filters(*state_);
  install_tests(*state_);
  install_functions(*state_);
}
Environment::~Environment() = default;

void Environment::set_filter(std::string name, FilterFunction filter, Accepts accepts,
                             Makes makes) {
  state_->filters[std::move(name)] = {std::move(filter), accepts, makes, Made::ByApplication};
}
void Environment::set_test(std::string name, TestFunction test) {
  state_->tests[std::move(name)] = [test = std::move(test)](const Value& value, const Args& args) {
    return test(value.frozen(), FrozenArguments(args).args());
  };
}
void Environment::set_function(std::string name, GlobalFunction function) {
  Value object = Value::object<Function>(name, std::move(function), Made::ByApplication);
  state_->globals.set(Value(name), std::move(object));
}
void Environment::add_global(std::string name, Value value) {
  state_->globals.set(Value(name), std::move(value));
}

[[gnu::hot]] Template Environment::get_template(std::string_view name) const {
  return {state_->program(name), *this};
}
Template Environment::compile(std::string name, std::string text) const {
  return {state_->compile({Source{name, name, std::move(text)}}, nullptr), *this};
}

std::vector<Error> Environment::diagnose(std::string_view name) const {
  std::vector<Error> errors;
  try {
    std::optional<LoadedSource> found =
        state_->finder->find(name, [](std::string_view) {}, &errors);
    if (found) {
      static_cast<void>(state_->compile(std::move(*found), &errors));
    } else if (errors.empty()) {
      errors.emplace_back(ErrorKind::NotFound, fmt::format("template '{}' was not found", name));
    }
  } catch (const Error& error) {
    errors.push_back(error);
  }
  return errors;
}

std::vector<std::string> Environment::list() const {
  return state_->loader == nullptr ? std::vector<std::string>{} : state_->finder->index()->names();
}
const Options& Environment::options() const noexcept { return state_->options; }

const EnvironmentState& state_of(const Environment& environment) noexcept {
  return *environment.state_;
}
const EnvironmentState& state_of(const Template& of) noexcept { return state_of(*of.environment_); }
[[gnu::hot]] const std::shared_ptr<const Program>& program_of(const Template& of) noexcept {
  return of.program_;
}

// ---- Template -----------------------------------------------------------------------------------

Fragment Template::render(const Context& context) const {
  Fragment out;
  render(context, out);
  return out;
}

[[gnu::hot]] void Template::render(const Context& context, Fragment& out) const {
  out.clear();
  Vm vm(*environment_->state_, out);
  if (program_->front_matter.parameters.empty()) return vm.render(program_, context);
  check_call(program_->front_matter, context);
  vm.render(program_, Context::layered(context, program_->defaults));
}

[[gnu::hot]] const Source& Template::source() const noexcept { return program_->source; }

[[gnu::hot]] const FrontMatter& Template::front_matter() const noexcept {
  return program_->front_matter;
}

std::vector<std::string> Template::parameters() const {
  const auto names = needs_of(*program_, *environment_->state_).names;
  return {names.begin(), names.end()};
}

std::vector<std::string> Template::dependencies() const {
  const auto templates = needs_of(*program_, *environment_->state_).templates;
  return {templates.begin(), templates.end()};
}

bool Template::chooses_templates() const {
  return !needs_of(*program_, *environment_->state_).complete;
}

std::optional<std::vector<std::string_view>> Template::straight_names() const {
  const auto indexes = program_->straight();
  if (!indexes) return std::nullopt;
  std::vector<std::string_view> names;
  for (const std::uint32_t index : *indexes) names.push_back(program_->names[index].text);
  return names;
}

std::string Template::disassemble() const { return program_->disassemble(); }

}  // namespace pgjinja::jinja
