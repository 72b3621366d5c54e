// Patterns of random tables before the auditor: as they were found, and with a fault in their
// proofs.
#include "disclosure/protect/layer_audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>

#include "tests/disclosure/protect/microdata.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;

// A table of sums, or of counts, with a pattern; contributors know their parts of sums.
struct Found {
  AggregateTable table;
  System system;
  Pattern pattern;

  absl::Status Audit() const { return AuditPattern(TableView(table), system, {}, pattern); }
};

System SystemOf(const AggregateTable& table, bool sums, unsigned random) {
  System system{.cells = {}, .rows = {}, .scenarios = {}, .integral = !sums};
  const TableView view(table);
  for (const Relation& relation : view.relations) system.rows.push_back(EqualityOf(relation));
  Scenario scenario{.name = "test", .known = {}, .bounds = {}, .requirements = {}};
  for (size_t i = 0; i < table.keys.size(); ++i) {
    const Contributions& cell = table.measures[0].cells[i];
    const absl::int128 value = sums ? cell.total : absl::int128{table.units[i].rows};
    const bool sensitive = value > 0 && table.units[i].rows <= 3;
    system.cells.push_back({.value = value,
                            .cost = 1.0 + static_cast<double>((random + i) % 7),
                            .open = sensitive,
                            .fixed = value == 0});
    scenario.bounds.push_back({});
    const absl::int128 level = sums ? value / 4 + 1 : absl::int128{1};
    if (sensitive) {
      scenario.requirements.push_back({.cell = static_cast<int>(i),
                                       .low = std::max<absl::int128>(value - level, 0),
                                       .high = value + level});
    }
    if (!sums) continue;
    Contributors& contributors = system.contributors.emplace_back();
    contributors.count = cell.contributors;
    contributors.unlisted = cell.unlisted;
    for (const Share& share : cell.shares)
      contributors.largest.push_back({.contributor = share.contributor, .own = share.amount});
    // For whose sake it is secret: the largest, the second, nobody who is in it.
    if (random % 3 == 1 && contributors.largest.size() > 1)
      contributors.owner = contributors.largest[1].contributor;
    if (random % 3 == 2) contributors.owner = -1;
  }
  scenario.known.assign(system.cells.size(), false);
  system.scenarios.push_back(std::move(scenario));
  return system;
}

// False where the table has no pattern, or nothing to protect.
bool Find(unsigned seed, bool sums, Found* found) {
  std::mt19937 random(seed);
  const std::vector<Axis> axes = {MakeAxis("a", {0, 0, 1, 1, 2, 2}), MakeAxis("b", {0, 0, 0})};
  TableOptions options;
  options.measure = true;
  found->table =
      Tabulate(axes, DrawUnits(axes, 40 + static_cast<int>(random() % 60), &random), options);
  found->system = SystemOf(found->table, sums, random());
  WorkBudget budget{.iterations_left = 1'000'000, .cancelled = nullptr};
  PatternOptions wanted;
  wanted.proofs = true;
  auto pattern = FindPattern(found->system, wanted, &budget);
  if (!pattern.ok() || pattern->proofs.claims.empty()) return false;
  found->pattern = *std::move(pattern);
  return true;
}

Deviation& FirstOf(Found* found) {
  return found->pattern.proofs.deviations[found->pattern.proofs.claims[0].deviation];
}

// Each spoils a pattern, or says that it cannot.
bool Publish(Found* found) {
  found->pattern.suppressed[FirstOf(found).back().first] = false;
  return true;
}

bool BreakAnEquation(Found* found) {
  FirstOf(found).back().second += 1;
  return true;
}

bool Shorten(Found* found) {
  if (found->system.integral) return false;
  for (auto& term : FirstOf(found)) term.second /= 1024;
  return true;
}

bool GoBelowZero(Found* found) {
  bool below = false;
  for (auto& term : FirstOf(found)) {
    term.second *= 4096;
    below |= term.second < 0;
  }
  return below;
}

bool DropAClaim(Found* found) {
  auto& claims = found->pattern.proofs.claims;
  const auto outsider = std::find_if(claims.begin(), claims.end(), [](const ProofClaim& claim) {
    return claim.coalition.empty();
  });
  claims.erase(outsider);
  return true;
}

bool DropTheInsiders(Found* found) {
  auto& claims = found->pattern.proofs.claims;
  const size_t before = claims.size();
  claims.erase(std::remove_if(claims.begin(), claims.end(),
                              [](const ProofClaim& claim) { return !claim.coalition.empty(); }),
               claims.end());
  return claims.size() < before;
}

TEST(LayerAuditTest, PatternsAreFollowedAndWithAFaultTheyAreNot) {
  const std::map<std::string, bool (*)(Found*)> faults = {
      {"is shown", Publish},
      {"breaks an equation", BreakAnEquation},
      {"is too short", Shorten},
      {"beyond what everyone knows", GoBelowZero},
      {"certificate is missing", DropAClaim},
      {"towards contributors", DropTheInsiders}};
  std::map<std::string, int> caught;
  for (unsigned seed = 1; seed <= 100; ++seed) {
    for (const bool sums : {false, true}) {
      Found found;
      if (!Find(seed, sums, &found)) continue;
      EXPECT_TRUE(found.Audit().ok()) << "seed " << seed << ": " << found.Audit();
      for (const auto& [said, spoil] : faults) {
        Found spoilt = found;
        if (!spoil(&spoilt)) continue;
        const absl::Status audit = spoilt.Audit();
        if (audit.ok() && spoil == DropTheInsiders) continue;  // nobody needed what was dropped
        EXPECT_EQ(audit.code(), absl::StatusCode::kInternal) << "seed " << seed << ": " << said;
        EXPECT_THAT(std::string(audit.message()), HasSubstr("the audit refuses"));
        caught[said] += std::string(audit.message()).find(said) != std::string::npos;
      }
    }
  }
  for (const auto& [said, spoil] : faults) EXPECT_GT(caught[said], 10) << said;
}

}  // namespace
}  // namespace kluis
