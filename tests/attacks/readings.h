// States of knowledge on a table, and which of its cells are a secret in them. The counts of
// identifying supports are known; mixed variables are read both as known and as unknown.
#ifndef KLUIS_TESTS_ATTACKS_READINGS_H_
#define KLUIS_TESTS_ATTACKS_READINGS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "disclosure/policy/rule_set.h"
#include "disclosure/table/aggregate_table.h"

namespace kluis {

// A state of knowledge on identifying supports.
struct Reading {
  std::string name;
  std::vector<bool> known;
  std::vector<int> support;  // per cell; -1 when the table does not hold it
};

// `table` and `rules` must outlive it.
class Readings {
 public:
  Readings(const AggregateTable& table, const RuleSet& rules);

  // Each state of knowledge that an attacker may be in.
  std::vector<Reading> All() const;

  // Every variable is identifying: nothing is known beforehand.
  bool Ordinary() const { return !mixed_ && !confidential_; }
  bool Displayed(size_t i) const { return table_.uses[i] == CellUse::kDisplayed; }
  // Known whatever is known of mixed variables: never in an ordinary table.
  const std::vector<bool>& supports() const { return struck_.known; }

  // The least number of contributors that is not too few.
  int64_t enough() const { return enough_; }
  bool Small(double contributors) const { return contributors > 0 && contributors < enough_; }

  // Rule 13: a row of too few units that everyone can name is blank, whatever it holds.
  bool Blank(size_t i, const std::vector<double>& contributors) const;
  bool ZeroSecret(size_t i) const;
  // Some code is marked sensitive that is not known in the reading.
  bool Sensitive(size_t i, const Reading& reading) const;
  // Empty, as everyone knows: rule 2.
  bool NobodyIsThere(size_t i) const;
  // The rule that makes a count a secret; empty when none does.
  std::string RuleOf(size_t i, double n, double contributors, bool blank) const;

 private:
  Reading ReadingOf(const std::string& name, bool strike_mixed) const;

  const AggregateTable& table_;
  const RuleSet& rules_;
  const int64_t enough_;
  bool mixed_ = false, confidential_ = false;
  std::map<CellKey, int> index_;
  Reading struck_, kept_;
};

}  // namespace kluis

#endif  // KLUIS_TESTS_ATTACKS_READINGS_H_
