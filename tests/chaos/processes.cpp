#include "chaos/processes.hpp"

#include "pg/embedded/process.hpp"

#include <algorithm>
#include <sstream>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace pgjinja::chaos {

namespace {

/// "" for a process that ends meanwhile: a stream would throw then.
std::string contents(const std::string& path) {
  const pg::embedded::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string bytes(4096, '\0');
  const ssize_t size = ::read(file.get(), bytes.data(), bytes.size());
  bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  return bytes;
}

/// The state is behind the name, which may hold anything, also brackets.
bool is_stopped(pid_t pid) {
  const std::string stat = contents("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t end = stat.rfind(')');
  return end != std::string::npos && end + 2 < stat.size() && stat[end + 2] == 'T';
}

}  // namespace

std::vector<Process> children_of(pid_t postmaster) {
  std::vector<Process> found;
  if (postmaster <= 0) return found;
  const std::string root = "/proc/" + std::to_string(postmaster);
  std::istringstream children(contents(root + "/task/" + std::to_string(postmaster) + "/children"));
  for (pid_t pid = 0; children >> pid;) {
    std::string title = contents("/proc/" + std::to_string(pid) + "/cmdline");
    title.erase(std::find(title.begin(), title.end(), '\0'), title.end());
    found.push_back({pid, std::move(title), is_stopped(pid)});
  }
  return found;
}

}  // namespace pgjinja::chaos
