// How time and cost of secondary suppression grow with the size of a table.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include <sys/resource.h>

#include "bench/bench.h"
#include "bench/plot.h"
#include "bench/tables.h"
#include "disclosure/base/check.h"
#include "disclosure/protect/protect.h"

namespace kluis {
namespace {

constexpr int64_t kUnlimited = int64_t{1} << 40;
constexpr double kSmall = 20'000;     // cells, up to which half of the work is tried too
constexpr int64_t kWorkPerCell = 30;  // above: as a deadline of 30 s for 100,000 cells

using Shape = std::vector<std::vector<int>>;  // axis, children of each level

struct Family {
  std::string name;
  double records_per_cell;
  bool sums;
};

struct Run {
  double cells = 0, sensitive = 0, secondary = 0, value = 0, seconds = 0;
  int64_t work = 0;
  std::vector<std::pair<std::string, double>> stages;
};

// The most memory that the process has held so far.
double PeakGigabytes() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / (1 << 20);
}

double Seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// The last, of a million cells, takes minutes: KLUIS_SCALE_CELLS=2000000, and alone
// with KLUIS_SCALE_FROM=500000. KLUIS_SCALE_FAMILY=sums (or counts) leaves the other family out.
const std::vector<Shape>& Shapes() {
  static const std::vector<Shape> shapes = {{{3, 2, 2}, {3, 3}, {3}},
                                            {{5, 4, 2}, {5, 5}, {4}},
                                            {{8, 5, 3}, {9, 10}, {5}},
                                            {{16, 6, 4}, {18, 18}, {5}}};
  return shapes;
}

std::vector<Axis> AxesOf(const Shape& shape) {
  std::vector<Axis> axes;
  for (const std::vector<int>& children : shape) {
    const std::string name = "axis" + std::to_string(axes.size());
    axes.push_back(RegularAxis(name, VariableKind::kIdentifying, children));
  }
  return axes;
}

double CellsOf(const std::vector<Axis>& axes) {
  double cells = 1;
  for (const Axis& axis : axes) cells *= static_cast<double>(axis.categories.size());
  return cells;
}

Run Suppress(const AggregateTable& table, const RuleSet& rules, int64_t budget) {
  Run run;
  run.cells = static_cast<double>(table.keys.size());
  ProtectOptions options;
  options.only_shown = true;
  options.iterations_max = budget;
  double last = Seconds();
  options.stage = [&](const char* stage) {
    if (!run.stages.empty()) run.stages.back().second = Seconds() - last;
    last = Seconds();
    run.stages.emplace_back(stage, 0);
  };
  const double start = last;
  const auto release = Protect(table, rules, options);
  KLUIS_CHECK(release.ok());
  run.seconds = Seconds() - start;
  if (!run.stages.empty()) run.stages.back().second = Seconds() - last;
  run.work = release->summary().work;
  for (const CellReview& cell : release->review()) {
    if (cell.decision == "primary") ++run.sensitive;
    if (cell.decision != "secondary") continue;
    ++run.secondary;
    run.value += std::abs(std::atof(cell.value.c_str()));
  }
  return run;
}

void Print(const Family& family, const Run& run) {
  std::printf("%-7s %8.0f cells %7.0f sensitive %6.0f secondary, value %9.0f, %8.3f s (",
              family.name.c_str(), run.cells, run.sensitive, run.secondary, run.value, run.seconds);
  for (const auto& [stage, seconds] : run.stages) std::printf(" %s %.3f", stage.c_str(), seconds);
  std::printf(" )");
}

void PrintGrowth(const std::string& name, const std::vector<Run>& runs) {
  double n = 0, x = 0, y = 0, xx = 0, xy = 0;
  for (const Run& run : runs) {
    const double cells = std::log(run.cells), seconds = std::log(std::max(run.seconds, 1e-3));
    n += 1;
    x += cells;
    y += seconds;
    xx += cells * cells;
    xy += cells * seconds;
  }
  if (n < 2) return;
  std::printf("%s: seconds grow as cells to the power %.2f\n", name.c_str(),
              (n * xy - x * y) / (n * xx - x * x));
}

Series SeriesOf(const std::string& name, const std::vector<Run>& runs, double Run::*what) {
  Series series{.name = name, .points = {}};
  for (const Run& run : runs) series.points.emplace_back(run.cells, run.*what);
  return series;
}

}  // namespace

void ScaleBench(const std::string& svg_file) {
  const char* most = std::getenv("KLUIS_SCALE_CELLS");
  const double limit = most == nullptr ? 2e5 : std::atof(most);
  const char* least = std::getenv("KLUIS_SCALE_FROM");
  const double from = least == nullptr ? 0 : std::atof(least);
  const char* only = std::getenv("KLUIS_SCALE_FAMILY");
  std::vector<Series> seconds, values;
  for (const Family& family : std::vector<Family>{{"counts", 4, false}, {"sums", 2, true}}) {
    if (only != nullptr && family.name != only) continue;
    std::vector<Run> runs;
    for (const Shape& shape : Shapes()) {
      const std::vector<Axis> axes = AxesOf(shape);
      const double cells = CellsOf(axes);
      if (cells > limit || cells < from) continue;
      const BenchData data = RandomData(axes, static_cast<int>(cells * family.records_per_cell), 7);
      const AggregateTable table = Tabulate(data.axes, data.records, family.sums);
      const bool small = cells <= kSmall;
      const int64_t work = small ? kUnlimited : kWorkPerCell * static_cast<int64_t>(cells);
      runs.push_back(Suppress(table, ScaleRules(family.sums), work));
      Print(family, runs.back());
      if (small) {
        const Run half = Suppress(table, ScaleRules(family.sums), runs.back().work / 2);
        std::printf(" half the work: %.2f times the value", half.value / runs.back().value);
      }
      std::printf(" peak %.2f GiB\n", PeakGigabytes());
      std::fflush(stdout);
    }
    PrintGrowth(family.name, runs);
    seconds.push_back(SeriesOf(family.name, runs, &Run::seconds));
    values.push_back(SeriesOf(family.name, runs, &Run::value));
  }
  if (svg_file.empty()) return;
  const std::vector<Panel> panels = {{"processor seconds", seconds}, {"value suppressed", values}};
  KLUIS_CHECK(WriteLogLogPlot("cells", panels, svg_file));
}

}  // namespace kluis
