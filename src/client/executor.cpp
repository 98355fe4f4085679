#include "client/counting_sink.hpp"
#include "client/engine.hpp"
#include "client/rendering.hpp"

#include <pgjinja/client/executor.hpp>

namespace pgjinja {

ColumnNaming Executor::naming() const { return engine().naming(); }

Result Executor::query(std::string_view name, const Context& arguments) const {
  ResultSink sink;
  TemplateRendering what(name, arguments);
  run(what, sink);
  return sink.take();
}

std::int64_t Executor::execute(std::string_view name, const Context& arguments) const {
  CountingSink sink;
  TemplateRendering what(name, arguments);
  run(what, sink);
  return sink.rows();
}

void Executor::copy_mapped(std::string_view name, const Context& arguments,
                           MappedSink& sink) const {
  sink.name_columns(naming());
  copy_query(name, Context::layered(arguments, sink.type().context), sink);
}

std::unique_ptr<StreamSource> Executor::open_mapped(std::string_view name, const Context& arguments,
                                                    MappedSink& sink,
                                                    const StreamOptions& options) const {
  sink.name_columns(naming());
  return open(name, Context::layered(arguments, sink.type().context), sink, options);
}

[[gnu::hot]] void Executor::run_mapped(std::string_view name, const Context& arguments,
                                       MappedSink& sink) const {
  sink.name_columns(naming());
  const Context whole = Context::layered(arguments, sink.type().context);
  TemplateRendering what(name, whole);
  run(what, sink);
}

}  // namespace pgjinja
