#include <pgjinja/client/pending.hpp>
#include <pgjinja/core/error.hpp>

namespace pgjinja {

void BatchCall::claim() {
  if (failure_ != nullptr) std::rethrow_exception(failure_);
  if (!done_) {
    throw Error(ErrorKind::Config, "the batch of this call has not run")
        .hint("call run() or run_each() before get()");
  }
  if (claimed_) throw Error(ErrorKind::Config, "the result of this call has been taken before");
  claimed_ = true;
}

}  // namespace pgjinja
