#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

#include <sys/stat.h>

namespace pgjinja::pg {

/// A directory that every user may write to (the server is another one when the tests run as root).
class Scratch {
 public:
  Scratch() {
    std::string name = std::filesystem::temp_directory_path() / "pgjt-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no scratch directory");
    path_ = name;
    ::chmod(path_.c_str(), 0777);
  }
  ~Scratch() { std::filesystem::remove_all(path_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace pgjinja::pg
