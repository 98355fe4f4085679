#include "jinja/load/file_token.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

namespace pgjinja::jinja {

// The time of the last change of the inode (ctime) is among them: a file that is written in place
// and then given its old time of modification back, as some tools that copy do, has it new.
std::optional<std::string> file_token(const std::string& path) {
  struct stat file{};
  if (::stat(path.c_str(), &file) != 0) return std::nullopt;
  return fmt::format("{}:{}:{}:{}:{}.{}:{}.{}", path, file.st_dev, file.st_ino, file.st_size,
                     file.st_mtim.tv_sec, file.st_mtim.tv_nsec, file.st_ctim.tv_sec,
                     file.st_ctim.tv_nsec);
}

}  // namespace pgjinja::jinja
