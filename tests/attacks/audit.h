// Plays attacks: does each find every demand possible?
#ifndef KLUIS_TESTS_ATTACKS_AUDIT_H_
#define KLUIS_TESTS_ATTACKS_AUDIT_H_

#include <string>
#include <vector>

#include "tests/attacks/attack.h"
#include "tests/attacks/instance.h"

namespace kluis {

// How the attacker reasons from cell to cell.
enum class Reasoning {
  kCells,       // a parent is the sum of its children, where the table holds them
  kRefinement,  // every cell is a sum over the finest combinations of codes, shown or not
};

struct Breach {
  std::string variable, attacker, rule;
  int cell = -1;
  double value = 0;
  double required_low = 0, required_high = 0;
  double found_low = 0, found_high = 0;
};

std::string Describe(const Breach& breach);

struct AuditResult {
  std::vector<Breach> breaches;
  int64_t demands = 0;
  int64_t relaxed = 0;    // met as far as anything could
  int64_t undecided = 0;  // an integer program took too long; counted as met
  int64_t impossible = 0;  // attacks that find no table: the attacker knows something untrue
};

// `first_only`: stops at the first breach.
AuditResult Audit(const std::vector<Axis>& axes, const std::vector<CellKey>& keys,
                  const std::vector<Attack>& attacks, Reasoning reasoning, bool first_only = false);

// Every attack by each contributor of a suppressed cell on the sums of cells that hold nothing of
// it. The contributor knows what it gave to each cell, and where it is alone.
std::vector<Attack> InsiderAttacksOn(const Instance& instance, const Published& published);

}  // namespace kluis

#endif  // KLUIS_TESTS_ATTACKS_AUDIT_H_
