#include "jinja/load/query_file.hpp"

#include "jinja/describe/front_matter_reader.hpp"
#include "jinja/load/constant_text.hpp"
#include "jinja/load/head_text.hpp"
#include "jinja/load/name_line.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

constexpr std::string_view kSpace = " \t\n\v\f\r";

bool has_tags(std::string_view text, const Delimiters& delimiters) {
  return text.find(delimiters.block_start_string) != std::string_view::npos ||
         text.find(delimiters.variable_start_string) != std::string_view::npos;
}

class Splitter {
 public:
  Splitter(const Source& file, const Options& options, Findings& findings)
      : file_(file),
        text_(file.text),
        options_(options),
        findings_(findings),
        delimiters_(options.delimiters),
        constant_(text_, delimiters_) {}

  std::vector<NamedQuery> split() {
    std::size_t at = 0;
    while (at < text_.size()) {
      const std::size_t end = constant_.end(at);
      lines(at, end);
      at = end < text_.size() ? constant_.after_tag(end) : end;
      // A tag is white space to SQL; what a raw block holds is text, in which no query begins.
      if (end < text_.size()) add(end, constant_.is_raw(end) ? at : end);
      before_ += ' ';
    }
    end_queries();
    return std::move(queries_);
  }

 private:
  /// A piece of constant text: the bytes of the file from `offset` on are those of before_ from
  /// `begin` on.
  struct Piece {
    std::size_t begin;
    std::size_t offset;
  };

  void add(std::size_t begin, std::size_t end) {
    pieces_.push_back({before_.size(), begin});
    before_.append(text_, begin, end - begin);
  }

  /// Takes the constant text [begin, end) line by line.
  void lines(std::size_t begin, std::size_t end) {
    while (begin < end) {
      const std::size_t line_break = std::min(text_.find('\n', begin), text_.size());
      const bool at_start = begin == 0 || text_[begin - 1] == '\n';
      if (at_start && is_name_line(text_.substr(begin, std::min(line_break, end) - begin)) &&
          !options_.summarise(before_).open_ended) {
        begin_query(begin, line_break);
        begin = line_break + 1;
        continue;
      }
      const std::size_t next = std::min(line_break + 1, end);
      add(begin, next);
      begin = next;
    }
  }

  void begin_query(std::size_t begin, std::size_t end) {
    if (!seen_) check_head(begin);
    seen_ = true;
    before_.clear();
    pieces_.clear();
    try {
      NamedQuery query = read_name_line(file_, begin, end);
      refuse_second(query);
      queries_.push_back(std::move(query));
    } catch (const Error& error) {
      findings_.report(error);
    }
  }

  void refuse_second(const NamedQuery& query) const {
    for (const NamedQuery& each : queries_) {
      if (each.name != query.name) continue;
      SourcePlace first = file_.place(each.at, each.name.size());
      first.role = "first named at";
      throw Error(ErrorKind::Syntax, fmt::format("the query '{}' comes twice", query.name))
          .at(file_.place(query.at, query.name.size()))
          .at(std::move(first));
    }
  }

  void check_head(std::size_t end) {
    if (const auto front = find_front_matter(text_.substr(0, end), 0, delimiters_)) {
      findings_.report(
          Error(ErrorKind::Syntax, "front matter describes one query, and this file holds several")
              .at(file_.place(text_.find_first_not_of(kSpace)))
              .hint("move it behind the line '-- name:' of its query"));
    }
    if (has_tags(text_.substr(0, end), delimiters_))
      return;  // the compiler knows what of it is text
    const auto code = first_code(before_, options_);
    if (code) findings_.report(text_in_head(file_, place_in_file(*code)));
  }

  [[nodiscard]] std::size_t place_in_file(std::size_t at) const {
    const auto behind = std::upper_bound(pieces_.begin(), pieces_.end(), at,
                                         [](std::size_t i, const Piece& p) { return i < p.begin; });
    const Piece& piece = *(behind - 1);
    return piece.offset + (at - piece.begin);
  }

  /// Each ends where the next one's line begins, without the white space before it.
  void end_queries() {
    for (std::size_t i = 0; i < queries_.size(); ++i) {
      NamedQuery& query = queries_[i];
      if (i + 1 < queries_.size()) query.end = queries_[i + 1].line;
      const std::size_t last = text_.find_last_not_of(kSpace, query.end == 0 ? 0 : query.end - 1);
      query.end = std::max(query.begin, std::min(last + 1, query.end));
    }
  }

  const Source& file_;
  std::string_view text_;
  const Options& options_;
  Findings& findings_;
  const Delimiters& delimiters_;
  ConstantText constant_;
  std::string before_;  // the constant text since the last query began
  std::vector<Piece> pieces_;
  std::vector<NamedQuery> queries_;
  bool seen_ = false;
};

}  // namespace

const NamedQuery* QueryFile::find(std::string_view name) const noexcept {
  const auto found = std::find_if(queries.begin(), queries.end(),
                                  [&](const NamedQuery& query) { return query.name == name; });
  return found == queries.end() ? nullptr : &*found;
}

Source QueryFile::source_of(const NamedQuery& query) const {
  const std::string_view text(file.text);
  const std::string_view head = text.substr(0, queries.front().line);
  Source source{file.name + "#" + query.name, file.path, {}};
  if (has_tags(head, file.delimiters())) source.text = head;
  source.cut_at = source.text.size();
  const std::string_view left_out = text.substr(source.cut_at, query.begin - source.cut_at);
  source.cut_lines = static_cast<std::uint32_t>(std::count(left_out.begin(), left_out.end(), '\n'));
  source.text += text.substr(query.begin, query.end - query.begin);
  return source;
}

QueryFile read_queries(Source file, const Options& options, Findings& findings) {
  QueryFile result{std::move(file), {}};
  if (options.delimiters != default_delimiters()) {
    result.file.own_delimiters = std::make_shared<const Delimiters>(options.delimiters);
  }
  const bool may_have = result.file.text.find("name") != std::string::npos;
  if (options.summarise != nullptr && may_have) {
    result.queries = Splitter(result.file, options, findings).split();
  }
  return result;
}

SourcePlace place_of(const QueryFile& file, const NamedQuery& query) {
  return file.file.place(query.at, query.name.size());
}

}  // namespace pgjinja::jinja
