#include "client/error_place.hpp"

#include "client/server_hint.hpp"

#include <optional>
#include <utility>

namespace pgjinja {

namespace {

std::optional<SourcePlace> find_place(const Error& error, const sql::Statement& statement) {
  if (error.sql_position() > 0) {
    if (auto place = statement.place_of_position(error.sql_position())) return place;
  }
  const std::size_t number = blamed_parameter(error, statement);
  if (number == 0) return std::nullopt;
  return statement.sites[number - 1]->place();
}

}  // namespace

Error placed(Error error, const sql::Statement& statement, const jinja::Source& source,
             std::string role) {
  if (error.hint().empty()) {
    if (auto hint = server_hint(error, statement); !hint.empty()) error.hint(std::move(hint));
  }
  const auto place = find_place(error, statement);
  if (place) error.at(*place);
  if (!role.empty() || !place || place->name != source.path) {
    SourcePlace whole = source.place(source.cut_at);
    whole.role = role.empty() ? "while executing" : std::move(role);
    error.at(std::move(whole));
  }
  return error;
}

}  // namespace pgjinja
