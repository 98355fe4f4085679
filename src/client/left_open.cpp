#include "client/left_open.hpp"

#include <fmt/format.h>

namespace pgjinja {

Error left_open(std::string_view what) {
  return Error(ErrorKind::Config,
               fmt::format("{} leaves a transaction open, and it has been rolled back", what))
      .hint(
          "each call of a Client has a connection for itself only while it runs: use "
          "Client::transaction(), or put all that belongs together into one run_script()");
}

}  // namespace pgjinja
