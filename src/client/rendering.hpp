#pragma once

#include "client/engine.hpp"

#include <pgjinja/core/context.hpp>
#include <pgjinja/jinja/environment.hpp>
#include <pgjinja/jinja/fragment.hpp>
#include <pgjinja/sql/statement.hpp>

#include <string_view>

namespace pgjinja {

/// How a call gets its statement.
class Rendering {
 public:
  virtual ~Rendering() = default;
  /// As Engine::bind().
  virtual jinja::Template bind(const Engine& engine, jinja::Fragment& fragment,
                               sql::Statement& statement) = 0;
};

/// The statement is a template's. Views its arguments.
class TemplateRendering final : public Rendering {
 public:
  TemplateRendering(std::string_view name, const Context& arguments)
      : name_(name), arguments_(arguments) {}
  jinja::Template bind(const Engine& engine, jinja::Fragment& fragment,
                       sql::Statement& statement) override {
    return engine.bind(name_, arguments_, fragment, statement);
  }

 private:
  std::string_view name_;
  const Context& arguments_;
};

}  // namespace pgjinja
