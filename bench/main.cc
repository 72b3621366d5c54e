// kluis_bench [NAME...] [--json FILE]: prints ours, reference and their ratio (below 1 is better).
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "bench/bench.h"

namespace kluis {
namespace {

constexpr int kRuns = 7;

double Seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

Comparison Compare(const std::string& name, const std::string& against,
                   const std::function<void()>& ours, const std::function<void()>& reference) {
  ours();
  reference();
  std::vector<double> our_times, reference_times;
  for (int run = 0; run < kRuns; ++run) {
    our_times.push_back(Seconds(ours));
    reference_times.push_back(Seconds(reference));
  }
  return {name, Median(our_times), Median(reference_times), "s", against};
}

}  // namespace kluis

int main(int argc, char** argv) {
  std::vector<std::string> names;
  std::string json_file;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--json" && i + 1 < argc) {
      json_file = argv[++i];
    } else if (argument.rfind("suppression", 0) == 0) {
      kluis::SuppressionBench(std::getenv("KLUIS_TEST_DATA") ? std::getenv("KLUIS_TEST_DATA") : "../shared/data", argument.size() > 12 ? argument.substr(12) : "");
      return 0;
    } else if (argument == "engine") {
      names.push_back(argument);
    } else {
      std::fprintf(stderr, "usage: kluis_bench [engine] [--json FILE]\n");
      return 2;
    }
  }
  const auto folder =
      std::filesystem::temp_directory_path() / ("kluis_bench_" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  nlohmann::json json = nlohmann::json::object();
  for (const kluis::Comparison& c : kluis::EngineBench(folder.string())) {
    const double ratio = c.ours / c.reference;
    std::printf("%-24s ours %8.4f %s  reference %8.4f %s  ratio %.2f  (%s)\n", c.name.c_str(),
                c.ours, c.unit.c_str(), c.reference, c.unit.c_str(), ratio, c.against.c_str());
    json[c.name] = {{"ours", c.ours},
                    {"reference", c.reference},
                    {"unit", c.unit},
                    {"ratio", ratio},
                    {"against", c.against}};
  }
  std::filesystem::remove_all(folder);
  if (!json_file.empty() && !(std::ofstream(json_file) << json.dump(2) << "\n")) return 1;
  return 0;
}
