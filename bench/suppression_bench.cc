// Disclosure control of whole tables: what is suppressed, what it costs and how long it takes.
#include <ctime>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "bench/bench.h"
#include "bench/tables.h"
#include "disclosure/protect/protect.h"

namespace kluis {
namespace {

struct Case {
  std::string name;
  AggregateTable table;
  RuleSet rules;
};

RuleSet Frequency(int minimum, bool threshold) {
  RuleSet rules;
  rules.name = "bench";
  rules.frequency = {.minimum = minimum, .protect_zeros = false, .threshold = threshold};
  return rules;
}

double Cpu() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

void Run(const Case& one) {
  const double start = Cpu();
  ProtectOptions options;
  options.iterations_max = 300'000'000;
  const auto result = Protect(one.table, one.rules, options);
  const double seconds = Cpu() - start;
  if (!result.ok()) {
    std::printf("%-28s %7zu cells  %s  %.2f s\n", one.name.c_str(), one.table.keys.size(),
                std::string(result.status().message()).c_str(), seconds);
    return;
  }
  std::map<std::string, std::pair<int, int>> per_variable;
  std::map<std::string, double> values;
  for (const CellReview& cell : result->review()) {
    if (cell.decision == "primary") ++per_variable[cell.variable].first;
    if (cell.decision != "secondary") continue;
    ++per_variable[cell.variable].second;
    values[cell.variable] += std::abs(std::atof(cell.value.c_str()));
  }
  std::printf("%-28s %7zu cells", one.name.c_str(), one.table.keys.size());
  for (const auto& [variable, counts] : per_variable) {
    std::printf("  %s %d+%d (%.0f)", variable.c_str(), counts.first, counts.second, values[variable]);
  }
  std::printf("  %.2f s\n", seconds);
}

Case Make(const std::string& name, const BenchData& data, bool measure, RuleSet rules) {
  return {name, Tabulate(data.axes, data.records, measure), std::move(rules)};
}

}  // namespace

void SuppressionBench(const std::string& test_data, const std::string& only) {
  const auto wanted = [&](const char* name) { return only.empty() || std::string(name).find(only) != std::string::npos; };
  const VariableKind identifying = VariableKind::kIdentifying;
  if (wanted("tau")) {
    Run(Make("tau industry counts exact", TauTestW(test_data, "IndustryCode", 5), false, Frequency(3, false)));
    Run(Make("tau industry counts thresh", TauTestW(test_data, "IndustryCode", 5), false, Frequency(3, true)));
    RuleSet dominance = Frequency(3, false);
    dominance.dominance = {{.n = 1, .share_ppm = 850'000}};
    Run(Make("tau industry dominance", TauTestW(test_data, "IndustryCode", 5), true, dominance));
    RuleSet p15 = Frequency(1, false);
    p15.p_percent = PPercentParameters{.p_ppm = 150'000, .coalition = 1};
    Run(Make("tau size p15", TauTestW(test_data, "Size", 6), true, p15));
  }
  const Axis region = RegularAxis("region", identifying, {5, 5, 6});
  const Axis age = RegularAxis("age", identifying, {5});
  const Axis age20 = RegularAxis("age", identifying, {5, 5});
  const Axis conf = RegularAxis("conf", VariableKind::kConfidential, {5});
  Axis in_out = RegularAxis("in_or_out", VariableKind::kConfidential, {2});
  Axis in_out_mixed = RegularAxis("in_or_out", VariableKind::kMixed, {2});
  const Axis type = RegularAxis("type", VariableKind::kMixed, {8});
  if (wanted("f2")) {
    Run(Make("f2 1116", RandomData({region, age}, 30'000, 1), false, Frequency(10, true)));
    Run(Make("f2 5766", RandomData({region, age20}, 100'000, 1), false, Frequency(10, true)));
    RuleSet zeros = Frequency(10, true);
    zeros.frequency.protect_zeros = true;
    Run(Make("f2 5766 zeros", RandomData({region, age20}, 100'000, 1), false, zeros));
    Run(Make("f2 1116 conf", RandomData({region, conf}, 30'000, 1), false, zeros));
    Run(Make("f2 in", RandomData({region, type, in_out}, 60'000, 1), false, zeros));
    Axis second = in_out;
    Run(Make("f2 in in", RandomData({RegularAxis("buurt", identifying, {20, 4}), type, in_out, in_out_mixed}, 46'000, 1), false, zeros));
  }
  if (wanted("f3")) {
    const Axis r = RegularAxis("region", identifying, {4, 5, 3});
    Run(Make("f3 1020", RandomData({RegularAxis("region", identifying, {4, 4}), age, RegularAxis("income", identifying, {7})}, 20'000, 1), false, Frequency(10, true)));
    Run(Make("f3 5100", RandomData({r, age, RegularAxis("income", identifying, {9})}, 60'000, 1), false, Frequency(10, true)));
  }
  if (wanted("m3")) {
    RuleSet p10 = Frequency(3, true);
    p10.p_percent = PPercentParameters{.p_ppm = 100'000, .coalition = 1};
    const Axis sbi = RegularAxis("sbi", identifying, {4, 3});
    Run(Make("m3 1071", RandomData({sbi, RegularAxis("region", identifying, {4, 3}), RegularAxis("size", identifying, {2})}, 20'000, 1), true, p10));
    Run(Make("m3 4641", RandomData({RegularAxis("sbi", identifying, {6, 4, 2}), RegularAxis("region", identifying, {4, 3}), RegularAxis("size", identifying, {2})}, 60'000, 1), true, p10));
  }
}

}  // namespace kluis
