#include "pg/wake_up.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pgjinja::pg {
namespace {

bool rings(const WakeUp& wake_up) {
  pollfd entry{wake_up.descriptor(), POLLIN, 0};
  return ::poll(&entry, 1, 0) == 1;
}

TEST(WakeUp, RingsUntilItIsCleared) {
  const WakeUp wake_up;
  EXPECT_FALSE(rings(wake_up));
  wake_up.ring();
  wake_up.ring();
  EXPECT_TRUE(rings(wake_up));
  wake_up.clear();
  EXPECT_FALSE(rings(wake_up));
}

TEST(WakeUp, AForkedChildLeavesItToItsParent) {
  const WakeUp silent;
  const WakeUp ringing;
  ringing.ring();
  const pid_t child = ::fork();
  if (child == 0) {
    silent.ring();
    ringing.clear();
    ::_exit(0);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_FALSE(rings(silent));
  EXPECT_TRUE(rings(ringing));
}

}  // namespace
}  // namespace pgjinja::pg
