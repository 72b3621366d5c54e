// All tables that agree with what an attacker knows, and how far a cell can go in them: GLPK's
// simplex method and branch and bound. Tests only; shares nothing with disclosure/suppression.
#ifndef KLUIS_TESTS_ATTACKS_POLYHEDRON_H_
#define KLUIS_TESTS_ATTACKS_POLYHEDRON_H_

#include <limits>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace kluis {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Range {
  double low = 0;
  double high = kInfinity;
};

// low <= sum of coefficient x column <= high.
struct Fact {
  std::vector<std::pair<int, double>> terms;
  Range range = {.low = 0, .high = 0};
};

struct Reach {
  double value = 0;
  // A table that reaches it was found: of whole numbers, verified in integers, when the polyhedron
  // is integral. Otherwise `value` is what linear programming cannot exclude.
  bool proven = false;
};

class Polyhedron {
 public:
  // Whole numbers only when `integral`; the bounds are whole numbers then.
  Polyhedron(std::vector<Range> columns, std::vector<Fact> facts, bool integral);
  ~Polyhedron();

  // False when no table agrees: somebody knows what is not true.
  bool IsPossible();

  // The furthest value of a column in the direction of `sign`; `limit` when it can go there or
  // beyond.
  // REQUIRES: IsPossible(), and a table on this side of `limit`.
  Reach Furthest(int column, int sign, double limit);

 private:
  struct Program;

  double Optimise();
  std::optional<Reach> Extreme(int column, const Range& range, int sign, double* bound);
  std::optional<Reach> Whole(int column, int sign, double bound);
  bool IsWholeTable(const std::vector<double>& table) const;
  void SetRange(int column, const Range& range);

  const std::vector<Range> columns_;
  const std::vector<Fact> facts_;
  const bool integral_;
  double unit_ = 1;  // a power of two: the program is in multiples of it
  std::unique_ptr<Program> program_;
};

}  // namespace kluis

#endif  // KLUIS_TESTS_ATTACKS_POLYHEDRON_H_
