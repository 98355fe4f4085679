#include "client/transform_chain.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>

namespace pgjinja {

namespace {

class Collector final : public RowOut {
 public:
  void take(Map row) override { rows_.emplace_back(std::move(row)); }
  std::vector<Value> rows() && { return std::move(rows_); }

 private:
  std::vector<Value> rows_;
};

bool on_rows(const ChainLink& link) {
  return std::holds_alternative<std::shared_ptr<const RowStep>>(link.transform.step());
}

const RowStep& row_step(const ChainLink& link) {
  return *std::get<std::shared_ptr<const RowStep>>(link.transform.step());
}

/// The same error with the place of `link`, unless a transform behind it has told its own.
Error placed_at(Error error, const ChainLink& link) {
  if (error.places().empty()) error.at(link.place);
  return error;
}

using Links = std::span<const ChainLink>;

/// What becomes of some of the rows.
std::vector<Value> through(Links links, const NestedRows& nested, const Value& rows) {
  Collector out;
  RowPipe pipe(links, RowOrder::Any, nested, out);
  for (const Value& row : rows.as_list()) pipe.take(row.as_map());
  pipe.end();
  return std::move(out).rows();
}

/// What becomes of a row alone: it may be left out.
std::optional<Value> through_one(Links links, const NestedRows& nested, const Value& row) {
  std::vector<Value> rows = through(links, nested, Value::list({row}));
  return rows.empty() ? std::nullopt : std::optional(std::move(rows.front()));
}

/// Leads the rows through `links`, wherever they are.
Value through(Links links, const NestedRows& nested, const Transformed& result) {
  switch (*result.rows) {
    case RowsAre::InList: return Value::list(through(links, nested, result.data));
    case RowsAre::Alone:
      if (result.data.is_null()) return {};
      return through_one(links, nested, result.data).value_or(Value());
    case RowsAre::ByKey:
    case RowsAre::InListsByKey: break;
  }
  Map map;
  for (const Map::Entry& entry : result.data.as_map()) {
    if (*result.rows == RowsAre::InListsByKey) {
      map.set(entry.key, Value::list(through(links, nested, entry.value)));
    } else if (auto row = through_one(links, nested, entry.value)) {
      map.set(entry.key, std::move(*row));
    }
  }
  return Value(std::move(map));
}

/// Makes the result into something else. @throws Error{Config} unless there is a list of rows.
void gather(const ChainLink& link, Transformed& result) {
  try {
    if (result.rows != RowsAre::InList) {
      throw Error(ErrorKind::Config,
                  fmt::format("{} takes a list of rows, and the transforms before it leave none",
                              link.transform.name()));
    }
    result = std::get<std::shared_ptr<const ResultStep>>(link.transform.step())->apply(result.data);
  } catch (const Error& error) {
    throw placed_at(error, link);
  }
}

}  // namespace

/// One process with what is behind it.
class RowPipe::Stage final : public RowOut {
 public:
  Stage(const ChainLink& link, RowOrder order, const NestedRows& nested, RowOut& next)
      : link_(link), process_(row_step(link).begin(order, nested)), next_(next) {}

  void take(Map row) override {
    try {
      process_->row(std::move(row), next_);
    } catch (const Error& error) {
      throw placed_at(error, link_);
    }
  }
  void end() {
    try {
      process_->end(next_);
    } catch (const Error& error) {
      throw placed_at(error, link_);
    }
  }

 private:
  const ChainLink& link_;
  std::unique_ptr<RowProcess> process_;
  RowOut& next_;
};

RowPipe::RowPipe(Links links, RowOrder order, const NestedRows& nested, RowOut& out)
    : first_(&out) {
  NestedRows before = nested;
  nested_.reserve(links.size());  // the processes view them
  for (const ChainLink& link : links) {
    nested_.push_back(before);
    before = row_step(link).behind(std::move(before));
  }
  stages_.resize(links.size());
  for (std::size_t i = links.size(); i-- > 0;) {
    stages_[i] = std::make_unique<Stage>(links[i], order, nested_[i], *first_);
    first_ = stages_[i].get();
  }
}

RowPipe::~RowPipe() = default;

void RowPipe::take(Map row) { first_->take(std::move(row)); }

void RowPipe::end() {
  for (const auto& stage : stages_) stage->end();
}

Value TransformChain::apply(std::vector<Map> rows) const {
  Links left = links_;
  const auto take_rows_links = [&left] {
    const auto end = std::ranges::find_if_not(left, on_rows);
    const Links taken = left.first(static_cast<std::size_t>(end - left.begin()));
    left = left.subspan(taken.size());
    return taken;
  };

  NestedRows nested;
  Links links = take_rows_links();
  Transformed result{{}, RowsAre::InList};
  {
    Collector out;
    RowPipe pipe(links, RowOrder::Any, nested, out);
    for (Map& row : rows) pipe.take(std::move(row));
    pipe.end();
    result.data = Value::list(std::move(out).rows());
  }
  while (!left.empty()) {
    for (const ChainLink& link : links) nested = row_step(link).behind(std::move(nested));
    gather(left.front(), result);
    left = left.subspan(1);
    links = take_rows_links();
    if (result.rows) result.data = through(links, nested, result);
  }
  return result.data;
}

std::span<const ChainLink> TransformChain::row_by_row() const {
  const auto whole = std::ranges::find_if_not(links_, on_rows);
  if (whole == links_.end()) return links_;
  throw Error(ErrorKind::Config, fmt::format("{} takes the whole result, which a stream never has",
                                             whole->transform.name()))
      .at(whole->place)
      .hint("fetch() has it");
}

}  // namespace pgjinja
