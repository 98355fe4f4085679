#include "async/async_openings.hpp"

#include "pg/pool/opening.hpp"

#include <pgjinja/pg/connection.hpp>

#include <stop_token>
#include <utility>

#include <boost/asio/post.hpp>

namespace pgjinja::async {

using pg::pool::Clock;
using pg::pool::Moment;

struct AsyncOpenings::Opening {
  Then then;
  Moment began = Clock::now();
  std::shared_ptr<Opened> result = std::make_shared<Opened>();
  std::stop_source stop;
  std::unique_ptr<SideTask> task;

  ~Opening() { stop.request_stop(); }
};

AsyncOpenings::AsyncOpenings(boost::asio::any_io_executor strand, pg::Settings settings,
                             pg::PoolHooks hooks)
    : strand_(std::move(strand)),
      settings_(std::move(settings)),
      hooks_(std::move(hooks)),
      self_(std::make_shared<AsyncOpenings*>(this)) {}

AsyncOpenings::~AsyncOpenings() { *self_ = nullptr; }

void AsyncOpenings::begin(Then then) {
  const Place opening = under_way_.emplace(under_way_.end());
  opening->then = std::move(then);
  pg::CallLimits limits;
  limits.stop = opening->stop.get_token();
  try {
    opening->task = std::make_unique<SideTask>(strand_, [result = opening->result,
                                                         settings = settings_, hooks = hooks_,
                                                         limits = std::move(limits)]() mutable {
      try {
        result->session = pg::pool::open_connection(settings, hooks, std::move(limits)).session();
      } catch (const Error& error) {
        result->failure = error;
      } catch (const std::exception& error) {
        result->failure = Error(ErrorKind::Connection, error.what());
      }
    });
  } catch (const std::exception& error) {
    opening->result->failure = Error(ErrorKind::Connection, error.what());
    return boost::asio::post(strand_, [self = self_, opening] {
      if (*self != nullptr) (*self)->end(opening);
    });
  }
  opening->task->when_ended([self = self_, opening] {
    if (*self != nullptr) (*self)->end(opening);
  });
}

void AsyncOpenings::end(Place opening) {
  const Then then = std::move(opening->then);
  Opened opened = std::move(*opening->result);
  opened.took = Clock::now() - opening->began;
  under_way_.erase(opening);
  then(std::move(opened));
}

/// The executor need not wait for their ends.
void AsyncOpenings::disown() {
  for (Opening& opening : under_way_) opening.task.reset();
}

void AsyncOpenings::stop() {
  *self_ = nullptr;
  self_ = std::make_shared<AsyncOpenings*>(this);
  under_way_.clear();
}

}  // namespace pgjinja::async
