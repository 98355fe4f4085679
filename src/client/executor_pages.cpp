#include "client/keyset_steps.hpp"
#include "client/offset_steps.hpp"
#include "client/rendering.hpp"

#include <pgjinja/client/executor.hpp>

namespace pgjinja {

PageEnds Executor::run_page(std::string_view name, const Context& arguments,
                            const PageRequest& request, MappedSink& sink) const {
  sink.name_columns(naming());
  const Context whole = Context::layered(arguments, sink.type().context);
  KeysetSteps page(name, whole, request, sink);
  while (const auto step = page.next()) run(step->what, step->sink);
  return page.end();
}

OffsetEnd Executor::run_page(std::string_view name, const Context& arguments,
                             const OffsetRequest& request, MappedSink& sink) const {
  sink.name_columns(naming());
  const Context whole = Context::layered(arguments, sink.type().context);
  OffsetSteps page(name, whole, request, sink);
  while (const auto step = page.next()) run(step->what, step->sink);
  return page.end();
}

}  // namespace pgjinja
