#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace pgjinja::chaos {

/// A process of the server, as the kernel tells of it.
struct Process {
  pid_t pid = 0;
  std::string title;  ///< "postgres: chaos app [local] idle"; empty when it is ending
  bool stopped = false;
};

/// The children of a postmaster that was started here. None when it is not there.
std::vector<Process> children_of(pid_t postmaster);

}  // namespace pgjinja::chaos
