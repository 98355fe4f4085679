#include "cli/value_json.hpp"
#include "core/base64.hpp"

#include <pgjinja/core/error.hpp>

#include <cstddef>
#include <iterator>
#include <limits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace pgjinja::cli {

namespace {

/// Feeds the parser and lets its handler know how far it has read.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, const char*& furthest) : at_(at), furthest_(&furthest) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    *furthest_ = ++at_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const CountingIterator& a, const CountingIterator& b) {
    return a.at_ == b.at_;
  }

 private:
  const char* at_;
  const char** furthest_;
};

bool is_number_char(char c) {
  return std::string_view("0123456789+-.eE").find(c) != std::string_view::npos;
}

/// "[json.exception.parse_error.101] parse error at line 1, column 5: syntax error while parsing
/// value - invalid literal; last read: 'tr'" without what the report's place says better.
std::string plain_message(std::string message) {
  for (const std::string_view start : {": ", " - "}) {
    if (const std::size_t at = message.find(start); at != std::string::npos) {
      message.erase(0, at + start.size());
    }
  }
  if (const std::size_t at = message.find("; last read:"); at != std::string::npos) {
    message.resize(at);
  }
  return message;
}

/// Takes what nlohmann's parser finds, and keeps what it would round or forget.
class Builder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  Builder(std::string_view text, std::string_view name)
      : text_(text), name_(name), furthest_(text.data()) {}

  const char*& furthest() { return furthest_; }
  Value take() { return std::move(result_); }

  bool null() override { return add(Value()); }
  bool boolean(bool b) override { return add(Value(b)); }
  bool number_integer(number_integer_t i) override { return add(Value(i)); }
  bool number_unsigned(number_unsigned_t i) override {
    if (i > static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max())) too_large();
    return add(Value(i));
  }
  bool number_float(number_float_t d, const string_t& written) override {
    // The parser turns an integer that no machine type holds into a float, in silence.
    if (written.find_first_of(".eE") == string_t::npos) too_large();
    return add(Value(d));
  }
  bool string(string_t& text) override { return add(Value(text)); }
  bool binary(binary_t&) override { return false; }  // JSON text has none

  bool start_object(std::size_t) override { return open(false); }
  bool start_array(std::size_t) override { return open(true); }
  bool key(string_t& key) override {
    Level& level = levels_.back();
    if (level.map.find(std::string_view(key)) != nullptr) {
      throw Error(ErrorKind::Config, fmt::format("the key \"{}\" stands twice in one object", key))
          .at(place_of_token(key.size() + 2))
          .hint("remove one of them");
    }
    level.key = key;
    return true;
  }
  bool end_array() override {
    Level level = close();
    return add(Value::list(std::move(level.items)));
  }
  bool end_object() override {
    Level level = close();
    if (level.map.size() == 1) {
      const Map::Entry& only = level.map.entries().front();
      if (only.key.as_text().starts_with('$')) return add(tagged(only.key.as_text(), level.map));
    }
    return add(Value(std::move(level.map)));
  }

  bool parse_error(std::size_t position, const std::string& token,
                   const nlohmann::detail::exception& e) override {
    const bool range = dynamic_cast<const nlohmann::json::out_of_range*>(&e) != nullptr;
    const std::size_t end = std::min(position, text_.size());
    const std::size_t length = std::min(token.size(), end);
    std::size_t begin = position > text_.size() ? end : end - length;
    if (range) begin = std::min(begin, end);
    throw Error(ErrorKind::Config,
                range ? fmt::format("the number {} is beyond a double's range", token)
                      : fmt::format("{} is no valid JSON: {}", name_, plain_message(e.what())))
        .at(locate(name_, text_, begin, std::max<std::size_t>(1, end - begin)))
        .hint(range ? "write it as text: {\"$decimal\": \"…\"}"
                    : "JSON writes texts and keys in double quotes: {\"country\": \"FR\", "
                      "\"limit\": 5}");
  }

 private:
  struct Level {
    bool is_list = false;
    std::vector<Value> items;
    Map map;
    std::string key;
  };

  bool open(bool is_list) {
    if (levels_.size() >= Value::kMaxDepth) {
      throw Error(ErrorKind::Limit,
                  fmt::format("{} is nested deeper than {} levels", name_, Value::kMaxDepth))
          .at(place_of_token(1));
    }
    levels_.push_back({.is_list = is_list, .items = {}, .map = {}, .key = {}});
    return true;
  }

  Level close() {
    Level level = std::move(levels_.back());
    levels_.pop_back();
    return level;
  }

  bool add(Value value) {
    if (levels_.empty()) {
      result_ = std::move(value);
    } else if (Level& level = levels_.back(); level.is_list) {
      level.items.push_back(std::move(value));
    } else {
      level.map.set(Value(level.key), std::move(value));
    }
    return true;
  }

  /// {"$bytes": "…"} and its like; other keys with a `$` are plain JSON (a schema's "$ref").
  Value tagged(std::string_view tag, Map& map) const {
    const Value& inside = map.entries().front().value;
    if (tag == "$bytes" || tag == "$text") {
      const auto bytes = inside.is_text() ? from_base64(inside.as_text()) : std::nullopt;
      if (!bytes) bad_tag(tag, "base64");
      return tag == "$bytes" ? Value::bytes(*bytes) : Value(*bytes);
    }
    if (tag == "$float") {
      const std::string_view word = inside.is_text() ? inside.as_text() : std::string_view();
      if (word == "NaN") return std::numeric_limits<double>::quiet_NaN();
      if (word == "Infinity") return std::numeric_limits<double>::infinity();
      if (word == "-Infinity") return -std::numeric_limits<double>::infinity();
      bad_tag(tag, R"("NaN", "Infinity" or "-Infinity")");
    }
    for (const TextTag each :
         {TextTag::Decimal, TextTag::Date, TextTag::Timestamp, TextTag::Uuid}) {
      if (tag.substr(1) != text_tag_name(each)) continue;
      if (!inside.is_text()) bad_tag(tag, "a text");
      return Value::text(inside.as_text(), each);
    }
    return Value(std::move(map));
  }

  [[noreturn]] void bad_tag(std::string_view tag, std::string_view wanted) const {
    throw Error(ErrorKind::Config, fmt::format("{{\"{}\": …}} takes {}", tag, wanted))
        .at(place_of_token(1));
  }

  [[noreturn]] void too_large() const {
    std::size_t end = read();
    while (end > 0 && !is_number_char(text_[end - 1])) --end;
    std::size_t begin = end;
    while (begin > 0 && is_number_char(text_[begin - 1])) --begin;
    const std::string_view number = text_.substr(begin, end - begin);
    throw Error(ErrorKind::Config, fmt::format("the integer {} is beyond 64 bits", number))
        .at(locate(name_, text_, begin, number.size()))
        .hint(fmt::format("write it as text, the server reads it as numeric: \"{}\"", number));
  }

  [[nodiscard]] std::size_t read() const {
    return static_cast<std::size_t>(furthest_ - text_.data());
  }
  [[nodiscard]] SourcePlace place_of_token(std::size_t length) const {
    const std::size_t shown = std::min(length, read());
    return locate(name_, text_, read() - shown, shown);
  }

  std::string_view text_;
  std::string_view name_;
  const char* furthest_;
  std::vector<Level> levels_;
  Value result_;
};

}  // namespace

Value read_json(std::string_view text, std::string_view name) {
  Builder builder(text, name);
  const char*& furthest = builder.furthest();
  nlohmann::json::sax_parse(CountingIterator(text.data(), furthest),
                            CountingIterator(text.data() + text.size(), furthest), &builder);
  return builder.take();
}

}  // namespace pgjinja::cli
