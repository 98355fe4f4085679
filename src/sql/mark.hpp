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
};

/// One name or a list of names, quoted already.
class IdentifierMark final : public Mark {
 public:
  explicit IdentifierMark(std::string quoted) : quoted_(std::move(quoted)) {}
  [[nodiscard]] std::string_view type_name() const noexcept override { return "identifier mark"; }
  [[nodiscard]] const std::string& quoted() const noexcept { return quoted_; }

 private:
  std::string quoted_;
};

/// Values that become one parameter each, in parentheses. Never empty.
class ListMark final : public Mark {
 public:
  explicit ListMark(std::vector<Value> items) : items_(std::move(items)) {}
  [[nodiscard]] std::string_view type_name() const noexcept override { return "list mark"; }
  [[nodiscard]] const std::vector<Value>& items() const noexcept { return items_; }

 private:
  std::vector<Value> items_;
};

/// Text that enters the SQL as it stands.
class RawMark final : public Mark {
 public:
  explicit RawMark(std::string text) : text_(std::move(text)) {}
  [[nodiscard]] std::string_view type_name() const noexcept override { return "raw mark"; }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

/// Can the server take `text` at all: valid UTF-8 (RFC 3629) without a NUL byte?
bool is_server_text(std::string_view text) noexcept;

}  // namespace pgjinja::sql
