#pragma once

#include <pgjinja/client/client_settings.hpp>
#include <pgjinja/core/context.hpp>
#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/jinja/fragment.hpp>
#include <pgjinja/pg/pool.hpp>
#include <pgjinja/sql/binder.hpp>
#include <pgjinja/sql/statement.hpp>

#include <string_view>

namespace pgjinja {

/// What a Client and its Transactions share: templates, the binder and the pool. Thread-safe.
class Engine {
 public:
  /// @throws Error{Config}, and what ClientSettings::configure throws.
  explicit Engine(ClientSettings settings);

  /// Renders into `fragment`, which is used up, and binds into `statement`. Gives the template, to
  /// which errors and the sites of the statement belong: it has to outlive these.
  /// @throws what Template::render and sql::Binder::bind throw.
  jinja::Template bind(std::string_view name, const Context& arguments, jinja::Fragment& fragment,
                       sql::Statement& statement) const;

  /// How columns are called; nullptr for as members are.
  [[nodiscard]] ColumnNaming naming() const noexcept { return naming_; }
  [[nodiscard]] pg::Pool& pool() noexcept { return pool_; }
  [[nodiscard]] const jinja::Environment& environment() const noexcept { return environment_; }

 private:
  jinja::Environment environment_;
  sql::Binder binder_;
  ColumnNaming naming_;
  pg::Pool pool_;
};

}  // namespace pgjinja
