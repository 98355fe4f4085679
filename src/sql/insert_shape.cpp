#include "sql/insert_shape.hpp"

#include "sql/placeholder.hpp"
#include "sql/tokens.hpp"

#include <algorithm>
#include <array>

namespace pgjinja::sql {

namespace {

std::vector<Token> tokens_of(std::string_view sql) {
  std::vector<Token> tokens;
  TokenReader reader(sql);
  for (Token token; reader.next(token);) {
    if (token.kind != TokenKind::Comment) tokens.push_back(token);
  }
  return tokens;
}

/// The name that a token means (manual 4.1.1), empty when it is none. The server folds letters that
/// are not ASCII by its locale: such a name has to be quoted.
std::string name_of(const Token& token) {
  std::string name;
  if (token.kind == TokenKind::Identifier && token.text.starts_with('"') &&
      token.text.ends_with('"') && token.text.size() > 2) {
    const std::string_view inner = token.text.substr(1, token.text.size() - 2);
    for (std::size_t i = 0; i < inner.size(); ++i) {
      name += inner[i];
      if (inner[i] == '"') ++i;
    }
    return name;
  }
  if (token.kind != TokenKind::Word) return {};
  for (const char c : token.text) {
    if (static_cast<unsigned char>(c) >= 0x80U) return {};
    name += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }
  return name;
}

class Reader {
 public:
  explicit Reader(std::string_view sql) : sql_(sql), tokens_(tokens_of(sql)) {}

  std::optional<InsertShape> read() {
    InsertShape shape;
    if (!word("insert") || !word("into") || !table(shape)) return std::nullopt;
    if (!mark('(') || !names(shape.columns) || !mark(')')) return std::nullopt;
    shape.head = sql_.substr(0, here());
    if (!word("values") || !mark('(') || !items(shape.items) || !mark(')')) return std::nullopt;
    const std::size_t tail = here();
    if (word("on") && !conflict(shape)) return std::nullopt;
    const std::size_t end = here();
    mark(';');
    if (at_ != tokens_.size() || shape.items.size() != shape.columns.size()) return std::nullopt;
    shape.tail = sql_.substr(tail, end - tail);
    return shape;
  }

 private:
  [[nodiscard]] const Token* peek() const { return at_ < tokens_.size() ? &tokens_[at_] : nullptr; }
  [[nodiscard]] std::size_t here() const {
    return at_ < tokens_.size() ? tokens_[at_].begin : sql_.size();
  }
  [[nodiscard]] std::size_t behind_last() const {
    return tokens_[at_ - 1].begin + tokens_[at_ - 1].text.size();
  }
  bool word(std::string_view lower) {
    const bool found = peek() != nullptr && peek()->is_word(lower);
    if (found) ++at_;
    return found;
  }
  bool mark(char wanted) {
    const bool found = peek() != nullptr && peek()->is(wanted);
    if (found) ++at_;
    return found;
  }
  bool name(std::string& out) {
    if (peek() == nullptr) return false;
    out = name_of(*peek());
    ++at_;
    return !out.empty();
  }
  bool names(std::vector<std::string>& out) {
    do {
      if (!name(out.emplace_back())) return false;
    } while (mark(','));
    return true;
  }
  bool table(InsertShape& shape) {
    do {
      if (shape.table.size() == 2 || !name(shape.table.emplace_back())) return false;
    } while (mark('.'));
    return true;
  }

  bool items(std::vector<InsertItem>& out) {
    do {
      if (!item(out.emplace_back())) return false;
    } while (mark(','));
    return true;
  }
  bool item(InsertItem& item) {
    static constexpr std::array<std::string_view, 3> kConstants = {"true", "false", "null"};
    if (peek() == nullptr) return false;
    const Token first = tokens_[at_++];
    const bool constant = first.kind == TokenKind::Number || first.kind == TokenKind::String ||
                          first.is_any_of(kConstants);
    if (first.kind == TokenKind::Parameter) {
      item.parameter = number_of(first);
    } else if (!constant) {
      return false;
    }
    const std::size_t behind = behind_last();
    if (!cast()) return false;
    item.text = sql_.substr(first.begin, behind_last() - first.begin);
    item.behind = sql_.substr(behind, behind_last() - behind);
    return item.parameter == 0 || item.parameter == ++parameters_;
  }
  /// One `::type`, or nothing; a second one would be a conversion, which may be anybody's function.
  bool cast() {
    if (!mark(':')) return true;
    if (!mark(':')) return false;
    int open = 0;
    for (bool first = true; peek() != nullptr; first = false) {
      const Token& token = *peek();
      const bool type_word =
          token.kind == TokenKind::Word || token.kind == TokenKind::Identifier || token.is('.');
      if (token.is('(') || token.is('[')) {
        ++open;
      } else if (open > 0 && (token.is(')') || token.is(']'))) {
        --open;
      } else if (open > 0 ? token.kind != TokenKind::Number && !token.is(',') : !type_word) {
        return !first && open == 0 && (token.is(',') || token.is(')'));
      }
      ++at_;
    }
    return false;
  }

  bool conflict(InsertShape& shape) {
    if (!word("conflict")) return false;
    std::vector<std::string> target(1);
    if (word("on")) {
      if (!word("constraint") || !name(target[0])) return false;
    } else if (mark('(') && (!names(target) || !mark(')'))) {
      return false;
    }
    if (!word("do")) return false;
    if (word("nothing")) {
      shape.on_conflict = OnConflict::DoesNothing;
      return true;
    }
    if (!word("update") || !word("set")) return false;
    do {
      if (!takes_excluded()) return false;
    } while (mark(','));
    shape.on_conflict = OnConflict::TakesExcluded;
    return true;
  }
  bool takes_excluded() {
    std::string column;
    std::string from;
    if (!name(column) || peek() == nullptr || peek()->text != "=") return false;
    ++at_;
    return word("excluded") && mark('.') && name(from);
  }

  std::string_view sql_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::size_t parameters_ = 0;
};

}  // namespace

bool InsertShape::plain() const noexcept {
  return on_conflict == OnConflict::Fails &&
         std::all_of(items.begin(), items.end(), [](const InsertItem& item) {
           return item.parameter > 0 && item.behind.empty();
         });
}

std::optional<InsertShape> insert_shape(std::string_view sql) { return Reader(sql).read(); }

}  // namespace pgjinja::sql
