#include "jinja/builtins/pretty_print.hpp"

#include "jinja/builtins/pretty_repr.hpp"
#include "jinja/run/operators.hpp"
#include "jinja/run/text_form.hpp"
#include "jinja/run/text_operations.hpp"
#include "jinja/run/text_splitting.hpp"
#include "jinja/run/unicode.hpp"

#include <string_view>

namespace pgjinja::jinja {

namespace {

constexpr std::int64_t kWidth = 80;

std::int64_t width_of(std::string_view text) {
  return static_cast<std::int64_t>(count_code_points(text));
}

/// Where a value stands: how far its lines are indented, how much has to follow it on its last
/// line, and how deep it is nested.
struct Position {
  std::int64_t indent = 0;
  std::int64_t allowance = 0;
  int level = 0;
};

/// A run of characters that are no space, and of the spaces behind it.
std::string_view take_part(std::string_view& line) {
  std::size_t end = 0;
  for (const bool space : {false, true}) {
    while (end < line.size() && is_space(first_code_point(line.substr(end))) == space) {
      end += first_code_point(line.substr(end)).size();
    }
  }
  const std::string_view part = line.substr(0, end);
  line.remove_prefix(end);
  return part;
}

/// Recursive: a Value nests at most Value::kMaxDepth levels.
class Printer {
 public:
  void write(const Value& value, Position at) {
    const auto whole = short_repr(value, kWidth - at.indent - at.allowance);
    if (whole) {
      append(*whole);
      return;
    }
    ++at.level;
    if (value.is_map()) return write_map(value.as_map(), at);
    if (value.is_list()) return write_list(value.as_list(), at);
    if (value.is_text() && !value.as_text().empty()) return write_text(value.as_text(), at);
    append(repr(value));
  }
  std::string take() { return std::move(out_); }

 private:
  void append(std::string_view text) {
    out_ += text;
    check_result_size(out_.size());
  }
  void new_line(std::int64_t indent) {
    out_ += '\n';
    append_repeated(out_, " ", indent);
  }

  void write_map(const Map& map, Position at) {
    append("{");
    const std::int64_t indent = at.indent + 1;
    std::size_t left = map.size();
    for (const Map::Entry* entry : sorted_entries(map)) {
      const std::string key = repr(entry->key);
      append(key);
      append(": ");
      const bool last = --left == 0;
      write(entry->value, {indent + width_of(key) + 2, last ? at.allowance + 1 : 1, at.level});
      if (last) break;
      append(",");
      new_line(indent);
    }
    append("}");
  }

  void write_list(const List& list, Position at) {
    const std::string_view end = !list.is_tuple() ? "]" : list.size() == 1 ? ",)" : ")";
    append(list.is_tuple() ? "(" : "[");
    for (std::size_t i = 0; i < list.size(); ++i) {
      const bool last = i + 1 == list.size();
      write(list[i], {at.indent + 1, last ? at.allowance + width_of(end) : 1, at.level});
      if (last) break;
      append(",");
      new_line(at.indent + 1);
    }
    append(end);
  }

  /// A long text in pieces, which Python would put together again.
  void write_text(std::string_view text, Position at) {
    const bool outermost = at.level == 1;
    if (outermost) {
      ++at.indent;
      ++at.allowance;
    }
    const std::vector<std::string> pieces = pieces_of(text, at);
    if (pieces.size() == 1) return append(pieces.front());
    if (outermost) append("(");
    bool first = true;
    for (const std::string& piece : pieces) {
      if (!first) new_line(at.indent);
      first = false;
      append(piece);
    }
    if (outermost) append(")");
  }

  static std::vector<std::string> pieces_of(std::string_view text, const Position& at) {
    std::vector<std::string> pieces;
    const std::int64_t width = kWidth - at.indent;
    const std::vector<std::string_view> lines = split_lines(text, true);
    for (const std::string_view& line : lines) {
      const bool last = &line == &lines.back();
      std::string whole = repr(Value(line));
      if (width_of(whole) <= width - (last ? at.allowance : 0)) {
        pieces.push_back(std::move(whole));
      } else {
        add_words(line, width, last ? at.allowance : 0, pieces);
      }
    }
    return pieces;
  }

  /// A line that is too long, in pieces that begin with a word.
  static void add_words(std::string_view line, std::int64_t width, std::int64_t allowance,
                        std::vector<std::string>& pieces) {
    std::string current;
    while (!line.empty()) {
      const std::string_view part = take_part(line);
      if (line.empty()) width -= allowance;
      std::string candidate = current;
      candidate += part;
      if (width_of(repr(Value(candidate))) <= width) {
        current = std::move(candidate);
        continue;
      }
      if (!current.empty()) pieces.push_back(repr(Value(current)));
      current = part;
    }
    if (!current.empty()) pieces.push_back(repr(Value(current)));
  }

  std::string out_;
};

}  // namespace

std::string pretty_printed(const Value& value) {
  Printer printer;
  printer.write(value, {});
  return printer.take();
}

}  // namespace pgjinja::jinja
