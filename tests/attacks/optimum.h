// The cheapest safe pattern of a small system, found without any heuristic: the reference of
// secondary suppression.
//
// A pattern is safe when every attacker of every scenario, outsider or coalition of contributors,
// finds a table (of whole numbers where the system is integral) that reaches each side of each
// requirement and differs from the true one in suppressed cells only. A larger pattern is as safe,
// so what a pattern lacks is a set of cells of which one at least must be suppressed; the cheapest
// choice from all such sets is the optimum (implicit hitting sets; the cuts of Fischetti and
// Salazar, 2000). Shares nothing with the search of disclosure/suppression: GLPK decides.
#ifndef KLUIS_TESTS_ATTACKS_OPTIMUM_H_
#define KLUIS_TESTS_ATTACKS_OPTIMUM_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "disclosure/suppression/system.h"

namespace kluis {

using CellSet = uint64_t;  // one bit per cell

// One side of one requirement, towards one attacker.
struct Aim {
  int scenario = 0;
  int requirement = 0;
  int sign = 1;
  double amount = 0;                    // distance from the true value
  std::vector<int64_t> coalition = {};  // empty: an outsider
};

class Optimiser {
 public:
  // REQUIRES: at most 64 cells, and no relaxable requirement. `system` must outlive the object.
  explicit Optimiser(const System& system);
  ~Optimiser();

  // The first aim that is out of reach; nullptr when the pattern is safe.
  const Aim* Breach(CellSet suppressed);

  // The price of what a pattern suppresses besides the open cells.
  double CostOf(CellSet suppressed) const;

  // The cheapest safe pattern, with the open cells; nothing when no pattern is safe.
  std::optional<CellSet> Cheapest();

  CellSet open() const { return open_; }

 private:
  struct Program;
  // What was found out about one aim.
  struct Known {
    std::vector<CellSet> enough;  // a table that reaches it differs in these cells
    std::vector<CellSet> lacking;
  };

  void AddAims();
  bool Reaches(size_t aim, CellSet suppressed);
  CellSet LargestLacking(size_t aim, CellSet suppressed);
  CellSet CheapestChoice(const std::vector<CellSet>& sets) const;

  const System& system_;
  CellSet open_ = 0;
  CellSet movable_ = 0;  // cells that may be suppressed and then protect something
  std::vector<int> by_cost_;
  std::vector<Aim> aims_;
  std::vector<Known> known_;
  std::unique_ptr<Program> program_;
};

CellSet SetOf(const std::vector<bool>& cells);

// "cell 3 up by 5 towards contributor 7".
std::string Describe(const System& system, const Aim& aim);

}  // namespace kluis

#endif  // KLUIS_TESTS_ATTACKS_OPTIMUM_H_
