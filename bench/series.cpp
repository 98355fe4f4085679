#include "series.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include <sys/resource.h>

namespace {

struct Sample {
  double rate;  // operations per second
  double cpu;   // microseconds of client CPU per operation
};

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Sample measure(const std::function<void()>& work, double operations) {
  const double cpu = cpu_seconds();
  const auto begin = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  return {operations / took.count(), (cpu_seconds() - cpu) * 1e6 / operations};
}

std::string spread(std::vector<double> values, const char* format) {
  std::sort(values.begin(), values.end());
  char text[96];
  const std::string pattern = std::string(format) + " [" + format + " – " + format + "]";
  std::snprintf(text, sizeof text, pattern.c_str(), values[values.size() / 2], values.front(),
                values.back());
  return text;
}

}  // namespace

void run_series(const std::string& title, double operations, int repetitions,
                const std::vector<Contender>& contenders) {
  std::vector<std::vector<Sample>> samples(contenders.size());
  for (int round = 0; round <= repetitions; ++round) {
    for (std::size_t i = 0; i < contenders.size(); ++i) {
      const Sample sample = measure(contenders[i].work, operations);
      if (round > 0) samples[i].push_back(sample);
    }
  }
  std::printf("\n%s: %d interleaved repetitions, median [min – max]\n\n", title.c_str(),
              repetitions);
  std::printf("  %-22s %-30s %-26s %-22s %s\n", "", "per second", "ratio to the first",
              "client CPU, µs each", "CPU ratio");
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    std::vector<double> rate;
    std::vector<double> ratio;
    std::vector<double> cpu;
    std::vector<double> cpu_ratio;
    for (std::size_t r = 0; r < samples[i].size(); ++r) {
      rate.push_back(samples[i][r].rate);
      ratio.push_back(samples[i][r].rate / samples[0][r].rate);
      cpu.push_back(samples[i][r].cpu);
      cpu_ratio.push_back(samples[i][r].cpu / samples[0][r].cpu);
    }
    std::printf("  %-22s %-30s %-26s %-22s %s\n", contenders[i].name.c_str(),
                spread(rate, "%.0f").c_str(), spread(ratio, "%.2f").c_str(),
                spread(cpu, "%.3f").c_str(), spread(cpu_ratio, "%.2f").c_str());
  }
}
