#include "async/bound_statement.hpp"

#include "client/engine.hpp"
#include "client/error_place.hpp"
#include "client/rendering.hpp"

#include <pgjinja/core/error.hpp>

namespace pgjinja {

void BoundStatement::bind(const Engine& engine, Rendering& what,
                          std::optional<std::chrono::milliseconds> timeout) {
  try {
    source = what.bind(engine, buffers_.fragment(), buffers_.statement());
    time = engine.time_of(*source, {.timeout = timeout});
  } catch (const std::exception&) {
    failure = std::current_exception();
  }
}

std::exception_ptr BoundStatement::placed(const std::exception_ptr& thrown) const {
  if (!source) return thrown;  // of the rendering, which tells its places by itself
  try {
    std::rethrow_exception(thrown);
  } catch (const Error& error) {
    return std::make_exception_ptr(pgjinja::placed(error, statement(), source->source()));
  } catch (const std::exception&) {
    return thrown;
  }
}

}  // namespace pgjinja
