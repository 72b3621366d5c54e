#include "bench/plot.h"

#include <algorithm>
#include <cmath>
#include <fstream>

namespace kluis {
namespace {

constexpr double kWidth = 420, kHeight = 320, kMargin = 60;
constexpr const char* kColours[] = {"#00508c", "#c05000", "#3c7800", "#7a2a7a"};

// The decades that hold all values.
struct Decades {
  int low = 0, high = 1;

  double Share(double value) const { return (std::log10(value) - low) / (high - low); }
};

Decades DecadesOf(const std::vector<Series>& series, double std::pair<double, double>::*part) {
  double low = 1e300, high = 1e-300;
  for (const Series& s : series) {
    for (const auto& point : s.points) {
      low = std::min(low, point.*part);
      high = std::max(high, point.*part);
    }
  }
  if (low > high) return {};
  Decades decades{static_cast<int>(std::floor(std::log10(low))),
                  static_cast<int>(std::ceil(std::log10(high)))};
  if (decades.high == decades.low) ++decades.high;
  return decades;
}

class PanelWriter {
 public:
  PanelWriter(const std::string& x_name, const Panel& panel, double left, std::ostream* out)
      : x_name_(x_name),
        panel_(panel),
        left_(left + kMargin),
        x_(DecadesOf(panel.series, &std::pair<double, double>::first)),
        y_(DecadesOf(panel.series, &std::pair<double, double>::second)),
        out_(*out) {}

  void Write() {
    out_ << "<rect x='" << left_ << "' y='20' width='" << Width() << "' height='" << Height()
         << "' fill='none' stroke='#888'/>\n";
    for (int d = x_.low; d <= x_.high; ++d) {
      const double x = X(std::pow(10, d));
      Line(x, 20, x, 20 + Height(), "#ddd");
      Text(x, 36 + Height(), "middle", Power(d));
    }
    for (int d = y_.low; d <= y_.high; ++d) {
      const double y = Y(std::pow(10, d));
      Line(left_, y, left_ + Width(), y, "#ddd");
      Text(left_ - 6, y + 4, "end", Power(d));
    }
    Text(left_ + Width() / 2, 54 + Height(), "middle", x_name_);
    Text(left_, 14, "start", panel_.y_name);
    for (size_t s = 0; s < panel_.series.size(); ++s) WriteSeries(s);
  }

 private:
  static double Width() { return kWidth - kMargin - 20; }
  static double Height() { return kHeight - 80; }
  double X(double value) const { return left_ + Width() * x_.Share(value); }
  double Y(double value) const { return 20 + Height() * (1 - y_.Share(value)); }

  static std::string Power(int decade) {
    return "10<tspan dy='-5' font-size='9'>" + std::to_string(decade) + "</tspan>";
  }

  void Line(double x1, double y1, double x2, double y2, const std::string& colour) {
    out_ << "<line x1='" << x1 << "' y1='" << y1 << "' x2='" << x2 << "' y2='" << y2 << "' stroke='"
         << colour << "'/>\n";
  }

  void Text(double x, double y, const std::string& anchor, const std::string& text) {
    out_ << "<text x='" << x << "' y='" << y << "' text-anchor='" << anchor << "'>" << text
         << "</text>\n";
  }

  void WriteSeries(size_t s) {
    const Series& series = panel_.series[s];
    const std::string colour = kColours[s % std::size(kColours)];
    out_ << "<polyline fill='none' stroke='" << colour << "' stroke-width='2' points='";
    for (const auto& [x, y] : series.points) out_ << X(x) << "," << Y(y) << " ";
    out_ << "'/>\n";
    for (const auto& [x, y] : series.points) {
      out_ << "<circle cx='" << X(x) << "' cy='" << Y(y) << "' r='3' fill='" << colour << "'/>\n";
    }
    out_ << "<text x='" << left_ + 10 << "' y='" << 38 + 16 * static_cast<double>(s) << "' fill='"
         << colour << "'>" << series.name << "</text>\n";
  }

  const std::string& x_name_;
  const Panel& panel_;
  const double left_;
  const Decades x_, y_;
  std::ostream& out_;
};

}  // namespace

bool WriteLogLogPlot(const std::string& x_name, const std::vector<Panel>& panels,
                     const std::string& file) {
  std::ofstream out(file);
  out << "<svg xmlns='http://www.w3.org/2000/svg' width='" << kWidth * panels.size() << "' height='"
      << kHeight << "' font-family='sans-serif' font-size='12'>\n"
      << "<rect width='100%' height='100%' fill='white'/>\n";
  for (size_t p = 0; p < panels.size(); ++p) {
    PanelWriter(x_name, panels[p], kWidth * static_cast<double>(p), &out).Write();
  }
  out << "</svg>\n";
  return static_cast<bool>(out.flush());
}

}  // namespace kluis
