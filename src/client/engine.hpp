#pragma once

#include "client/page_facts.hpp"
#include "client/statement_time.hpp"
#include "client/transform_chain.hpp"
#include "pg/fork_generation.hpp"

#include <pgjinja/client/call_options.hpp>
#include <pgjinja/client/client_settings.hpp>
#include <pgjinja/core/context.hpp>
#include <pgjinja/core/error.hpp>
#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/jinja/fragment.hpp>
#include <pgjinja/pg/cluster.hpp>
#include <pgjinja/sql/binder.hpp>
#include <pgjinja/sql/statement.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgjinja {

/// What a Client and its Transactions share: templates, the binder and the pools. Thread-safe.
class Engine {
 public:
  /// @throws Error{Config}, and what ClientSettings::configure throws.
  explicit Engine(ClientSettings settings);

  /// The template `name`. @throws Error{Config} in a forked child, before anything is touched that
  /// another thread may have locked at the fork, and as Environment::get_template()
  [[nodiscard]] jinja::Template get_template(std::string_view name) const;

  /// Renders into `fragment`, which is used up, and binds into `statement`; a straight template
  /// only once (ADR 25). Gives the template, to which errors and the sites of the statement
  /// belong: it has to outlive these.
  /// @throws as get_template(), and what Template::render and sql::Binder::bind throw.
  jinja::Template bind(std::string_view name, const Context& arguments, jinja::Fragment& fragment,
                       sql::Statement& statement) const;

  /// The same with a template that has been looked up.
  void bind(const jinja::Template& source, const Context& arguments, jinja::Fragment& fragment,
            sql::Statement& statement) const;

  /// How columns are called; nullptr for as members are.
  [[nodiscard]] ColumnNaming naming() const noexcept { return naming_; }
  /// How long the statement of `source` may take.
  [[nodiscard]] StatementTime time_of(const jinja::Template& source,
                                      const CallOptions& options) const noexcept {
    return statement_time(options, source.front_matter().timeout, query_timeout_);
  }
  /// How long a statement of no template may take.
  [[nodiscard]] StatementTime time_of(const CallOptions& options) const noexcept {
    return statement_time(options, std::nullopt, query_timeout_);
  }

  /// What the rows of the template `name` become as data: as it says itself, then as `own` says,
  /// then as the client does. @throws as get_template(), and Error{Config} for an unknown
  /// transform
  [[nodiscard]] TransformChain transforms(std::string_view name, const Transforms& own) const;

  [[nodiscard]] const std::vector<std::string>& cursor_secrets() const noexcept {
    return cursor_secrets_;
  }
  [[nodiscard]] PageFactsCache& page_facts() const noexcept { return page_facts_; }

  [[nodiscard]] pg::Cluster& cluster() noexcept { return cluster_; }
  /// A connection for `what`: a template's name, or another word for it. To the host that the call
  /// wants, else to one for `usual`. @throws as pg::Cluster::acquire()
  pg::Lease borrow(const CallOptions& call, std::string_view what,
                   pg::Role usual = pg::Role::Primary);
  /// The same for a template.
  pg::Lease borrow(const CallOptions& call, const jinja::Template& source);
  [[nodiscard]] const jinja::Environment& environment() const noexcept { return environment_; }

 private:
  const std::uint64_t generation_ = pg::fork_generation();
  jinja::Environment environment_;
  sql::Binder binder_;
  ColumnNaming naming_;
  pg::Cluster cluster_;
  std::chrono::milliseconds query_timeout_;
  Transforms transforms_;
  TransformMakers transform_makers_;
  std::vector<std::string> cursor_secrets_;
  mutable PageFactsCache page_facts_;
};

}  // namespace pgjinja
