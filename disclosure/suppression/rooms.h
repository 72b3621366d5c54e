// How far each cell can move, for searches that look for witnesses without a program; and, for the
// time of one question, what a coalition leaves of that.
#ifndef KLUIS_DISCLOSURE_SUPPRESSION_ROOMS_H_
#define KLUIS_DISCLOSURE_SUPPRESSION_ROOMS_H_

#include <algorithm>
#include <utility>
#include <vector>

#include "disclosure/suppression/insiders.h"
#include "disclosure/suppression/system.h"

namespace kluis {

// `Number` is what a search counts in.
template <typename Number>
class Rooms {
 public:
  // `convert` makes it of a distance in units of a cell. No cell moves until it is set.
  Rooms(const System& system, Number (*convert)(absl::int128))
      : system_(system),
        convert_(convert),
        up_(system.cells.size(), 0),
        down_(system.cells.size(), 0) {}

  void Set(int cell, Number up, Number down) {
    up_[cell] = up;
    down_[cell] = down;
  }
  void SetTo(int cell, const Bounds& bounds) {
    const absl::int128 value = system_.cells[cell].value;
    Set(cell, convert_(bounds.high - value), convert_(value - bounds.low));
  }
  Number up(int cell) const { return up_[cell]; }
  Number down(int cell) const { return down_[cell]; }

  // Takes the room that is not possible with `knowledge`, until Restore().
  void Tell(const std::vector<Knowledge>& knowledge) {
    for (const Knowledge& known : knowledge) {
      Number& up = up_[known.cell];
      Number& down = down_[known.cell];
      before_.push_back({known.cell, up, down});
      if (known.exact) {
        up = std::min(up, Number{0});
        down = std::min(down, Number{0});
      } else if (known.low > 0) {
        down = std::min(down, convert_(system_.cells[known.cell].value - known.low));
      }
    }
  }

  void Restore() {
    for (; !before_.empty(); before_.pop_back()) {
      Set(before_.back().cell, before_.back().up, before_.back().down);
    }
  }

 private:
  struct Before {
    int cell = -1;
    Number up = 0, down = 0;
  };

  const System& system_;
  Number (*const convert_)(absl::int128);
  std::vector<Number> up_, down_;
  std::vector<Before> before_;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_SUPPRESSION_ROOMS_H_
