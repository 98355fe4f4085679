#include "works.hpp"

#include <iomanip>
#include <iostream>
#include <utility>

#include <time.h>

namespace {

double seconds_of(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

}  // namespace

void serve(const Works& works) {
  std::string name;
  int times = 0;
  std::cout << std::fixed << std::setprecision(9);
  while (std::cin >> name >> times) {
    const Work& work = works.at(name);
    const double cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    const double begin = seconds_of(CLOCK_MONOTONIC);
    const Sums sums = work(times);
    const double took = seconds_of(CLOCK_MONOTONIC) - begin;
    const double used = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - cpu;
    std::cout << took << " " << used << " " << sums() << std::endl;
  }
}

Sums known(std::string made) {
  return [made = std::move(made)] { return made; };
}
