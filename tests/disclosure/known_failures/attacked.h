// One variable of a small table, what must stay possible of its sensitive cells, and what the
// independent auditor makes of a pattern of it: a naive one, or that of Protect().
#ifndef KLUIS_TESTS_DISCLOSURE_KNOWN_FAILURES_ATTACKED_H_
#define KLUIS_TESTS_DISCLOSURE_KNOWN_FAILURES_ATTACKED_H_

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <vector>

#include "disclosure/audit/audit.h"
#include "disclosure/protect/protect.h"
#include "tests/disclosure/protect/microdata.h"

namespace kluis {

using Cells = std::set<CellKey>;

// n units of a category per axis.
inline void AddUnits(const std::vector<int>& codes, int n, std::vector<Unit>* units) {
  for (int i = 0; i < n; ++i) {
    units->push_back({.codes = codes, .contributor = static_cast<int64_t>(units->size())});
  }
}

// A contribution of a firm, or of the holding that it belongs to.
inline void AddFirm(const std::vector<int>& codes, int64_t contributor, int64_t value,
                    std::vector<Unit>* units) {
  units->push_back({.codes = codes, .contributor = contributor, .value = value});
}

struct Attacked {
  AggregateTable table;
  RuleSet rules;
  bool sums = false;  // the first measure is attacked, else the number of units
  int64_t floor = 0;  // of a cell that is not shown
  Cells known;        // constants for everyone
  std::map<CellKey, AuditInterval> required;

  absl::int128 Value(size_t cell) const {
    return sums ? table.measures[0].cells[cell].total : absl::int128{table.units[cell].rows};
  }
};

// What an attacker has when `hidden` is not shown.
inline AuditTable WithHidden(const Attacked& attacked, const Cells& hidden) {
  AuditTable audit;
  audit.axes = attacked.table.axes;
  audit.integral = !attacked.sums;
  for (size_t i = 0; i < attacked.table.keys.size(); ++i) {
    const CellKey& key = attacked.table.keys[i];
    const CellUse use = attacked.table.uses[i];
    const bool displayed = use == CellUse::kDisplayed;
    AuditCell cell{.key = key, .value = attacked.Value(i), .known = {0, kInfinity}, .required = {}};
    if (displayed) cell.known.low = static_cast<double>(attacked.floor);
    if (use == CellUse::kImpossible) cell.known = {0, 0};
    const bool constant = attacked.known.count(key) > 0;
    cell.shown = constant || (displayed && hidden.count(key) == 0);
    const auto required = attacked.required.find(key);
    if (required != attacked.required.end()) {
      cell.demand = AuditDemand::kInterval;
      cell.required = required->second;
    }
    audit.cells.push_back(cell);
  }
  return audit;
}

// Sensitive cells that outsiders narrow too far; shown ones among them.
inline Cells Exposed(const Attacked& attacked, const Cells& hidden) {
  const AuditTable audit = WithHidden(attacked, hidden);
  const auto result = AuditCells(audit, {});
  EXPECT_TRUE(result.ok()) << result.status();
  Cells exposed;
  for (const AuditCell& cell : audit.cells) {
    if (cell.shown && cell.demand != AuditDemand::kNothing) exposed.insert(cell.key);
  }
  if (!result.ok()) return exposed;
  for (const int cell : result->exposed) exposed.insert(audit.cells[cell].key);
  return exposed;
}

// Those that the only contributor of the cells of `own` narrows too far, and outsiders do not.
inline Cells ExposedTo(const Attacked& attacked, const Cells& own, const Cells& hidden) {
  const AuditTable audit = WithHidden(attacked, hidden);
  Insider insider;
  for (size_t i = 0; i < audit.cells.size(); ++i) {
    if (!audit.cells[i].shown && own.count(audit.cells[i].key) > 0) {
      insider.knows.push_back(static_cast<int>(i));
    }
  }
  const auto outsider = AuditCells(audit, {});
  EXPECT_TRUE(outsider.ok()) << outsider.status();
  const auto found = AuditInsiders(audit, {insider}, *outsider, {});
  EXPECT_TRUE(found.ok()) << found.status();
  Cells exposed;
  for (const auto& [who, cell] : *found) exposed.insert(audit.cells[cell].key);
  return exposed;
}

// What Protect() does not show of the variable.
inline Cells HiddenByProtect(const Attacked& attacked) {
  const auto release = Protect(attacked.table, attacked.rules, {});
  EXPECT_TRUE(release.ok()) << release.status();
  Cells hidden;
  if (!release.ok()) return hidden;
  const StatisticKind kind = attacked.sums ? StatisticKind::kSum : StatisticKind::kCount;
  for (size_t row = 0; row < release->values().size(); ++row) {
    for (size_t s = 0; s < release->shape().statistics.size(); ++s) {
      const bool suppressed = release->values()[row][s].status == ValueStatus::kSuppressed;
      if (release->shape().statistics[s].kind == kind && suppressed) {
        hidden.insert(attacked.table.keys[release->shape().rows[row].cell]);
      }
    }
  }
  return hidden;
}

// How much of the table is left: a table of which nothing is shown would pass every test.
inline size_t ShownCells(const Attacked& attacked, const Cells& hidden) {
  size_t shown = 0;
  for (size_t i = 0; i < attacked.table.keys.size(); ++i) {
    const bool displayed = attacked.table.uses[i] == CellUse::kDisplayed;
    shown += displayed && hidden.count(attacked.table.keys[i]) == 0;
  }
  return shown;
}

}  // namespace kluis

#endif  // KLUIS_TESTS_DISCLOSURE_KNOWN_FAILURES_ATTACKED_H_
