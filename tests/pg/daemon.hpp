#pragma once

#include "pg/embedded/process.hpp"

#include <csignal>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pgjinja::pg {

/// A program in PATH, or where packages put those that are not for everyone; "" without it.
inline std::string find_program(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream places(std::string(path == nullptr ? "" : path) +
                            ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin");
  for (std::string place; std::getline(places, place, ':');) {
    const std::string program = place + "/" + name;
    if (!place.empty() && ::access(program.c_str(), X_OK) == 0) return program;
  }
  return "";
}

/// A program that runs beside a test, under the account of its servers, and writes to NAME.log in a
/// directory. It is killed at the end, also when the test is.
class Daemon {
 public:
  Daemon(std::string name, std::filesystem::path directory, std::vector<std::string> arguments)
      : name_(std::move(name)), directory_(std::move(directory)), arguments_(std::move(arguments)) {
    start();
  }
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  ~Daemon() { stop(SIGKILL); }

  /// Nothing when it runs.
  void start() {
    if (runs()) return;
    const embedded::Descriptor log(
        ::open(log_file().c_str(), O_CREAT | O_APPEND | O_WRONLY | O_CLOEXEC, 0644));
    embedded::Command command;
    command.arguments = arguments_;
    command.account = embedded::server_account();
    command.directory = directory_;
    command.output = log.get();
    command.errors = log.get();
    command.ends_with_owner = true;
    command.own_session = true;
    child_ = embedded::spawn(command);
  }
  void stop(int signal) {
    if (child_ <= 0) return;
    ::kill(child_, signal);
    embedded::wait_for(child_);
    child_ = -1;
  }
  [[nodiscard]] bool runs() {
    if (child_ > 0 && ::waitpid(child_, nullptr, WNOHANG) == child_) child_ = -1;
    return child_ > 0;
  }
  /// The end of what it has said.
  [[nodiscard]] std::string last_words() const {
    constexpr std::size_t kLines = 25;
    std::ifstream file(log_file());
    std::deque<std::string> lines;
    for (std::string line; std::getline(file, line);) {
      lines.push_back(line);
      if (lines.size() > kLines) lines.pop_front();
    }
    std::string words = "\n--- " + name_ + "\n";
    for (const std::string& line : lines) words += line + "\n";
    return words;
  }

 private:
  [[nodiscard]] std::filesystem::path log_file() const { return directory_ / (name_ + ".log"); }

  std::string name_;
  std::filesystem::path directory_;
  std::vector<std::string> arguments_;
  pid_t child_ = -1;
};

}  // namespace pgjinja::pg
