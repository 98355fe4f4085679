#pragma once

#include "client/buffers.hpp"
#include "client/statement_time.hpp"
#include "client/usual_role.hpp"

#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/sql/statement.hpp>

#include <chrono>
#include <exception>
#include <optional>

namespace pgjinja {

class Engine;
class Rendering;

/// A template's statement that stands ready, or why it does not.
class BoundStatement {
 public:
  /// Renders and binds. `timeout` is the call's own. What goes wrong becomes the failure.
  void bind(const Engine& engine, Rendering& what,
            std::optional<std::chrono::milliseconds> timeout);

  /// Whose statement it is, when rendering went well.
  std::optional<jinja::Template> source;
  StatementTime time;
  /// Why rendering did not go well.
  std::exception_ptr failure;

  /// As its template has it.
  [[nodiscard]] std::optional<jinja::PlanChoice> plan() const {
    return source ? source->front_matter().plan : std::nullopt;
  }
  /// Which host executes it when the call does not say.
  [[nodiscard]] pg::Role usual_role() const noexcept {
    return source ? pgjinja::usual_role(source->front_matter()) : pg::Role::Primary;
  }
  [[nodiscard]] sql::Statement& statement() noexcept { return buffers_.statement(); }
  [[nodiscard]] const sql::Statement& statement() const noexcept { return buffers_.statement(); }
  /// What the execution threw, with its place in the template.
  [[nodiscard]] std::exception_ptr placed(const std::exception_ptr& thrown) const;

 private:
  Buffers buffers_;
};

}  // namespace pgjinja
