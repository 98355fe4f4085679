#pragma once

#include <pgjinja/core/context.hpp>
#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/detail/typed_callable.hpp>
#include <pgjinja/jinja/fragment.hpp>
#include <pgjinja/jinja/front_matter.hpp>
#include <pgjinja/jinja/function.hpp>
#include <pgjinja/jinja/loader.hpp>
#include <pgjinja/jinja/options.hpp>
#include <pgjinja/jinja/signature.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pgjinja::jinja {

class Environment;
struct EnvironmentState;

/// A handle on a compiled template; copies share it. All methods may be called concurrently.
class Template {
 public:
  /// Renders with `context`. The fragment keeps what it needs alive, the context excepted: values
  /// are shared, not viewed, so the context may go too.
  ///
  /// If the template declares parameters, `context` is held to them first: defaults stand in for
  /// what it lacks, and a name that is not declared (those that begin with an underscore excepted),
  /// a parameter without a value and a value of another type are errors that tell the declaration.
  /// What templates declare that are included, imported or extended plays no part.
  /// @throws Error{Config} for arguments that do not fit the declarations,
  ///         Error{Undefined, Runtime, Limit, NotFound, Syntax (of an included template), Security}
  [[nodiscard]] Fragment render(const Context& context) const;
  /// As above into `out`, which is cleared first; reuses its memory.
  void render(const Context& context, Fragment& out) const;

  [[nodiscard]] const Source& source() const noexcept;
  /// What the template says about itself; empty if it says nothing, or Options::front_matter is
  /// off. Lives as long as any copy of this handle.
  [[nodiscard]] const FrontMatter& front_matter() const noexcept;
  /// The names that a rendering may take from its context, on any branch: read but not set before,
  /// and no globals. Those that it reads in templates which it includes or extends are among them,
  /// blocks that are overridden not excepted. Sorted.
  /// @throws what loading one of these templates throws; one that does not exist needs nothing.
  [[nodiscard]] std::vector<std::string> parameters() const;
  /// Constant names of the templates that this one includes, imports or extends, and of those that
  /// these do, whether they exist or not. Sorted. @throws as parameters().
  [[nodiscard]] std::vector<std::string> dependencies() const;
  /// Does a value choose one of these templates? Then the two above are not complete.
  /// @throws as parameters().
  [[nodiscard]] bool chooses_templates() const;
  /// If the template is straight, nothing but constant text and `{{ name }}`: these names in their
  /// order, one for each. Then all renderings have the same text, and differ in these values only.
  /// `nullopt` for any other. The views live as long as any copy of this handle.
  [[nodiscard]] std::optional<std::vector<std::string_view>> straight_names() const;
  /// The bytecode as text, one instruction a line, for tests and for the curious.
  [[nodiscard]] std::string disassemble() const;

 private:
  friend class Environment;
  friend const EnvironmentState& state_of(const Template& of) noexcept;
  friend const std::shared_ptr<const Program>& program_of(const Template& of) noexcept;
  Template(std::shared_ptr<const Program> program, const Environment& environment)
      : program_(std::move(program)), environment_(&environment) {}

  std::shared_ptr<const Program> program_;
  const Environment* environment_;
};

/// Options, filters, tests, globals and the templates compiled with them.
///
/// Set it up first; from the first get_template() on, only its const methods may be used, and
/// these from any number of threads. It must outlive the Templates that it gave.
class Environment {
 public:
  /// @throws Error{Config} for an empty delimiter, two openings that are equal, or a
  /// newline_sequence
  ///         that is none.
  explicit Environment(Options options = {}, std::shared_ptr<const Loader> loader = nullptr);
  ~Environment();
  Environment(Environment&&) = delete;

  /// Adds a filter that is an ordinary callable; its first argument is the value on the left.
  ///
  ///     environment.add_filter("money", [](double amount, std::string_view currency) { … },
  ///                            {{"currency", "EUR"}});
  ///
  /// It takes bool, integers, double, std::string_view, std::string, Value, List, Map, and
  /// std::optional (none, or left out), std::vector and std::map<std::string, …> of these, by value
  /// or const reference; views live during the call only. It gives whatever becomes a Value. An
  /// integer is not made of a bool, a text or a float, nor a text of a number.
  ///
  /// Whoever calls it with other arguments gets Error{Runtime} that names it, the argument, what
  /// was expected and what was found; Error{Undefined} for an undefined value, which only a Value
  /// takes; Error{Binding} for a mark or fragment, which only a Value as a further argument takes.
  /// What it throws gets the place in the template; a std::exception that is no Error becomes
  /// Error{Runtime} with its message (std::bad_alloc goes through).
  ///
  /// What it gives is a value: it becomes a parameter of the statement, never text of it.
  ///
  /// Templates render on any number of threads, and each calls it: it has to be safe to call
  /// concurrently. The environment keeps it as long as it lives. A name that is taken is replaced,
  /// also a builtin's.
  /// @throws Error{Config} for a signature that does not describe its arguments, or whose default
  ///         it does not take
  template <class F>
    requires(!detail::ReadsArgs<F>)
  void add_filter(std::string name, F filter, const Signature& signature = {}) {
    FilterFunction typed = detail::typed_filter(name, std::move(filter), signature);
    set_filter(std::move(name), std::move(typed), Accepts::PlainValues, Makes::Values);
  }
  /// Adds a test in the same way; it gives bool: `{% if id is even_id %}`.
  template <class F>
    requires(!detail::ReadsArgs<F>)
  void add_test(std::string name, F test, const Signature& signature = {}) {
    TestFunction typed = detail::typed_test(name, std::move(test), signature);
    set_test(std::move(name), std::move(typed));
  }
  /// Adds a function in the same way, of which all arguments are its own: `{{ today() }}`.
  template <class F>
    requires(!detail::ReadsArgs<F>)
  void add_function(std::string name, F function, const Signature& signature = {}) {
    GlobalFunction typed = detail::typed_function(name, std::move(function), signature);
    set_function(std::move(name), std::move(typed));
  }
  /// Adds a value that all templates see, unless an argument is called so.
  void add_global(std::string name, Value value);

  /// The same for a FilterFunction, TestFunction or GlobalFunction, which reads its arguments
  /// itself; as a filter it may also take sealed values, or make marks.
  template <detail::ReadsArgs F>
  void add_filter(std::string name, F filter, Accepts accepts = Accepts::PlainValues,
                  Makes makes = Makes::Values) {
    set_filter(std::move(name), std::move(filter), accepts, makes);
  }
  template <detail::ReadsArgs F>
  void add_test(std::string name, F test) {
    set_test(std::move(name), std::move(test));
  }
  template <detail::ReadsArgs F>
  void add_function(std::string name, F function) {
    set_function(std::move(name), std::move(function));
  }

  /// The compiled template `name`, from the cache or through the loader. With Options::summarise a
  /// name also means a query of a file: "file#query", or "query" where only one file has it; with
  /// Options::reload the template is the file's present one, looked at once an interval. The handle
  /// keeps the version that it was given.
  /// @throws Error{NotFound} naming the nearest known names, or the queries of a file that holds
  ///         several, or both files that have a query; Error{Syntax}; and what the loader throws.
  [[nodiscard]] Template get_template(std::string_view name) const;
  /// Compiles `text`, one template, without the loader and without caching. @throws Error{Syntax,
  /// Limit}
  [[nodiscard]] Template compile(std::string name, std::string text) const;
  /// All errors of the template `name`, not only the first: what does not load, parse or compile,
  /// and names that it uses without declaring them, if it declares any. Empty if there is nothing
  /// to report. Never throws Error.
  [[nodiscard]] std::vector<Error> diagnose(std::string_view name) const;
  /// The names of all templates, sorted; of a file that holds several queries those, as
  /// "file#query". Empty without a loader. @throws what the loader throws.
  [[nodiscard]] std::vector<std::string> list() const;

  [[nodiscard]] const Options& options() const noexcept;

 private:
  friend class Template;
  friend const EnvironmentState& state_of(const Environment& environment) noexcept;
  void set_filter(std::string name, FilterFunction filter, Accepts accepts, Makes makes);
  void set_test(std::string name, TestFunction test);
  void set_function(std::string name, GlobalFunction function);

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pgjinja::jinja
