#pragma once

#include <pgjinja/client/client.hpp>
#include <pgjinja/core/value.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::test {

/// One line of a file of cases: a template, what it is given, and whatever the file says of it.
class SqlCase {
 public:
  explicit SqlCase(Value line) : line_(std::move(line)) {}

  /// The field as a text; empty if it has none.
  [[nodiscard]] std::string text(std::string_view field) const;
  /// The field; null if it has none.
  [[nodiscard]] Value field(std::string_view field) const;
  [[nodiscard]] bool has(std::string_view name) const { return !field(name).is_null(); }
  [[nodiscard]] Context context() const;
  /// A client whose templates are the case's own, the one that counts being "main".
  [[nodiscard]] Client client() const;

 private:
  Value line_;
};

/// The lines of a file below tests/, JSON with the forms of cli::read_json() each; an empty line
/// and one that begins with `#` count for nothing.
std::vector<SqlCase> sql_cases(const std::filesystem::path& file);

}  // namespace pgjinja::test
