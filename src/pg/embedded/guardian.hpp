#pragma once

#include "pg/embedded/binaries.hpp"
#include "pg/embedded/process.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace pgjinja::pg::embedded {

/// The process that makes the server's private directory, runs the server below itself, and
/// removes both when its owner says so or is gone, however the owner ended.
///
/// It learns of the owner's end from a socket that only the owner holds: no signal, no polling, no
/// process id that could have been given to another program. A child that the owner forked
/// *without* executing a program holds that socket too, and the server then lives until it ends;
/// the owner's own stop() does not depend on that.
class Guardian {
 public:
  /// The number in the socket's name; there is no TCP port, and 5432 is left to real servers.
  static constexpr int kPort = 5433;

  /// @throws Error{Config} when no private directory can be made.
  Guardian(const Binaries& binaries, const std::optional<Account>& account);
  /// Stops the server (fast shutdown, harder after five seconds) and waits for it.
  ~Guardian() { stop(); }
  Guardian(const Guardian&) = delete;
  Guardian& operator=(const Guardian&) = delete;

  /// Mode 0700, owned by the account; holds the cluster ("data"), the socket and the server's log.
  [[nodiscard]] const std::filesystem::path& directory() const noexcept { return directory_; }
  /// Starts the server on the cluster in directory() / "data" and returns its process id.
  pid_t start_server();
  /// Waits at most this long for the server to end; true when it has ended.
  [[nodiscard]] bool ends_within(std::chrono::milliseconds patience) const;

 private:
  std::string read_line();
  void stop() noexcept;
  void replace_guardian() noexcept;

  pid_t owner_;
  pid_t process_ = -1;
  pid_t server_ = -1;
  Descriptor commands_;
  Descriptor answers_;
  std::filesystem::path directory_;
};

}  // namespace pgjinja::pg::embedded
