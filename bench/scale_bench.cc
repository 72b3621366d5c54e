// How time and cost of secondary suppression grow with the size of a table.
#include <cmath>
#include <cstdio>
#include <ctime>

#include "bench/bench.h"
#include "bench/tables.h"
#include "disclosure/base/check.h"
#include "disclosure/protect/protect.h"

namespace kluis {
namespace {

struct Family {
  std::string name;
  std::vector<std::vector<std::vector<int>>> shapes;  // size, axis, children of each level
  double records_per_cell;
  bool sums;
};

struct Point {
  double cells = 0, sensitive = 0, secondary = 0, value = 0, total = 0, seconds = 0;
};

double Seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

RuleSet RulesOf(const Family& family) {
  RuleSet rules;
  rules.name = "scale";
  rules.frequency.minimum = family.sums ? 3 : 10;
  rules.frequency.protect_zeros = false;
  rules.frequency.threshold = true;
  if (family.sums) rules.p_percent = PPercentParameters{.p_ppm = 100'000, .coalition = 1};
  return rules;
}

Point Measure(const Family& family, const std::vector<std::vector<int>>& shape) {
  std::vector<Axis> axes;
  double cells = 1;
  for (const std::vector<int>& children : shape) {
    axes.push_back(RegularAxis("axis" + std::to_string(axes.size()), VariableKind::kIdentifying,
                               children));
    cells *= static_cast<double>(axes.back().categories.size());
  }
  const int records = static_cast<int>(cells * family.records_per_cell);
  const BenchData data = RandomData(axes, records, 7);
  const AggregateTable table = Tabulate(data.axes, data.records, family.sums);
  ProtectOptions options;
  options.only_shown = true;
  options.iterations_max = 300'000'000;
  const double start = Seconds();
  const auto release = Protect(table, RulesOf(family), options);
  Point point{.cells = cells, .seconds = Seconds() - start};
  if (!release.ok()) {
    std::printf("  %s\n", std::string(release.status().message()).c_str());
    return point;
  }
  for (const CellReview& cell : release->review()) {
    if (cell.decision == "primary") ++point.sensitive;
    if (cell.decision != "secondary") continue;
    ++point.secondary;
    point.value += std::abs(std::atof(cell.value.c_str()));
  }
  std::printf("%-8s %8.0f cells, %7.0f sensitive, %7.0f secondary, value %12.0f, %8.2f s\n",
              family.name.c_str(), point.cells, point.sensitive, point.secondary, point.value,
              point.seconds);
  std::fflush(stdout);
  return point;
}

}  // namespace

void ScaleBench() {
  const std::vector<Family> families = {
      {"counts", {{{3, 2, 2}, {3, 3}, {3}}, {{5, 4, 2}, {5, 5}, {4}}, {{8, 5, 3}, {9, 10}, {5}},
                  {{16, 6, 4}, {18, 18}, {5}}}, 4, false},
      {"sums", {{{3, 2, 2}, {3, 3}, {3}}, {{5, 4, 2}, {5, 5}, {4}}, {{8, 5, 3}, {9, 10}, {5}},
                {{16, 6, 4}, {18, 18}, {5}}}, 2, true}};
  const char* most = std::getenv("KLUIS_SCALE_CELLS");
  const double limit = most == nullptr ? 2e5 : std::atof(most);
  const char* only = std::getenv("KLUIS_SCALE_FAMILY");
  for (const Family& family : families) {
    if (only != nullptr && family.name != only) continue;
    for (const auto& shape : family.shapes) {
      double cells = 1;
      for (const auto& children : shape) {
        cells *= static_cast<double>(RegularAxis("", VariableKind::kMixed, children).categories.size());
      }
      if (cells <= limit) Measure(family, shape);
    }
  }
}

}  // namespace kluis
