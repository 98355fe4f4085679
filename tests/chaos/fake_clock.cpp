#include "chaos/fake_clock.hpp"

#include "pg/scratch.hpp"

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pgjinja::chaos {

namespace {

constexpr const char* kFile = "FAKETIME_TIMESTAMP_FILE";
constexpr const char* kPreload = "LD_PRELOAD";

std::string find_library() {
  constexpr std::array kPlaces{"/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
                               "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
                               "/usr/lib/faketime/libfaketimeMT.so.1"};
  for (const char* place : kPlaces) {
    if (std::filesystem::exists(place)) return place;
  }
  return "";
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// What stands first counts.
std::vector<std::string> environment_with(std::vector<std::string> first) {
  for (char** one = environ; *one != nullptr; ++one) first.emplace_back(*one);
  return first;
}

}  // namespace

FakeClock::FakeClock() {
  const char* const file = std::getenv(kFile);
  if (file == nullptr) throw std::runtime_error("this program sees the real time");
  file_ = file;
  ::unsetenv(kPreload);
}

bool FakeClock::is_there() { return std::getenv(kFile) != nullptr; }

std::optional<int> FakeClock::run_again(const std::vector<std::string>& arguments) {
  const std::string library = find_library();
  if (library.empty()) return std::nullopt;
  const pg::Scratch scratch;
  const std::string file = scratch.path() / "time";
  std::ofstream(file) << "+0\n";
  std::vector<std::string> environment = environment_with(
      {fmt::format("{}={}", kPreload, library), fmt::format("{}={}", kFile, file),
       "FAKETIME_DONT_FAKE_MONOTONIC=1", "FAKETIME_NO_CACHE=1",
       // The sanitizer wants to be the first that is loaded, and works when it is not.
       fmt::format("ASAN_OPTIONS={}:verify_asan_link_order=0", variable("ASAN_OPTIONS"))});
  std::vector<std::string> command{std::filesystem::read_symlink("/proc/self/exe")};
  command.insert(command.end(), arguments.begin(), arguments.end());
  pid_t child = 0;
  if (::posix_spawn(&child, command[0].c_str(), nullptr, nullptr, pointers_to(command).data(),
                    pointers_to(environment).data()) != 0) {
    throw std::runtime_error("the program cannot be started anew");
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void FakeClock::jump(std::chrono::hours away) const {
  std::ofstream(file_) << fmt::format("{:+}h\n", away.count());
}

}  // namespace pgjinja::chaos
