#include "pg/wake_up.hpp"

#include "pg/fork_generation.hpp"

#include <pgjinja/core/error.hpp>

#include <cerrno>
#include <cstdint>
#include <system_error>

#include <sys/eventfd.h>
#include <unistd.h>

namespace pgjinja::pg {

WakeUp::WakeUp()
    : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), generation_(fork_generation()) {
  if (descriptor_ >= 0) return;
  throw Error(ErrorKind::Runtime,
              "no descriptor is left to be woken by: " + std::generic_category().message(errno));
}

WakeUp::~WakeUp() { ::close(descriptor_); }

bool WakeUp::belongs_here() const noexcept { return generation_ == fork_generation(); }

void WakeUp::ring() const noexcept {
  if (!belongs_here()) return;
  const std::uint64_t one = 1;
  // It can only fail when the counter is at its end, and then it rings.
  [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
}

void WakeUp::clear() const noexcept {
  if (!belongs_here()) return;
  std::uint64_t rings = 0;
  // It can only fail when nobody has rung.
  [[maybe_unused]] const auto read = ::read(descriptor_, &rings, sizeof rings);
}

}  // namespace pgjinja::pg
