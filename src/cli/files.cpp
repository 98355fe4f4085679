#include "cli/files.hpp"

#include <pgjinja/core/error.hpp>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <memory>
#include <system_error>

#include <fmt/format.h>

namespace pgjinja::cli {

namespace {

constexpr std::size_t kLargest = 256U << 20U;

[[noreturn]] void refuse(const std::string& path, int reason) {
  throw Error(ErrorKind::Config, fmt::format("the file {} cannot be read: {}", path,
                                             std::generic_category().message(reason)))
      .hint("paths are relative to the current directory");
}

std::string read_all(std::FILE* file, const std::string& path) {
  std::string text;
  std::array<char, 1U << 16U> buffer{};
  while (const std::size_t n = std::fread(buffer.data(), 1, buffer.size(), file)) {
    text.append(buffer.data(), n);
    if (text.size() > kLargest) {
      throw Error(ErrorKind::Limit,
                  fmt::format("the file {} has more than {} MiB", path, kLargest >> 20U));
    }
  }
  if (std::ferror(file) != 0) refuse(path, errno);
  return text;
}

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

}  // namespace

std::string read_file(const std::string& path) {
  if (path == "-") return read_all(stdin, "on standard input");
  const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rb"));
  if (file == nullptr) refuse(path, errno);
  return read_all(file.get(), path);
}

Given read_argument(std::string_view argument, std::string_view option) {
  if (!argument.starts_with('@')) return {std::string(argument), std::string(option)};
  std::string path(argument.substr(1));
  std::string text = read_file(path);
  return {std::move(text), path == "-" ? "standard input" : std::move(path)};
}

}  // namespace pgjinja::cli
