#pragma once

#include "pg/scratch.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>

namespace pgjinja::chaos {

/// The file in which names of hosts are looked up, for this thread and what it starts from now on:
/// one name, and the address that it leads to.
class HostsFile {
 public:
  HostsFile(std::string name, const std::string& address) : name_(std::move(name)) {
    lead_to(address);
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount(path().c_str(), kPlace, nullptr, MS_BIND, nullptr) != 0) {
      problem_ = fmt::format("no file for names of its own: {}", std::strerror(errno));
    }
  }
  ~HostsFile() {
    if (problem_.empty()) ::umount2(kPlace, MNT_DETACH);
  }
  HostsFile(const HostsFile&) = delete;
  HostsFile& operator=(const HostsFile&) = delete;

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// Why there is none; empty: there is.
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }
  /// In place: a new file would not be the one that is mounted.
  void lead_to(const std::string& address) const {
    std::ofstream(path()) << address << ' ' << name_ << '\n';
  }

 private:
  static constexpr const char* kPlace = "/etc/hosts";
  [[nodiscard]] std::string path() const { return scratch_.path() / "hosts"; }

  pg::Scratch scratch_;
  std::string name_;
  std::string problem_;
};

}  // namespace pgjinja::chaos
