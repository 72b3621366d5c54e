// Disclosure control of whole tables: what is suppressed, what it costs and how long it takes.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <map>

#include "bench/bench.h"
#include "bench/tables.h"
#include "disclosure/base/check.h"
#include "disclosure/protect/keyed_cost.h"
#include "disclosure/protect/protect.h"

namespace kluis {
namespace {

struct Result {
  std::map<std::string, int> primary, secondary;  // cells of each variable
  std::map<std::string, double> value;            // of the secondary cells
  double seconds = 0;
};

double Seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// `key`: of the costs; empty: not keyed, as the other tools'. `linked` as Tabulate() has it.
Result Run(const std::string& name, const BenchData& data, bool measure, const RuleSet& rules,
           const std::string& key = "", const std::vector<std::set<size_t>>& linked = {}) {
  const AggregateTable table = Tabulate(data.axes, data.records, measure, linked);
  const double start = Seconds();
  ProtectOptions options;
  if (!key.empty()) {
    options.cost_factor = KeyedCosts(key, "bench|");
    options.decoy = KeyedDecoys(key, "bench|");
  }
  options.only_shown = true;  // as the other tools: a sum without a count has one pattern
  const auto release = Protect(table, rules, options);
  KLUIS_CHECK(release.ok());
  Result result;
  result.seconds = Seconds() - start;
  for (const CellReview& cell : release->review()) {
    if (cell.decision == "primary") ++result.primary[cell.variable];
    if (cell.decision != "secondary") continue;
    ++result.secondary[cell.variable];
    result.value[cell.variable] += std::abs(std::atof(cell.value.c_str()));
  }
  std::printf("%-36s %6zu cells", name.c_str(), table.keys.size());
  for (const auto& [variable, count] : result.primary) {
    std::printf("  %s %d + %d (%.0f)", variable.c_str(), count, result.secondary[variable],
                result.value[variable]);
  }
  std::printf("  %.2f s\n", result.seconds);
  return result;
}

RuleSet Frequency(int minimum, bool threshold, bool protect_zeros) {
  RuleSet rules;
  rules.name = "bench";
  rules.frequency.minimum = minimum;
  rules.frequency.protect_zeros = protect_zeros;
  rules.frequency.threshold = threshold;
  return rules;
}

RuleSet WithP(RuleSet rules, int64_t p_ppm) {
  rules.p_percent = PPercentParameters{.p_ppm = p_ppm, .coalition = 1};
  return rules;
}

// Sources of the references: shared figures of the field, measured on the same records.
std::vector<Comparison> TauTables(const std::string& folder) {
  constexpr int kVar1 = 5, kVar2 = 6;
  if (!std::filesystem::exists(folder + "/micro_tau_testW.csv.gz")) {
    std::printf("micro_tau_testW is not in %s: its tables are left out\n", folder.c_str());
    return {};
  }
  const BenchData industry = TauTestW(folder, "IndustryCode", kVar1);
  const BenchData size = TauTestW(folder, "Size", kVar2);
  const Result counts =
      Run("tau_testW industry, exact", industry, false, Frequency(3, false, false));
  Run("tau_testW industry, threshold", industry, false, Frequency(3, true, false));
  Run("tau_testW industry, threshold, key", industry, false, Frequency(3, true, false), "a");
  RuleSet dominance = Frequency(3, false, false);
  dominance.dominance = {{.n = 1, .share_ppm = 850'000}};
  const Result sums = Run("tau_testW industry, dominance", industry, true, dominance);
  Run("tau_testW industry, dominance, key", industry, true, dominance, "a");
  const RuleSet p_percent = WithP(Frequency(1, false, false), 150'000);
  const Result p15 = Run("tau_testW size, p%", size, true, p_percent);
  Run("tau_testW size, p%, key", size, true, p_percent, "a");
  // Activity and NUTS, each by size and by legal form.
  const std::vector<std::set<size_t>> four = {{0, 1}, {0, 2}, {3, 1}, {3, 2}};
  const BenchData insee = InseeEnterprises(folder);
  const Result linked = Run("insee, four linked tables", insee, true, dominance, "", four);
  Run("insee, four linked tables, key", insee, true, dominance, "a", four);
  return {{"suppression/tau_counts_cells", static_cast<double>(counts.secondary.at("units")), 1119,
           "cells", "GaussSuppression, exact disclosure only"},
          {"suppression/tau_counts_seconds", counts.seconds, 27, "s", "GaussSuppression in R"},
          {"suppression/tau_sums_cells", static_cast<double>(sums.secondary.at("value")), 1215,
           "cells", "tau-ARGUS Modular"},
          {"suppression/tau_sums_value", sums.value.at("value") / 100, 48'068'689, "value",
           "tau-ARGUS Modular"},
          {"suppression/tau_size_value", p15.value.at("value") / 100, 2'524'351, "value",
           "tau-ARGUS Modular"},
          {"suppression/insee_linked_cells", static_cast<double>(linked.secondary.at("value")), 354,
           "cells", "tau-ARGUS through rtauargus"}};
}

void RandomTables() {
  const VariableKind identifying = VariableKind::kIdentifying;
  const VariableKind confidential = VariableKind::kConfidential;
  const Axis region = RegularAxis("region", identifying, {5, 5, 6});
  const Axis age = RegularAxis("age", identifying, {5, 5});
  const Axis type = RegularAxis("type", VariableKind::kMixed, {8});
  const Axis inside = RegularAxis("in_or_out", confidential, {2});
  const Axis known_inside = RegularAxis("in_or_out", VariableKind::kMixed, {2});
  const RuleSet publish = Frequency(10, true, false), protect = Frequency(10, true, true);
  Run("region x age", RandomData({region, age}, 100'000, 1), false, publish);
  Run("region x type, one WHERE", RandomData({region, type, inside}, 60'000, 1), false, protect);
  Run("region x type, two WHERE",
      RandomData({RegularAxis("buurt", identifying, {20, 4}), type, inside, known_inside}, 46'000,
                 1),
      false, protect);
  Run("region x age x income",
      RandomData({RegularAxis("region", identifying, {4, 5, 3}),
                  RegularAxis("age", identifying, {5}), RegularAxis("income", identifying, {9})},
                 60'000, 1),
      false, publish);
  Run("sbi x region x size, p%",
      RandomData(
          {RegularAxis("sbi", identifying, {6, 4, 2}), RegularAxis("region", identifying, {4, 3}),
           RegularAxis("size", identifying, {2})},
          6'000, 1),
      true, WithP(Frequency(3, true, false), 100'000));
}

}  // namespace

std::vector<Comparison> SuppressionBench(const std::string& test_data) {
  std::vector<Comparison> comparisons = TauTables(test_data);
  RandomTables();
  return comparisons;
}

}  // namespace kluis
