#include "cli/program.hpp"

#include <array>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace pgjinja::test {

namespace fs = std::filesystem;

namespace {

bool is_left_out(std::string_view variable) {
  return (variable.starts_with("PG") && !variable.starts_with("PGJINJA_PG_BINDIR=")) ||
         variable.starts_with("NO_COLOR=");
}

std::vector<std::string> environment_with(const std::map<std::string, std::string>& more) {
  std::vector<std::string> variables;
  for (char** at = environ; *at != nullptr; ++at) {
    if (!is_left_out(*at)) variables.emplace_back(*at);
  }
  for (const auto& [name, value] : more) variables.push_back(name + "=" + value);
  return variables;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

/// In the child: connects one of the standard files, or ends.
void connect(int file, const std::string& path, int flags) {
  const int opened = ::open(path.c_str(), flags, 0600);
  if (opened < 0 || ::dup2(opened, file) < 0) ::_exit(126);
  ::close(opened);
}

/// In the child: standard output is a pipe without a reader, or the child ends.
void connect_to_nobody() {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0 || ::dup2(ends[1], STDOUT_FILENO) < 0) ::_exit(126);
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace

fs::path pgjinja_program() { return fs::path(PGJINJA_BINARY_ROOT) / "src/cli/pgjinja"; }

Outcome run_pgjinja(const std::vector<std::string>& arguments, const Surroundings& around) {
  const TemporaryDirectory files;
  files.write("in", around.input);
  const std::string in = files.path() / "in";
  const std::string err = files.path() / "err";
  const std::string out =
      around.stdout_file.empty() ? std::string(files.path() / "out") : around.stdout_file;
  const std::string directory = around.directory;

  std::vector<std::string> words{pgjinja_program()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables = environment_with(around.variables);
  const std::vector<char*> argv = pointers(words);
  const std::vector<char*> envp = pointers(variables);

  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("fork failed");
  if (child == 0) {
    connect(STDIN_FILENO, in, O_RDONLY);
    connect(STDOUT_FILENO, out, O_WRONLY | O_CREAT);
    if (around.reader_is_gone) connect_to_nobody();
    connect(STDERR_FILENO, err, O_WRONLY | O_CREAT);
    if (::chdir(directory.c_str()) == 0) ::execve(argv[0], argv.data(), envp.data());
    ::_exit(127);
  }
  int status = 0;
  if (::waitpid(child, &status, 0) != child) throw std::runtime_error("waitpid failed");
  Outcome run;
  run.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  run.out = around.stdout_file.empty() ? contents(out) : "";
  run.err = contents(err);
  return run;
}

TemporaryDirectory::TemporaryDirectory() {
  std::string name = (fs::temp_directory_path() / "pgjinja_test_XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  path_ = name;
}
TemporaryDirectory::~TemporaryDirectory() {
  std::error_code error;
  fs::remove_all(path_, error);
}
void TemporaryDirectory::write(const fs::path& name, const std::string& text) const {
  fs::create_directories((path_ / name).parent_path());
  std::ofstream(path_ / name, std::ios::binary) << text;
}

std::string contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace pgjinja::test
