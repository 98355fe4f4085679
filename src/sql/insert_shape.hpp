#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja::sql {

/// What an INSERT does when a row is there already, as far as several rows at once are the same as
/// one by one.
enum class OnConflict : std::uint8_t { Fails, DoesNothing, TakesExcluded };

/// One value of VALUES: a parameter or constant, perhaps with a cast behind it.
struct InsertItem {
  std::string_view text;
  std::size_t parameter = 0;     ///< the n of `$n`; 0 for a constant
  std::string_view behind = {};  ///< what stands behind the parameter: its cast
};

/// `INSERT INTO table (columns) VALUES (items) [ON CONFLICT …]`. Views the text that it was read
/// from.
struct InsertShape {
  std::vector<std::string> table;  ///< one name or two, as the server understands them
  std::vector<std::string> columns;
  std::string_view head;  ///< up to VALUES
  std::vector<InsertItem> items;
  std::string_view tail;  ///< behind the items
  OnConflict on_conflict = OnConflict::Fails;

  /// Is each value a parameter and nothing else, and is there no ON CONFLICT? Then COPY can do it.
  [[nodiscard]] bool plain() const noexcept;
};

/// Reads an INSERT of this form; `nullopt` for every other statement. What may look at the table
/// (functions, operators, subqueries), and a DO UPDATE but `SET column = EXCLUDED.column`, is of
/// another form.
std::optional<InsertShape> insert_shape(std::string_view sql);

}  // namespace pgjinja::sql
