#include "jinja/describe/front_matter_reader.hpp"

#include "jinja/describe/duration.hpp"
#include "jinja/describe/line_reader.hpp"
#include "jinja/describe/parameter_reader.hpp"
#include "jinja/describe/sort_reader.hpp"
#include "jinja/describe/transform_reader.hpp"
#include "jinja/nearest.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

constexpr std::string_view kFence = "---";
constexpr std::string_view kSpace = " \t\n\v\f\r";

class Reader {
 public:
  Reader(const Source& source, Findings& findings) : source_(source), findings_(findings) {}

  FrontMatter read(FrontMatterText text) {
    while (text.begin < text.end) {
      const std::size_t end = std::min(source_.text.find('\n', text.begin), text.end);
      read_line(text.begin, end);
      text.begin = end + 1;
    }
    trim_description();
    return std::move(front_);
  }

 private:
  void read_line(std::size_t begin, std::size_t end) {
    LineReader line(source_, begin, end);
    if (line.peek() != '@') {
      front_.description.append(line.rest()).append("\n");
      return;
    }
    try {
      directive(line);
    } catch (const Error& error) {
      findings_.report(error);
    }
  }

  void directive(LineReader& line) {
    struct Directive {
      std::string_view name;
      void (Reader::*read)(LineReader&);
    };
    static constexpr Directive kDirectives[] = {
        {"param", &Reader::parameter},     {"returns", &Reader::returns},
        {"timeout", &Reader::timeout},     {"plan", &Reader::plan},
        {"read_only", &Reader::read_only}, {"sort", &Reader::sort},
        {"transform", &Reader::transform}, {"tags", &Reader::tags}};
    const std::size_t begin = line.at();
    line.skip_attached("@");
    const std::string_view name = line.word();
    line.skip_space();
    for (const Directive& each : kDirectives) {
      if (each.name == name) return (this->*each.read)(line);
    }
    const std::string near = nearest(
        name, {"param", "returns", "timeout", "plan", "read_only", "sort", "transform", "tags"});
    throw line.error(fmt::format("front matter has no '@{}'", name), begin, name.size() + 1)
        .hint(near.empty() ? "it has @param, @returns, @timeout, @plan, @read_only, @sort, "
                             "@transform and @tags; other lines describe"
                           : fmt::format("did you mean '@{}'?", near));
  }

  void parameter(LineReader& line) {
    ParameterDeclaration parameter = read_parameter(line);
    if (const ParameterDeclaration* first = front_.find(parameter.name)) {
      SourcePlace place = first->place;
      place.role = "first declared at";
      throw Error(ErrorKind::Syntax, fmt::format("'{}' is declared twice", parameter.name))
          .at(parameter.place)
          .at(std::move(place));
    }
    front_.parameters.push_back(std::move(parameter));
  }

  void returns(LineReader& line) {
    refuse_second(line, front_.returns.has_value(), "@returns");
    const std::size_t begin = line.at();
    const std::string_view word = line.rest();
    for (const Cardinality each :
         {Cardinality::One, Cardinality::Maybe, Cardinality::Many, Cardinality::Exec}) {
      if (cardinality_name(each) == word) front_.returns = each;
    }
    if (front_.returns) return;
    const std::string near = nearest(word, {"one", "maybe", "many", "exec"});
    throw line.error(fmt::format("'{}' is no number of rows", word), begin, word.size())
        .hint(near.empty() ? "write one, maybe, many or exec"
                           : fmt::format("did you mean '{}'?", near));
  }

  void timeout(LineReader& line) {
    refuse_second(line, front_.timeout.has_value(), "@timeout");
    const std::string_view text = line.rest();
    front_.timeout = read_duration(text);
    if (front_.timeout) return;
    throw line.error(fmt::format("'{}' is no duration", text), line.at(), text.size())
        .hint("write a whole number with its unit: 500ms, 2s, 1min");
  }

  void plan(LineReader& line) {
    refuse_second(line, front_.plan.has_value(), "@plan");
    const std::size_t begin = line.at();
    const std::string_view word = line.rest();
    for (const PlanChoice each : {PlanChoice::Auto, PlanChoice::Generic, PlanChoice::Custom}) {
      if (plan_choice_name(each) == word) front_.plan = each;
    }
    if (front_.plan) return;
    throw line.error(fmt::format("'{}' is no way to plan", word), begin, word.size())
        .hint("write auto, generic or custom");
  }

  void read_only(LineReader& line) {
    refuse_second(line, front_.read_only, "@read_only");
    const std::string_view rest = line.rest();
    if (!rest.empty()) {
      throw line.error("@read_only has no value", line.at(), rest.size())
          .hint("write it alone in its line");
    }
    front_.read_only = true;
  }

  void sort(LineReader& line) {
    refuse_second(line, !front_.sort.empty(), "@sort");
    do {
      SortDeclaration sort = read_sort_key(line);
      for (const SortDeclaration& earlier : front_.sort) {
        if (earlier.key.column != sort.key.column) continue;
        throw line.error(fmt::format("'{}' is sorted by twice", sort.key.column), sort.offset,
                         sort.length);
      }
      front_.sort.push_back(std::move(sort));
    } while (line.skip(","));
    if (line.at_end()) return;
    throw line.error_here("expected a comma or the end of the line")
        .hint("a key is a column of the result: column [asc | desc] [nulls first | nulls last]");
  }

  void transform(LineReader& line) {
    refuse_second(line, !front_.transforms.empty(), "@transform");
    do {
      front_.transforms.push_back(read_transform(line));
    } while (line.skip("|"));
    if (line.at_end()) return;
    throw line.error_here("expected '|' or the end of the line")
        .hint("transforms are applied one after the other: nest('books', 'book_') | camel_case");
  }

  void tags(LineReader& line) {
    refuse_second(line, !front_.tags.empty(), "@tags");
    while (!line.at_end()) {
      const std::string_view rest = line.rest();
      const std::string_view tag = line.take(std::min(rest.find_first_of(", \t"), rest.size()));
      if (tag.empty()) throw line.error_here("expected a tag");
      front_.tags.emplace_back(tag);
      line.skip_space();
      line.skip(",");
    }
    if (front_.tags.empty()) throw line.error_here("expected a tag");
  }

  void refuse_second(const LineReader& line, bool known, std::string_view what) const {
    if (known) throw line.error_here(fmt::format("{} is given twice", what));
  }

  void trim_description() {
    std::string& text = front_.description;
    text.erase(text.find_last_not_of(kSpace) + 1);
    text.erase(0, std::min(text.find_first_not_of(kSpace), text.size()));
  }

  const Source& source_;
  Findings& findings_;
  FrontMatter front_;
};

}  // namespace

std::optional<FrontMatterText> find_front_matter(std::string_view text, std::size_t from,
                                                 const Delimiters& delimiters) {
  const std::size_t begin = text.find_first_not_of(kSpace, from);
  if (begin == std::string_view::npos ||
      !text.substr(begin).starts_with(delimiters.comment_start_string)) {
    return std::nullopt;
  }
  const std::size_t fence = begin + delimiters.comment_start_string.size();
  const std::size_t inside = fence + kFence.size();
  if (!text.substr(fence).starts_with(kFence) || text.substr(inside).starts_with('-')) {
    return std::nullopt;
  }
  std::size_t end = text.find(delimiters.comment_end_string, inside);
  if (end == std::string_view::npos) return std::nullopt;
  while (end > inside && (text[end - 1] == '-' || text[end - 1] == '+')) --end;
  return FrontMatterText{inside, end};
}

FrontMatter read_front_matter(const Source& source, FrontMatterText text, Findings& findings) {
  return Reader(source, findings).read(text);
}

}  // namespace pgjinja::jinja
