#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace pgjinja::test {

/// What one run of a program gave.
struct Outcome {
  int exit = -1;  ///< exit code; 128 + n when signal n ended it
  std::string out;
  std::string err;
};

/// How to run it: where, with what on standard input and what else in the environment. The
/// variables that pgjinja and libpq read are taken out of the inherited environment.
struct Surroundings {
  std::filesystem::path directory = ".";
  std::string input = {};
  std::map<std::string, std::string> variables = {};
  std::string stdout_file = {};  ///< write standard output there, and give none
  bool reader_is_gone = false;   ///< standard output is a pipe that nobody reads
};

/// Runs the command line built with these tests and waits for its end.
Outcome run_pgjinja(const std::vector<std::string>& arguments, const Surroundings& around = {});

/// The program that run_pgjinja() runs.
std::filesystem::path pgjinja_program();

/// A directory of its own that goes when this does.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Writes a file below it, with the directories that it needs.
  void write(const std::filesystem::path& name, const std::string& text) const;

 private:
  std::filesystem::path path_;
};

/// A file's contents; empty when there is none.
std::string contents(const std::filesystem::path& file);

}  // namespace pgjinja::test
