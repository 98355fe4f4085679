#include "jinja/builtins/urlize.hpp"

#include "jinja/builtins/url_pattern.hpp"
#include "jinja/run/letter_classes.hpp"
#include "jinja/run/operators.hpp"
#include "jinja/run/text_operations.hpp"
#include "jinja/run/unicode.hpp"

#include <pgjinja/core/error.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace pgjinja::jinja {

namespace {

/// A word without the brackets and punctuation around it.
struct Word {
  std::string_view head;
  std::string_view middle;
  std::string_view tail;
};

std::size_t count_in(std::string_view text, std::string_view part) {
  return static_cast<std::size_t>(count_of(text, part));
}

/// The length of the opening bracket that `text` begins with, or 0.
std::size_t opening(std::string_view text) {
  if (text.starts_with('(') || text.starts_with('<')) return 1;
  return text.starts_with("&lt;") ? 4 : 0;
}
/// The length of the closing bracket or punctuation that `text` ends with, or 0.
std::size_t closing(std::string_view text) {
  if (text.empty()) return 0;
  if (std::string_view(")>.,\n").find(text.back()) != std::string_view::npos) return 1;
  return text.ends_with("&gt;") ? 4 : 0;
}

/// Brackets that are opened within the middle take their closing ones back from the tail.
void balance(Word& word, std::string_view open, std::string_view close) {
  const std::size_t opened = count_in(word.middle, open);
  if (opened <= count_in(word.middle, close)) return;
  std::size_t back = 0;
  for (std::size_t i = std::min(opened, count_in(word.tail, close)); i > 0; --i) {
    back = word.tail.find(close, back) + close.size();
  }
  // Middle and tail are neighbours in the text.
  word.middle = {word.middle.data(), word.middle.size() + back};
  word.tail.remove_prefix(back);
}

Word taken_apart(std::string_view text) {
  std::size_t begin = 0;
  while (const std::size_t size = opening(text.substr(begin))) begin += size;
  std::size_t end = text.size();
  while (const std::size_t size = closing(text.substr(begin, end - begin))) end -= size;
  Word word{text.substr(0, begin), text.substr(begin, end - begin), text.substr(end)};
  balance(word, "(", ")");
  balance(word, "<", ">");
  balance(word, "&lt;", "&gt;");
  return word;
}

class Linker {
 public:
  explicit Linker(const UrlizeOptions& options) : options_(options) {
    if (!options.rel.empty()) attributes_ += fmt::format(" rel=\"{}\"", options.rel);
    if (!options.target.empty()) attributes_ += fmt::format(" target=\"{}\"", options.target);
  }

  [[nodiscard]] std::string linked(std::string_view text) const {
    if (is_url(text)) {
      const bool whole = text.starts_with("https://") || text.starts_with("http://");
      return fmt::format("<a href=\"{}{}\"{}>{}</a>", whole ? "" : "https://", text, attributes_,
                         shown(text));
    }
    constexpr std::string_view kMail = "mailto:";
    if (text.starts_with(kMail) && is_mail_address(text.substr(kMail.size()))) {
      return fmt::format("<a href=\"{}\">{}</a>", text, text.substr(kMail.size()));
    }
    const bool mail = !text.starts_with("www.") && !text.starts_with('@') &&
                      text.find(':') == std::string_view::npos && is_mail_address(text);
    if (mail) return fmt::format("<a href=\"mailto:{0}\">{0}</a>", text);
    return with_scheme(std::string(text));
  }

 private:
  [[nodiscard]] std::string shown(std::string_view text) const {
    const auto size = static_cast<std::int64_t>(count_code_points(text));
    if (size <= options_.limit) return std::string(text);
    return std::string(points_between(text, 0, options_.limit)) + "...";
  }

  /// Each of the schemes in turn, of what the one before made.
  [[nodiscard]] std::string with_scheme(std::string text) const {
    for (const std::string& scheme : options_.schemes) {
      if (text == scheme || !text.starts_with(scheme)) continue;
      text = fmt::format("<a href=\"{0}\"{1}>{0}</a>", text, attributes_);
    }
    return text;
  }

  const UrlizeOptions& options_;
  std::string attributes_;
};

}  // namespace

void check_scheme(std::string_view scheme) {
  std::string_view name = scheme;
  for (int i = 0; i < 2 && name.ends_with('/'); ++i) name.remove_suffix(1);
  bool valid = name.ends_with(':');
  if (valid) name.remove_suffix(1);
  valid = valid && count_code_points(name) >= 2;
  for (const std::string_view point : code_points(name)) {
    const std::uint32_t code = code_point(point);
    valid = valid && (is_word(code) || code == '.' || code == '+' || code == '-');
  }
  if (valid) return;
  throw Error(ErrorKind::Runtime, fmt::format("'{}' is no scheme of a URL", scheme))
      .hint("write it with its colon: 'tel:' or 'ftp://'");
}

std::string urlize(std::string_view escaped, const UrlizeOptions& options) {
  const Linker linker(options);
  std::string out;
  while (!escaped.empty()) {
    std::size_t end = 0;
    const bool space = is_space(first_code_point(escaped));
    while (end < escaped.size() && is_space(first_code_point(escaped.substr(end))) == space) {
      end += first_code_point(escaped.substr(end)).size();
    }
    if (space) {
      out += escaped.substr(0, end);
    } else {
      const Word word = taken_apart(escaped.substr(0, end));
      out.append(word.head).append(linker.linked(word.middle)).append(word.tail);
    }
    check_result_size(out.size());
    escaped.remove_prefix(end);
  }
  return out;
}

}  // namespace pgjinja::jinja
