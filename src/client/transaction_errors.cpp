#include "client/transaction_errors.hpp"

#include <fmt/format.h>

namespace pgjinja::refused {

Error ended() { return {ErrorKind::Config, "this transaction has ended"}; }

Error nested_not_ended() {
  return Error(ErrorKind::Config, "a nested transaction has not ended")
      .hint("commit it, roll it back, or let it go out of scope first");
}

Error failed_in(std::string_view what) {
  return Error(
             ErrorKind::Config,
             fmt::format("this transaction has failed in {}, and nothing of it will be kept", what))
      .hint(
          "roll back and begin anew; what may fail can run in a transaction of its own, which "
          "nested() gives");
}

}  // namespace pgjinja::refused
