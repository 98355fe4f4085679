// Templates and values made from the fuzzer's bytes, rendered as text or bound as a statement:
// nothing but an Error may come out, the same each time, whether constant texts have notes or not.

#include "choices.hpp"
#include "grammar.hpp"
#include "jinja/run/text_form.hpp"
#include "random_context.hpp"
#include "requirements.hpp"
#include "sql/placeholder.hpp"
#include "sql/tokens.hpp"
#include "template_grammar.hpp"

#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/sql/binder.hpp>
#include <pgjinja/sql/filters.hpp>

#include <cstdlib>
#include <memory>
#include <string>

#include <fmt/format.h>

namespace {

using namespace pgjinja;
using fuzz::Choices;
using fuzz::Grammar;
using fuzz::require;
using fuzz::Sources;

constexpr const char* kMain = "main";
/// Chooses the values of a template that is written, so that they stay when its text changes.
constexpr std::string_view kValues =
    "Any bytes will do, if they choose values of many kinds: (8, 7, 5).";

/// What the first two bytes say.
struct Mode {
  bool sql = false;
  bool written = false;  // the bytes are the template's text, they do not only choose among rules
  jinja::Options options;
};

Mode mode_of(Choices& choices) {
  const std::uint8_t flags = choices.byte();
  Mode mode;
  mode.sql = (flags & 1U) != 0;
  mode.written = (flags & 2U) != 0;
  jinja::Options& options = mode.options;
  options.captures = mode.sql ? jinja::Captures::Fragment : jinja::Captures::Text;
  options.trim_blocks = (flags & 4U) != 0;
  options.lstrip_blocks = (flags & 8U) != 0;
  options.keep_trailing_newline = (flags & 16U) != 0;
  options.undefined = static_cast<jinja::UndefinedPolicy>(choices.below(5));
  options.limits.instructions = 20'000;
  options.limits.output_bytes = 1U << 16U;
  options.limits.pieces = 5000;
  options.limits.call_depth = 30;
  options.limits.nesting = 60;
  options.limits.range_items = 1000;
  return mode;
}

Sources written(Choices& choices) {
  return {{kMain, std::string(choices.rest())},
          {"inner", "<{{ a }}{% block b0 %}{{ s }}{% endblock %}>"}};
}

Sources generated(const Grammar& grammar, Choices& choices) {
  Sources sources;
  for (const char* name : {kMain, "base", "lib", "inner"}) {
    sources[name] = grammar.expand(name, choices);
  }
  return sources;
}

Sources sources_of(const Mode& mode, Choices& choices) {
  static const Grammar kTexts(fuzz::kTemplateGrammar, {"sql", "sqltext", "chance"});
  static const Grammar kStatements(fuzz::kTemplateGrammar, {"chance"});
  if (mode.written) return written(choices);
  return generated(mode.sql ? kStatements : kTexts, choices);
}

/// `random` and `lipsum` give something else each time.
bool is_left_to_chance(const Sources& sources) {
  for (const auto& [name, text] : sources) {
    if (text.find("random") != std::string::npos || text.find("lipsum") != std::string::npos)
      return true;
  }
  return false;
}

void check_parameters(const sql::Statement& statement) {
  require(statement.parameters.size() == statement.sites.size(), "a parameter has a site");
  if (statement.parameters.empty()) return;
  std::size_t last = 0;
  sql::TokenReader reader(statement.sql);
  for (sql::Token token; reader.next(token);) {
    if (token.kind != sql::TokenKind::Parameter) continue;
    require(sql::is_bound(statement, token), "each $n is the binder's");
    require(sql::number_of(token) == ++last, "the $n are in order");
  }
  require(last == statement.parameters.size(), "each parameter has its $n");
}

void check(const sql::Statement& statement, const Sources& sources) {
  sql::ScanState end;
  end.advance(statement.sql);
  require(end.region() == sql::Region::Code || end.region() == sql::Region::LineComment,
          "nothing is left open");
  check_parameters(statement);
  for (const sql::Origin& origin : statement.origins) {
    if (const auto place = statement.place_of(origin.sql_offset))
      fuzz::require_place(*place, sources);
  }
}

std::string shown(const sql::Statement& statement) {
  std::string text = statement.sql;
  for (const Value& value : statement.parameters) text += "\n" + jinja::repr(value);
  for (const std::string& raw : statement.raw_texts) text += "\nraw " + raw;
  return text;
}

bool stays(const Value& value);

template <class Parts, class Get>
bool stays_with(const Parts& parts, Get get) {
  bool open = false;
  for (const auto& part : parts) {
    if (!stays(get(part))) return false;
    open = open || get(part).may_change();
  }
  return open;
}

/// Only an object that does not show what it holds may still be able to change, and what holds one.
bool stays(const Value& value) {
  if (!value.may_change() || value.is_object()) return true;
  if (value.is_list()) return stays_with(value.as_list(), [](const Value& v) { return v; });
  return stays_with(value.as_map(), [](const Map::Entry& entry) { return entry.value; });
}

/// What a finding's bytes mean: PGJINJA_FUZZ_SHOW=1 fuzz_vm FILE
void show(const Sources& sources, const Context& context) {
  for (const auto& [name, text] : sources) fmt::print(stderr, "---- {}\n{}\n", name, text);
  context.for_each_name([&context](std::string_view name) {
    fmt::print(stderr, "---- {} = {}\n", name, jinja::repr(*context.find(name)));
  });
}

/// A set of templates with one way of rendering them.
class Subject {
 public:
  Subject(const Mode& mode, bool notes, const Sources& sources)
      : sql_(mode.sql),
        sources_(sources),
        environment_(with_notes(mode.options, notes), loader(sources)) {
    if (sql_) sql::install(environment_);
  }

  /// What rendering gives, as text, or the error.
  std::string outcome(const Context& context) const {
    try {
      jinja::Fragment fragment = environment_.get_template(kMain).render(context);
      for (const jinja::Piece& piece : fragment.pieces()) {
        require(stays(piece.value), "what is printed stays as it was");
      }
      if (!sql_) return fragment.to_text();
      const sql::Statement statement = sql::Binder().bind(std::move(fragment));
      check(statement, sources_);
      return shown(statement);
    } catch (const Error& error) {
      fuzz::require_places(error, sources_);
      return fuzz::summary(error);
    }
  }

 private:
  static jinja::Options with_notes(jinja::Options options, bool notes) {
    if (notes) options.annotate = sql::annotate;
    return options;
  }
  static std::shared_ptr<const jinja::Loader> loader(const Sources& sources) {
    return std::make_shared<jinja::MapLoader>(
        std::map<std::string, std::string>(sources.begin(), sources.end()));
  }

  bool sql_;
  const Sources& sources_;
  jinja::Environment environment_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Choices choices(data, size);
  const Mode mode = mode_of(choices);
  Choices values(reinterpret_cast<const std::uint8_t*>(kValues.data()), kValues.size());
  const Context context = fuzz::random_context(mode.written ? values : choices);
  const Sources sources = sources_of(mode, choices);
  if (std::getenv("PGJINJA_FUZZ_SHOW") != nullptr) show(sources, context);
  const Subject subject(mode, mode.sql, sources);
  const std::string outcome = subject.outcome(context);
  if (is_left_to_chance(sources)) return 0;
  fuzz::require_equal(subject.outcome(context), outcome, "rendering again gives the same");
  if (mode.sql) {
    const Subject plain(mode, false, sources);
    fuzz::require_equal(plain.outcome(context), outcome, "notes change nothing");
  }
  return 0;
}
