#include "requirements.hpp"

#include <cstdio>
#include <cstdlib>

namespace pgjinja::fuzz {

namespace {

/// Line `number` (from 1) of a text whose lines end as Jinja2's do.
bool is_line(std::string_view text, std::uint32_t number, std::string_view line) {
  for (std::uint32_t i = 1;; ++i) {
    const std::size_t end = text.find_first_of("\r\n");
    if (i == number) return text.substr(0, end) == line;
    if (end == std::string_view::npos) return false;
    text.remove_prefix(text.substr(end).starts_with("\r\n") ? end + 2 : end + 1);
  }
}

}  // namespace

void require(bool holds, std::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

void require_equal(std::string_view one, std::string_view other, std::string_view what) {
  if (one == other) return;
  std::fprintf(stderr, "one: %.*s\nother: %.*s\n", static_cast<int>(one.size()), one.data(),
               static_cast<int>(other.size()), other.data());
  require(false, what);
}

void require_place(const SourcePlace& place, const Sources& sources) {
  const auto source = sources.find(place.name);
  require(source != sources.end(), "a place is in one of the sources");
  require(is_line(source->second, place.line, place.text), "a place has the line of its number");
  require(place.column >= 1 && place.column <= place.text.size() + 1, "a column is in its line");
  require(place.length <= place.text.size() + 1, "a caret ends in its line");
}

void require_places(const Error& error, const Sources& sources) {
  for (const SourcePlace& place : error.places()) require_place(place, sources);
  require(std::string_view(error.what()).starts_with("error["), "an error has a report");
}

std::string summary(const Error& error) {
  std::string text(error_kind_name(error.kind()));
  text += ": " + error.message() + " hint: " + error.hint();
  for (const SourcePlace& place : error.places()) {
    text += " " + place.role + " at " + place.name + ':' + std::to_string(place.line) + ':' +
            std::to_string(place.column);
  }
  return text;
}

}  // namespace pgjinja::fuzz
