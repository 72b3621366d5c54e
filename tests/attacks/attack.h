// What attackers know and what they must not find out: rules 1 to 5 of disclosure control read
// afresh, without a line of disclosure/suppression.
//
// An attacker knows what is published, the counts of identifying supports (in both readings of
// mixed variables), that counts are whole numbers, that "." is not zero where zeros are shown, and
// that contributions are not negative where the catalogue says so.
#ifndef KLUIS_TESTS_ATTACKS_ATTACK_H_
#define KLUIS_TESTS_ATTACKS_ATTACK_H_

#include <string>
#include <vector>

#include "disclosure/policy/rule_set.h"
#include "disclosure/protect/protected_table.h"
#include "disclosure/table/aggregate_table.h"
#include "tests/attacks/polyhedron.h"

namespace kluis {

// Per variable: which cells the release shows.
struct Published {
  std::vector<bool> units;
  std::vector<std::vector<bool>> distincts;
  std::vector<std::vector<bool>> measures;
};

Published PublishedIn(const AggregateTable& table, const ProtectedTable& release);

// The attacker must hold every value of [low, high] possible, or its nearest ends at least.
struct Demand {
  int cell = -1;
  std::string rule;
  double low = 0;
  double high = 0;
};

// One attacker on one variable.
struct Attack {
  std::string variable;  // "units", "distinct:holding", "weighted", "values:omzet", "omzet"
  std::string attacker;  // its state of knowledge
  bool integral = true;
  std::vector<double> values;  // per cell; read where known or published
  std::vector<bool> known;     // beforehand
  std::vector<bool> published;
  std::vector<bool> inside;    // cells that the attacker reasons with
  std::vector<Range> bounds;   // of what is neither known nor published
  std::vector<bool> additive;  // per axis; overlapping categories otherwise
  std::vector<Demand> demands;
  // Demands on counts give way to what is left when nothing but zeros is published.
  bool relaxable = true;
};

// Every attacker on every variable of which a release shows `published`.
std::vector<Attack> AttacksOn(const AggregateTable& table, const RuleSet& rules,
                              const Published& published);

}  // namespace kluis

#endif  // KLUIS_TESTS_ATTACKS_ATTACK_H_
