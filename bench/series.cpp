#include "series.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <numeric>
#include <random>

#include <sys/resource.h>

namespace {

struct Sample {
  double rate;  // operations per second
  double cpu;   // microseconds of client CPU per operation
  double part;  // client CPU as a part of the server's; 0: that was not measured
};

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Sample measure(const std::function<void()>& work, double operations,
               const std::function<double()>& server_clock) {
  const double server = server_clock ? server_clock() : 0;
  const double cpu = cpu_seconds();
  const auto begin = std::chrono::steady_clock::now();
  work();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  const double used = cpu_seconds() - cpu;
  return {operations / took.count(), used * 1e6 / operations,
          server_clock ? used / (server_clock() - server) : 0};
}

std::string spread(std::vector<double> values, const char* format) {
  std::sort(values.begin(), values.end());
  char text[96];
  const std::string pattern = std::string(format) + " [" + format + " – " + format + "]";
  std::snprintf(text, sizeof text, pattern.c_str(), values[values.size() / 2], values.front(),
                values.back());
  return text;
}

void show_parts(const std::vector<Contender>& contenders,
                const std::vector<std::vector<Sample>>& samples) {
  std::printf("\n  %-22s %-30s %s\n", "", "client's CPU / server's", "both, ratio to the first");
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    if (contenders[i].more_of_server) continue;
    std::vector<double> part;
    std::vector<double> ratio;
    for (std::size_t r = 0; r < samples[i].size(); ++r) {
      part.push_back(samples[i][r].part);
      ratio.push_back((1 + samples[0][r].part) / (1 + samples[i][r].part));
    }
    std::printf("  %-22s %-30s %s\n", contenders[i].name.c_str(), spread(part, "%.2f").c_str(),
                spread(ratio, "%.2f").c_str());
  }
}

}  // namespace

void run_series(const std::string& title, double operations, int repetitions,
                const std::vector<Contender>& contenders,
                const std::function<double()>& server_clock) {
  std::vector<std::vector<Sample>> samples(contenders.size());
  std::vector<std::size_t> order(contenders.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::mt19937 random;  // the same orders each time
  for (int round = 0; round <= repetitions; ++round) {
    // What ran before has left something in the caches: not always the same one's, therefore.
    std::shuffle(order.begin(), order.end(), random);
    for (const std::size_t i : order) {
      const Sample sample = measure(contenders[i].work, operations, server_clock);
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
  if (server_clock) show_parts(contenders, samples);
}
