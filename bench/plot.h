// Plots of measurements, as SVG that any browser shows.
#ifndef KLUIS_BENCH_PLOT_H_
#define KLUIS_BENCH_PLOT_H_

#include <string>
#include <utility>
#include <vector>

namespace kluis {

struct Series {
  std::string name;
  std::vector<std::pair<double, double>> points;  // x and y, both above 0
};

struct Panel {
  std::string y_name;
  std::vector<Series> series;
};

// Panels side by side, both axes logarithmic. False when the file cannot be written.
bool WriteLogLogPlot(const std::string& x_name, const std::vector<Panel>& panels,
                     const std::string& file);

}  // namespace kluis

#endif  // KLUIS_BENCH_PLOT_H_
