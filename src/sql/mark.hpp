#pragma once

#include <pgjinja/core/value.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pgjinja::sql {

/// A sealed value that the binder turns into SQL text of its own making.
class Mark : public Object {
 public:
  [[nodiscard]] bool sealed() const noexcept final { return true; }
  /// What messages call that which it stands for: "identifier", "list" …
  [[nodiscard]] virtual std::string_view noun() const noexcept = 0;
};

/// One name or a list of names, quoted already.
class IdentifierMark final : public Mark {
 public:
  explicit IdentifierMark(std::string quoted) : quoted_(std::move(quoted)) {}
  [[nodiscard]] std::string_view type_name() const noexcept override { return "identifier mark"; }
  [[nodiscard]] std::string_view noun() const noexcept override { return "identifier"; }
  [[nodiscard]] const std::string& quoted() const noexcept { return quoted_; }

 private:
  std::string quoted_;
};

/// Values that become one parameter each, in parentheses. Never empty.
class ListMark final : public Mark {
 public:
  explicit ListMark(std::vector<Value> items) : items_(std::move(items)) {}
  [[nodiscard]] std::string_view type_name() const noexcept override { return "list mark"; }
  [[nodiscard]] std::string_view noun() const noexcept override { return "list"; }
  [[nodiscard]] const std::vector<Value>& items() const noexcept { return items_; }

 private:
  std::vector<Value> items_;
};

/// Lists of values with commas between, as VALUES takes them. Neither it nor a row is empty.
class RowsMark final : public Mark {
 public:
  using Row = std::vector<Value>;

  explicit RowsMark(std::vector<Row> rows) : rows_(std::move(rows)) {
    for (const Row& row : rows_) {
      for (const Value& cell : row) holds(cell);
    }
  }
  [[nodiscard]] std::string_view type_name() const noexcept override { return "rows mark"; }
  [[nodiscard]] std::string_view noun() const noexcept override { return "list of rows"; }
  [[nodiscard]] const std::vector<Row>& rows() const noexcept { return rows_; }

 private:
  std::vector<Row> rows_;
};

/// Quoted names and the values that they are set to. Never empty.
class AssignmentMark final : public Mark {
 public:
  struct Assignment {
    std::string quoted;
    Value value;
  };

  explicit AssignmentMark(std::vector<Assignment> assignments)
      : assignments_(std::move(assignments)) {
    for (const Assignment& each : assignments_) holds(each.value);
  }
  [[nodiscard]] std::string_view type_name() const noexcept override { return "assignment mark"; }
  [[nodiscard]] std::string_view noun() const noexcept override { return "assignment"; }
  [[nodiscard]] const std::vector<Assignment>& assignments() const noexcept { return assignments_; }

 private:
  std::vector<Assignment> assignments_;
};

/// Text that enters the SQL as it stands.
class TextMark : public Mark {
 public:
  explicit TextMark(std::string text) : text_(std::move(text)) {}
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

/// Text of whatever origin, let in on its author's word.
class RawMark final : public TextMark {
 public:
  using TextMark::TextMark;
  [[nodiscard]] std::string_view type_name() const noexcept override { return "raw mark"; }
  [[nodiscard]] std::string_view noun() const noexcept override { return "raw text"; }
};

/// One of the texts that a template's author wrote to choose from.
class ChoiceMark final : public TextMark {
 public:
  using TextMark::TextMark;
  [[nodiscard]] std::string_view type_name() const noexcept override { return "choice mark"; }
  [[nodiscard]] std::string_view noun() const noexcept override { return "chosen text"; }
};

/// A constant that the server reads as the value that it was made of.
class LiteralMark final : public TextMark {
 public:
  using TextMark::TextMark;
  [[nodiscard]] std::string_view type_name() const noexcept override { return "literal mark"; }
  [[nodiscard]] std::string_view noun() const noexcept override { return "literal"; }
};

/// Can the server take `text` at all: valid UTF-8 (RFC 3629) without a NUL byte?
bool is_server_text(std::string_view text) noexcept;

}  // namespace pgjinja::sql
