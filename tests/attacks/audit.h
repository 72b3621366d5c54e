// Plays attacks: does each find every demand possible?
#ifndef KLUIS_TESTS_ATTACKS_AUDIT_H_
#define KLUIS_TESTS_ATTACKS_AUDIT_H_

#include <string>
#include <utility>
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

struct AttackResult {
  std::vector<Breach> breaches;
  int64_t demands = 0;
  int64_t relaxed = 0;     // met as far as anything could
  int64_t undecided = 0;   // an integer program took too long; counted as met
  int64_t impossible = 0;  // attacks that find no table: the attacker knows something untrue
};

// `first_only`: stops at the first breach.
AttackResult Audit(const std::vector<Axis>& axes, const std::vector<CellKey>& keys,
                  const std::vector<Attack>& attacks, Reasoning reasoning, bool first_only = false);

// The same, by an attacker who has two statistics at once: what the second of a pair counts is no
// more than what the first counts, in every cell. Reasons with cells.
AttackResult AuditPairs(const std::vector<Axis>& axes, const std::vector<CellKey>& keys,
                       const std::vector<std::pair<Attack, Attack>>& pairs);

// Units beside distinct units, in the same state of knowledge.
std::vector<std::pair<Attack, Attack>> PairsOf(const std::vector<Attack>& attacks);

// What a contributor knows of the cells that hold it.
enum class Insight {
  kAlone,  // the total of a cell in which it is alone
  kOwn,    // and that other totals are no less than what it gave, where nothing is negative
};

// Every attack by each contributor of a suppressed cell on the sums of cells that hold nothing of
// it.
std::vector<Attack> InsiderAttacksOn(const Instance& instance, const Published& published,
                                     Insight insight);

}  // namespace kluis

#endif  // KLUIS_TESTS_ATTACKS_AUDIT_H_
