// kluis_bench [AREA | AREA/NAME...] [--json FILE]: prints ours, reference and their ratio (below 1
// is better).
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/str_join.h"
#include "bench/bench.h"

namespace kluis {
namespace {

constexpr int kRuns = 7;
const std::set<std::string> kAreas = {"engine",  "import", "log",        "policy",
                                      "release", "scale",  "suppression"};
std::vector<std::string> selected;  // areas and comparisons that the arguments name

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

bool Wanted(const std::string& comparison) {
  const std::string area = comparison.substr(0, comparison.find('/'));
  return selected.empty() ||
         std::any_of(selected.begin(), selected.end(),
                     [&](const std::string& name) { return name == comparison || name == area; });
}

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

namespace {

using kluis::kAreas;
using kluis::selected;

bool AreaWanted(const std::string& area) {
  return selected.empty() ||
         std::any_of(selected.begin(), selected.end(), [&](const std::string& name) {
           return name.substr(0, name.find('/')) == area;
         });
}

void Print(const std::vector<kluis::Comparison>& comparisons, nlohmann::json* json) {
  for (const kluis::Comparison& c : comparisons) {
    const double ratio = c.ours / c.reference;
    std::printf("%-28s ours %12.4f %s  reference %12.4f %s  ratio %.2f  (%s)\n", c.name.c_str(),
                c.ours, c.unit.c_str(), c.reference, c.unit.c_str(), ratio, c.against.c_str());
    (*json)[c.name] = {{"ours", c.ours},
                       {"reference", c.reference},
                       {"unit", c.unit},
                       {"ratio", ratio},
                       {"against", c.against}};
  }
}

// In a folder of its own, which is gone at the end.
std::vector<kluis::Comparison> RunOnFiles(
    const std::function<std::vector<kluis::Comparison>(const std::string& folder)>& bench) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("kluis_bench_" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  std::vector<kluis::Comparison> comparisons = bench(folder.string());
  std::filesystem::remove_all(folder);
  return comparisons;
}

std::vector<kluis::Comparison> RunSuppression() {
  const char* folder = std::getenv("KLUIS_TEST_DATA");
  return kluis::SuppressionBench(folder == nullptr ? "../shared/data" : folder);
}

}  // namespace

int main(int argc, char** argv) {
  // As kluis-sdc does: programs ask for the same memory again and again.
  for (const int limit : {M_TRIM_THRESHOLD, M_MMAP_THRESHOLD}) mallopt(limit, 1 << 30);
  std::string json_file, svg_file;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--json" && i + 1 < argc) {
      json_file = argv[++i];
    } else if (argument == "--svg" && i + 1 < argc) {
      svg_file = argv[++i];
    } else if (kAreas.count(argument.substr(0, argument.find('/'))) > 0) {
      selected.push_back(argument);
    } else {
      std::fprintf(
          stderr,
          "usage: kluis_bench [AREA | AREA/NAME...] [--json FILE] [--svg FILE]\nareas: %s\n",
          absl::StrJoin(kAreas, ", ").c_str());
      return 2;
    }
  }
  nlohmann::json json = nlohmann::json::object();
  if (AreaWanted("suppression")) Print(RunSuppression(), &json);
  if (AreaWanted("scale")) kluis::ScaleBench(svg_file);
  if (AreaWanted("engine")) Print(RunOnFiles(kluis::EngineBench), &json);
  if (AreaWanted("import")) Print(RunOnFiles(kluis::ImportBench), &json);
  if (AreaWanted("log")) Print(RunOnFiles(kluis::LogBench), &json);
  if (AreaWanted("policy")) Print(kluis::PolicyBench(), &json);
  if (AreaWanted("release")) Print(RunOnFiles(kluis::ReleaseBench), &json);
  if (!json_file.empty() && !(std::ofstream(json_file) << json.dump(2) << "\n")) return 1;
  return 0;
}
