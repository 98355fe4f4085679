#include "cli/application.hpp"

#include <csignal>

int main(int argc, char** argv) {
  // A reader that goes away is an error of write() then, and destructors run.
  std::signal(SIGPIPE, SIG_IGN);
  return pgjinja::cli::run({argv + (argc > 0 ? 1 : 0), argv + argc});
}
