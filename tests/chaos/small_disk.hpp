#pragma once

#include "pg/embedded/process.hpp"
#include "pg/scratch.hpp"

#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

namespace pgjinja::chaos {

/// A disk of a few megabytes that only this thread and what it starts from now on see, so that it
/// goes with them.
class SmallDisk {
 public:
  explicit SmallDisk(int megabytes) {
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
      problem_ = fmt::format("no mount namespace: {}", std::strerror(errno));
      return;
    }
    const auto account = pg::embedded::server_account();
    const std::string options =
        fmt::format("size={}m,mode=0700,uid={},gid={}", megabytes,
                    account ? account->user : ::getuid(), account ? account->group : ::getgid());
    if (::mount("tmpfs", path().c_str(), "tmpfs", 0, options.c_str()) != 0) {
      problem_ = fmt::format("no tmpfs: {}", std::strerror(errno));
    }
    mounted_ = problem_.empty();
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(path().c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  [[nodiscard]] std::string path() const { return scratch_.path(); }
  /// Why there is none; empty: there is.
  [[nodiscard]] const std::string& problem() const noexcept { return problem_; }

  /// Takes all of its room, and gives it back.
  void fill() const {
    const pg::embedded::Descriptor file(
        ::open(ballast().c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    const std::string block(4096, 'x');
    while (::write(file.get(), block.data(), block.size()) > 0) {
    }
  }
  void free() const { ::unlink(ballast().c_str()); }

 private:
  [[nodiscard]] std::string ballast() const { return path() + "/ballast"; }

  pg::Scratch scratch_;
  std::string problem_;
  bool mounted_ = false;
};

}  // namespace pgjinja::chaos
