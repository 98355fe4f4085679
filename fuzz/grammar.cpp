#include "grammar.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace pgjinja::fuzz {

namespace {

constexpr int kDeepest = 14;
constexpr std::size_t kLongest = 4096;

/// The name in the `<name>` at the beginning of `text`, or nothing.
std::string_view reference(std::string_view text) {
  if (!text.starts_with('<')) return {};
  const std::size_t end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz", 1);
  return end != std::string_view::npos && text[end] == '>' ? text.substr(1, end - 1)
                                                           : std::string_view();
}

bool asks_for(std::string_view alternative, std::string_view rule) {
  return alternative.find("<" + std::string(rule) + ">") != std::string_view::npos;
}

}  // namespace

class Grammar::Expansion {
 public:
  Expansion(const Grammar& grammar, Choices& choices) : grammar_(grammar), choices_(choices) {}

  void rule(std::string_view name, int depth) {
    const auto found = grammar_.rules_.find(name);
    if (found == grammar_.rules_.end()) {
      std::fprintf(stderr, "the grammar has no <%s>\n", std::string(name).c_str());
      std::abort();
    }
    const bool ends = depth >= kDeepest || out_.size() > kLongest;
    alternative(ends ? found->second.front() : choices_.of(found->second), depth + 1);
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void alternative(std::string_view text, int depth) {
    while (!text.empty()) {
      const std::string_view name = reference(text);
      if (!name.empty()) {
        text.remove_prefix(name.size() + 2);
        refer(name, depth);
      } else if (text.starts_with("\\n")) {
        text.remove_prefix(2);
        out_ += '\n';
      } else {
        out_ += text.front();
        text.remove_prefix(1);
      }
    }
  }

  void refer(std::string_view name, int depth) {
    if (name == "serial") {
      out_ += std::to_string(serial_++);
    } else if (name != "empty") {
      rule(name, depth);
    }
  }

  const Grammar& grammar_;
  Choices& choices_;
  std::string out_;
  int serial_ = 0;
};

Grammar::Grammar(std::string_view text, const std::vector<std::string_view>& without) {
  Alternatives* rule = nullptr;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.empty()) continue;
    if (!line.starts_with("  ")) {
      rule = &rules_[line];
    } else if (std::none_of(without.begin(), without.end(),
                            [line](std::string_view each) { return asks_for(line, each); })) {
      rule->push_back(line.substr(2));
    }
  }
}

std::string Grammar::expand(std::string_view rule, Choices& choices) const {
  Expansion expansion(*this, choices);
  expansion.rule(rule, 0);
  return expansion.take();
}

}  // namespace pgjinja::fuzz
