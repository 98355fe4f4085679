#include "client/keyset_page.hpp"
#include "client/offset_page.hpp"

#include <pgjinja/client/executor.hpp>

#include <utility>
#include <vector>

namespace pgjinja {

PageEnds Executor::run_page(std::string_view name, const Context& arguments,
                            const PageRequest& request, MappedSink& sink) const {
  sink.name_columns(naming());
  const Context whole = Context::layered(arguments, sink.type().context);
  KeysetPage page(name, whole, request, sink);
  run(page, page.sink());
  if (page.facts_wanted()) {
    PageFactsQuery facts(page);
    run(facts, facts.sink());
    page.learn(facts.take());
  }
  return page.ends();
}

OffsetEnd Executor::run_page(std::string_view name, const Context& arguments,
                             const OffsetRequest& request, MappedSink& sink) const {
  sink.name_columns(naming());
  const Context whole = Context::layered(arguments, sink.type().context);
  OffsetPageQuery query(name, whole, request);
  const std::vector<SortKey> no_keys;
  PageSink rows(sink, request.size, no_keys);
  run(query, rows);
  if (!request.total) return {.more = rows.more()};
  // The page that has the last row tells how many there are.
  if (!rows.more() && (rows.rows() > 0 || request.offset == 0)) {
    return {.total = request.offset + rows.rows()};
  }
  TotalQuery all(name, whole);
  FirstRowSink<std::int64_t> total;
  run(all, total);
  return {.more = rows.more(), .total = std::move(total).take()};
}

}  // namespace pgjinja
