#include "sql/check/rules.hpp"

#include "jinja/check/rules.hpp"

#include <pgjinja/sql/check.hpp>

#include <array>

namespace pgjinja::sql {

namespace {

using enum jinja::Severity;
using jinja::Rule;

constexpr std::array kRules = {
    Rule{"branch-state", Warning,
         "The branches of an if leave the SQL text in different places: one in a string, say, the "
         "other one in code.",
         "Close in each branch what it opens."},
    Rule{"filter-on-mark", Error,
         "A filter is applied to a mark or to captured text, and would lose what it stands for.",
         "Apply the filter before the mark is made."},
    Rule{"glued-value", Error, "A value touches a word, a number or another value.",
         "Put white space or an operator between them; pass a name whole, to the identifier "
         "filter."},
    Rule{"not-followed", Note,
         "What is printed here depends on values, or on a list that changes, in a way that cannot "
         "be checked without them.",
         "Nothing has to be done. A constant name of a template can be followed."},
    Rule{"nul-byte", Error, "The SQL text has a NUL byte, where the server would stop to read.",
         "Take the byte out of the template."},
    Rule{"numbered-parameter", Error,
         "A parameter is numbered by hand in a statement whose parameters the binder numbers.",
         "Write {{ name }} instead of $1."},
    Rule{"raw-use", Note, "A value enters the SQL text as it stands.",
         "See that it never comes from outside. The identifier filter is for names, and plain "
         "values are for all else."},
    Rule{"sort-key", Error,
         "A value is a sort key by itself: a constant there, which sorts by nothing.",
         "Name a column: {{ column | identifier }}."},
    Rule{"text-left-open", Error,
         "The SQL text ends in a string, a quoted identifier or a comment.", "Close it."},
    Rule{"value-in-comment", Error, "A value stands in a comment, where no parameter can.",
         "Take it out, or make the comment a template's: {# … #}."},
    Rule{"value-in-identifier", Error, "A value stands in double quotes, where no parameter can.",
         "Write {{ name | identifier }}, without the quotes."},
    Rule{"value-in-string", Error, "A value stands in a string constant, where no parameter can.",
         "Write {{ value }} without the quotes; for LIKE {{ value | contains }}."},
};

}  // namespace

std::span<const Rule> check_rules() noexcept { return kRules; }

const Rule& check_rule(std::string_view id) { return jinja::find_rule(kRules, id); }

}  // namespace pgjinja::sql
