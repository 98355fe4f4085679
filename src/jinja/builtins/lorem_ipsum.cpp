#include "jinja/builtins/lorem_ipsum.hpp"

#include "jinja/builtins/random.hpp"
#include "jinja/run/letter_case.hpp"
#include "jinja/run/operators.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace pgjinja::jinja {

namespace {

constexpr std::array<std::string_view, 63> kWords = {
    "ad",        "adipiscing", "aliqua",     "aliquip",     "amet",          "anim",
    "aute",      "cillum",     "commodo",    "consectetur", "consequat",     "culpa",
    "cupidatat", "deserunt",   "do",         "dolor",       "dolore",        "duis",
    "ea",        "eiusmod",    "elit",       "enim",        "esse",          "est",
    "et",        "eu",         "ex",         "excepteur",   "exercitation",  "fugiat",
    "id",        "in",         "incididunt", "ipsum",       "irure",         "labore",
    "laboris",   "laborum",    "lorem",      "magna",       "minim",         "mollit",
    "nisi",      "non",        "nostrud",    "nulla",       "occaecat",      "officia",
    "pariatur",  "proident",   "qui",        "quis",        "reprehenderit", "sed",
    "sint",      "sit",        "sunt",       "tempor",      "ullamco",       "ut",
    "velit",     "veniam",     "voluptate"};

std::string_view word_other_than(std::string_view last) {
  std::string_view word = last;
  while (word == last) {
    word = kWords[static_cast<std::size_t>(
        random_between(0, static_cast<std::int64_t>(kWords.size())))];
  }
  return word;
}

/// Sentences of ten words or more, with a comma after every few.
std::string paragraph(std::int64_t words) {
  std::string out;
  std::string_view last;
  std::int64_t last_comma = 0;
  std::int64_t last_stop = 0;
  bool begins = true;
  for (std::int64_t i = 0; i < words; ++i) {
    last = word_other_than(last);
    if (!out.empty()) out += ' ';
    out += begins ? capitalize(last) : std::string(last);
    begins = false;
    if (i - random_between(3, 8) > last_comma) {
      last_comma = i;
      last_stop += 2;
      out += ',';
    }
    if (i - random_between(10, 20) > last_stop) {
      if (out.back() == ',') out.pop_back();
      last_comma = last_stop = i;
      out += '.';
      begins = true;
    }
    check_result_size(out.size());
  }
  if (!out.empty() && out.back() == ',') out.pop_back();
  if (out.empty() || out.back() != '.') out += '.';
  return out;
}

}  // namespace

std::string lorem_ipsum(const LoremIpsum& options) {
  std::string out;
  for (std::int64_t i = 0; i < options.paragraphs; ++i) {
    if (options.least >= options.most) {
      throw Error(ErrorKind::Runtime, "lipsum's max has to be above its min");
    }
    if (i > 0) out += options.html ? "\n" : "\n\n";
    const std::string text = paragraph(random_between(options.least, options.most));
    out += options.html ? "<p>" + text + "</p>" : text;
    check_result_size(out.size());
  }
  return out;
}

}  // namespace pgjinja::jinja
