#include "jinja/builtins/word_wrap.hpp"

#include "jinja/run/letter_classes.hpp"
#include "jinja/run/operators.hpp"
#include "jinja/run/text_splitting.hpp"
#include "jinja/run/unicode.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>
#include <deque>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

/// textwrap's idea of white space, where words are parted: ASCII.
bool is_blank(std::string_view point) {
  return std::string_view("\t\n\x0b\x0c\r ").find(point) != std::string_view::npos;
}
bool is_letter(std::string_view point) {
  const std::uint32_t code = code_point(point);
  return is_word(code) && !is_decimal(code);
}
bool is_word_or_punctuation(std::string_view point) {
  return is_word(code_point(point)) ||
         std::string_view("!\"'&.,?").find(point) != std::string_view::npos;
}

/// Cuts a line into chunks that stay whole: blanks, words, the parts of hyphenated words, dashes.
/// It is textwrap's regular expression, spelt out.
class Chunks {
 public:
  Chunks(std::string_view line, bool at_hyphens)
      : points_(code_points(line)), at_hyphens_(at_hyphens) {}

  /// Chunks as [begin, end) into points().
  struct Chunk {
    std::size_t begin;
    std::size_t end;
  };
  [[nodiscard]] std::deque<Chunk> cut() const {
    std::deque<Chunk> chunks;
    for (std::size_t at = 0; at < points_.size();) {
      const std::size_t end = end_of_chunk(at);
      chunks.push_back({at, end});
      at = end;
    }
    return chunks;
  }
  [[nodiscard]] const std::vector<std::string_view>& points() const noexcept { return points_; }

 private:
  [[nodiscard]] bool is(std::size_t at, bool (*holds)(std::string_view)) const {
    return at < points_.size() && holds(points_[at]);
  }
  [[nodiscard]] bool hyphen(std::size_t at) const {
    return at < points_.size() && points_[at] == "-";
  }

  /// Behind a dash of two or more hyphens that begins at `at` and a word follows, or `at`.
  [[nodiscard]] std::size_t end_of_dash(std::size_t at) const {
    if (at == 0 || !is(at - 1, is_word_or_punctuation) || !hyphen(at)) return at;
    std::size_t end = at;
    while (hyphen(end)) ++end;
    const bool word = end < points_.size() && is_word(code_point(points_[end]));
    return end - at >= 2 && word ? end : at;
  }

  /// Is the hyphen at `at` one within a word: letters on both sides, in twos or as in a-b-c?
  [[nodiscard]] bool parts_word(std::size_t at) const {
    if (!hyphen(at) || at < 2 || !is(at - 1, is_letter)) return false;
    const bool two = is(at - 2, is_letter);
    const bool alternating = at >= 3 && hyphen(at - 2) && is(at - 3, is_letter);
    if (!two && !alternating) return false;
    if (!is(at + 1, is_letter)) return false;
    return is(at + 2, is_letter) || (hyphen(at + 2) && is(at + 3, is_letter));
  }

  [[nodiscard]] std::size_t end_of_chunk(std::size_t at) const {
    const bool blank = is_blank(points_[at]);
    if (!blank && at_hyphens_) return end_of_part(at);
    std::size_t end = at;
    while (end < points_.size() && is_blank(points_[end]) == blank) ++end;
    return end;
  }

  [[nodiscard]] std::size_t end_of_part(std::size_t at) const {
    if (const std::size_t end = end_of_dash(at); end > at) return end;
    for (std::size_t i = at + 1; i < points_.size(); ++i) {
      if (parts_word(i)) return i + 1;
      if (is_blank(points_[i]) || end_of_dash(i) > i) return i;
    }
    return points_.size();
  }

  std::vector<std::string_view> points_;
  bool at_hyphens_;
};

/// Puts the chunks of one line into lines of at most `width`.
class Wrapper {
 public:
  using Chunk = Chunks::Chunk;
  Wrapper(std::string_view line, const WrapOptions& options)
      : chunks_(line, options.part_at_hyphens),
        left_(chunks_.cut()),
        options_(options),
        width_(static_cast<std::size_t>(options.width)) {}

  std::vector<std::string> run() {
    std::vector<std::string> lines;
    while (!left_.empty()) {
      line_.clear();
      used_ = 0;
      if (!lines.empty() && is_white(left_.front())) left_.pop_front();
      while (!left_.empty() && used_ + size(left_.front()) <= width_) take();
      if (!left_.empty() && size(left_.front()) > width_) take_long();
      if (!line_.empty() && is_white(line_.back())) line_.pop_back();
      if (!line_.empty()) lines.push_back(joined());
    }
    return lines;
  }

 private:
  static std::size_t size(const Chunk& chunk) { return chunk.end - chunk.begin; }
  [[nodiscard]] std::string_view text(const Chunk& chunk) const {
    if (chunk.begin == chunk.end) return {};
    const auto& points = chunks_.points();
    const char* begin = points[chunk.begin].data();
    const std::string_view last = points[chunk.end - 1];
    return {begin, static_cast<std::size_t>(last.data() + last.size() - begin)};
  }
  [[nodiscard]] bool is_white(const Chunk& chunk) const { return strip(text(chunk)).empty(); }
  [[nodiscard]] std::string joined() const {
    std::string out;
    for (const Chunk& chunk : line_) out += text(chunk);
    return out;
  }

  void take() {
    used_ += size(left_.front());
    line_.push_back(left_.front());
    left_.pop_front();
  }

  /// A chunk that fits into no line is cut where this one ends, or has a line for itself.
  void take_long() {
    if (!options_.break_long_words) {
      if (line_.empty()) take();
      return;
    }
    Chunk& chunk = left_.front();
    const std::size_t end = chunk.begin + room_behind_hyphen(chunk, width_ - used_);
    line_.push_back({chunk.begin, end});
    chunk.begin = end;
  }

  /// How much of `chunk` goes into `room`: up to its last hyphen, if something else is before that.
  [[nodiscard]] std::size_t room_behind_hyphen(const Chunk& chunk, std::size_t room) const {
    if (!options_.break_long_at_hyphens) return room;
    const auto& points = chunks_.points();
    std::size_t hyphen = room;
    while (hyphen > 0 && points[chunk.begin + hyphen - 1] != "-") --hyphen;
    for (std::size_t i = 0; i + 1 < hyphen; ++i) {
      if (points[chunk.begin + i] != "-") return hyphen;
    }
    return room;
  }

  Chunks chunks_;
  std::deque<Chunk> left_;
  const WrapOptions& options_;
  std::size_t width_;
  std::vector<Chunk> line_;
  std::size_t used_ = 0;
};

}  // namespace

std::string word_wrap(std::string_view text, const WrapOptions& options, std::string_view between) {
  std::string out;
  bool first = true;
  for (const std::string_view line : split_lines(text)) {
    if (options.width < 1) {
      throw Error(ErrorKind::Runtime,
                  fmt::format("wordwrap's width is at least 1, not {}", options.width));
    }
    if (!first) out += between;
    first = false;
    bool first_part = true;
    for (const std::string& part : Wrapper(line, options).run()) {
      if (!first_part) out += between;
      first_part = false;
      out += part;
      check_result_size(out.size());
    }
  }
  return out;
}

}  // namespace pgjinja::jinja
