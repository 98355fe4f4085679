#include "client/statement_time.hpp"

#include "pg/deadline.hpp"

namespace pgjinja {

[[gnu::hot]] StatementTime statement_time(const CallOptions& call,
                                          std::optional<std::chrono::milliseconds> template_timeout,
                                          std::chrono::milliseconds query_timeout) noexcept {
  if (call.timeout) return {*call.timeout, "the call's timeout"};
  if (template_timeout) return {*template_timeout, "the template's @timeout"};
  return {query_timeout, "the client's query_timeout"};
}

[[gnu::hot]] pg::CallLimits waiting_limits(const CallOptions& call) {
  return {.deadline = call.deadline, .deadline_name = "the call's deadline", .stop = call.stop};
}

[[gnu::hot]] pg::CallLimits limits_of(const CallOptions& call, StatementTime time) {
  pg::CallLimits limits = waiting_limits(call);
  if (time.most.count() == 0) return limits;
  const auto end = pg::deadline_after(time.most);
  if (end < limits.deadline) {
    limits.deadline = end;
    limits.deadline_name = time.name;
  }
  return limits;
}

}  // namespace pgjinja
