#include "jinja/builtins/builtins.hpp"
#include "jinja/compile/compiler.hpp"
#include "jinja/environment_state.hpp"
#include "jinja/line_breaks.hpp"
#include "jinja/nearest.hpp"
#include "jinja/option_check.hpp"
#include "jinja/run/objects.hpp"
#include "jinja/run/vm.hpp"
#include "jinja/syntax/parser.hpp"

#include <pgjinja/jinja/environment.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace pgjinja::jinja {

std::shared_ptr<const Program> EnvironmentState::compile(Source source,
                                                         std::vector<Error>* list) const {
  const auto program = std::make_shared<Program>();
  program->source = std::move(source);
  program->source.own_delimiters = own_delimiters;
  normalise_line_breaks(program->source.text);
  Arena arena;
  Findings findings(list);
  const std::size_t before = list == nullptr ? 0 : list->size();
  const ast::Body body = Parser(program->source, options, arena, findings).parse();
  Compiler(*this, *program, findings).compile(body);
  if (list != nullptr && list->size() > before) return nullptr;
  return program;
}

std::shared_ptr<const Program> EnvironmentState::find_program(std::string_view name) const {
  {
    const std::shared_lock lock(mutex);
    if (const auto found = cache.find(name); found != cache.end()) return found->second;
  }
  if (loader == nullptr) return nullptr;
  std::optional<Source> source = loader->load(name);
  if (!source) return nullptr;
  auto program = compile(std::move(*source), nullptr);
  const std::unique_lock lock(mutex);
  // Another thread may have been quicker: the first one stays, so that there is one program.
  return cache.try_emplace(std::string(name), std::move(program)).first->second;
}

std::shared_ptr<const Program> EnvironmentState::program(std::string_view name) const {
  if (auto found = find_program(name)) return found;
  Error error(ErrorKind::NotFound, fmt::format("template '{}' was not found", name));
  const std::vector<std::string> known =
      loader == nullptr ? std::vector<std::string>{} : loader->list();
  if (const std::string near = nearest(name, known); !near.empty()) {
    error.hint(fmt::format("did you mean '{}'?", near));
  } else if (known.empty()) {
    error.hint("there are no templates at all: is the template directory the right one?");
  } else {
    error.hint("'pgjinja templates' lists the names there are");
  }
  throw error;
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
  install_filters(*state_);
  install_tests(*state_);
  install_functions(*state_);
}
Environment::~Environment() = default;

void Environment::add_filter(std::string name, FilterFunction filter, Accepts accepts,
                             Makes makes) {
  state_->filters[std::move(name)] = {std::move(filter), accepts, makes};
}
void Environment::add_test(std::string name, TestFunction test) {
  state_->tests[std::move(name)] = std::move(test);
}
void Environment::add_function(std::string name, GlobalFunction function) {
  Value object = Value::object<Function>(name, std::move(function));
  state_->globals.set(Value(name), std::move(object));
}
void Environment::add_global(std::string name, Value value) {
  state_->globals.set(Value(name), std::move(value));
}

Template Environment::get_template(std::string_view name) const {
  return {state_->program(name), *this};
}
Template Environment::compile(std::string name, std::string text) const {
  return {state_->compile({name, name, std::move(text)}, nullptr), *this};
}

std::vector<Error> Environment::diagnose(std::string_view name) const {
  std::vector<Error> errors;
  try {
    std::optional<Source> source;
    if (state_->loader != nullptr) source = state_->loader->load(name);
    if (!source) {
      errors.emplace_back(ErrorKind::NotFound, fmt::format("template '{}' was not found", name));
      return errors;
    }
    static_cast<void>(state_->compile(std::move(*source), &errors));
  } catch (const Error& error) {
    errors.push_back(error);
  }
  return errors;
}

std::vector<std::string> Environment::list() const {
  return state_->loader == nullptr ? std::vector<std::string>{} : state_->loader->list();
}
const Options& Environment::options() const noexcept { return state_->options; }

const EnvironmentState& state_of(const Environment& environment) noexcept {
  return *environment.state_;
}
const EnvironmentState& state_of(const Template& of) noexcept { return state_of(*of.environment_); }

// ---- Template -----------------------------------------------------------------------------------

Fragment Template::render(const Context& context) const {
  Fragment out;
  render(context, out);
  return out;
}

void Template::render(const Context& context, Fragment& out) const {
  out.clear();
  Vm(*environment_->state_, out).render(program_, context);
}

const Source& Template::source() const noexcept { return program_->source; }

std::vector<std::string> Template::parameters() const {
  const Map& globals = environment_->state_->globals;
  std::vector<std::string> names;
  for (const std::uint32_t index : program_->free_names()) {
    const NameRef& name = program_->names[index];
    if (globals.find(name.text, name.hash) == nullptr) names.emplace_back(name.text);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> Template::dependencies() const {
  std::vector<std::string> names = program_->dependencies;
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::string Template::disassemble() const { return program_->disassemble(); }

}  // namespace pgjinja::jinja
