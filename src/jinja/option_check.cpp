#include "jinja/option_check.hpp"

#include "jinja/run/text_form.hpp"

#include <pgjinja/core/error.hpp>

#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

using Named = std::pair<std::string_view, std::string_view>;

void refuse_empty(const Delimiters& d) {
  for (const auto& [name, text] : {Named{"block_start_string", d.block_start_string},
                                   {"block_end_string", d.block_end_string},
                                   {"variable_start_string", d.variable_start_string},
                                   {"variable_end_string", d.variable_end_string},
                                   {"comment_start_string", d.comment_start_string},
                                   {"comment_end_string", d.comment_end_string}}) {
    if (!text.empty()) continue;
    throw Error(ErrorKind::Config, fmt::format("{} is empty", name))
        .hint("give it at least one character, or leave the option out");
  }
}

/// Jinja2 would take every line for a statement, or all of it for a comment.
void refuse_empty_prefix(std::string_view name, const std::optional<std::string>& prefix) {
  if (!prefix || !prefix->empty()) return;
  throw Error(ErrorKind::Config, fmt::format("{} is empty", name))
      .hint("leave the option out to switch it off");
}

void refuse_equal(const Delimiters& d) {
  const std::array openings = {Named{"block_start_string", d.block_start_string},
                               Named{"variable_start_string", d.variable_start_string},
                               Named{"comment_start_string", d.comment_start_string}};
  for (std::size_t i = 0; i < openings.size(); ++i) {
    const auto& [first, text] = openings[i];
    const auto& [second, other] = openings[(i + 1) % openings.size()];
    if (text != other) continue;
    throw Error(ErrorKind::Config, fmt::format("{} and {} are both '{}'", first, second, text))
        .hint("each kind of tag needs an opening of its own");
  }
}

void refuse_newline(const std::string& sequence) {
  if (sequence == "\n" || sequence == "\r\n" || sequence == "\r") return;
  throw Error(ErrorKind::Config,
              fmt::format("newline_sequence cannot be {}", repr(Value(sequence))))
      .hint(R"(it is "\n", "\r\n" or "\r")");
}

}  // namespace

void check_options(const Options& options) {
  refuse_empty(options.delimiters);
  refuse_empty_prefix("line_statement_prefix", options.delimiters.line_statement_prefix);
  refuse_empty_prefix("line_comment_prefix", options.delimiters.line_comment_prefix);
  refuse_equal(options.delimiters);
  refuse_newline(options.newline_sequence);
}

}  // namespace pgjinja::jinja
