// Sums and means of random queries, with and without FILTER, under rules of concentration, from files
// to what leaves, attacked by linear programs over the finest classes that the query tells apart: of no
// cell whose sum is a secret, shown or hidden, may anyone come closer to the sum than its levels say.
//
// KLUIS_INSTANCES and KLUIS_FIRST_SEED: how many registers with six queries each, and the first seed.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/decimal.h"
#include "disclosure/protect/protect.h"
#include "disclosure/rules/magnitude.h"
#include "tests/attacks/polyhedron.h"
#include "tests/environment.h"
#include "tests/reference/asked.h"
#include "tests/server/release/workshop.h"

namespace kluis {
namespace {

constexpr uint64_t kInstances = 8;  // six are the fewest that find sums shown for want of secondary suppression
constexpr int kQueries = 6;
constexpr size_t kAtomsMax = 400, kCellsMax = 300;

RuleSet RandomRules(Random* random) {
  RuleSet rules;
  rules.frequency.minimum = 3;
  rules.frequency.protect_zeros = random->OneIn(2);
  if (!random->OneIn(3)) rules.p_percent = PPercentParameters{.p_ppm = 100'000 * random->Between(1, 4)};
  if (!random->OneIn(3)) rules.dominance.push_back({.n = 1, .share_ppm = 100'000 * random->Between(5, 8)});
  return rules;
}

// Of counts, sums, means and ratios, more than half with a condition.
AskedQuery SumsOnly(const RegisterWorld& world, Random* random) {
  while (true) {
    AskedQuery query = RandomQuery(world, random);
    std::erase_if(query.statistics, [](const AskedStatistic& s) { return s.kind > AskedKind::kRatio || s.kind == AskedKind::kDistinct; });
    query.order.clear();
    query.limit = -1;
    const bool filtered = std::any_of(query.statistics.begin(), query.statistics.end(), [](const AskedStatistic& s) {
      return s.kind != AskedKind::kCount && !s.conditions.empty();
    });
    if (filtered || (!query.statistics.empty() && random->OneIn(8))) return query;
  }
}

// Classes of stored values of each axis that no level tells apart; an atom is one of each.
class Atoms {
 public:
  explicit Atoms(const AggregationPlan& plan) : plan_(plan) {
    for (const PlanAxis& axis : plan.axes) {
      std::map<std::vector<int>, bool> classes;
      for (size_t i = 0; i < axis.level_maps[0].size(); ++i) {
        std::vector<int> places;
        for (const std::vector<int>& map : axis.level_maps) places.push_back(map[i]);
        if (places[0] >= 0) classes[places] = true;
      }
      places_.emplace_back();
      for (const auto& [places, there] : classes) places_.back().push_back(places);
      count_ *= classes.size();
    }
  }

  size_t count() const { return count_; }

  std::vector<int> Of(const CellKey& key) const {
    std::vector<int> atoms = {0};
    for (size_t a = 0; a < key.size(); ++a) {
      std::vector<int> longer;
      for (const int start : atoms) {
        for (size_t c = 0; c < places_[a].size(); ++c) {
          const std::vector<int>& places = places_[a][c];
          const bool in = std::count(places.begin(), places.end(), key[a]) > 0;
          if (in) longer.push_back(start * static_cast<int>(places_[a].size()) + static_cast<int>(c));
        }
      }
      atoms = longer;
    }
    return atoms;
  }

 private:
  const AggregationPlan& plan_;
  std::vector<std::vector<std::vector<int>>> places_;  // per axis and class
  size_t count_ = 1;
};

// What an answer tells of a measure: columns are cells, then atoms.
class SumsAttacker {
 public:
  SumsAttacker(const AggregationPlan& plan, const AggregateTable& table, const ProtectedTable& release, int measure)
      : table_(table), cells_(table.measures[measure].cells), measure_(measure), atoms_(plan) {
    const size_t n = table.keys.size();
    const double low = table.measures[measure].any_sign ? -kInfinity : 0;
    for (size_t i = 0; i < n; ++i) {
      Fact fact{.terms = {{static_cast<int>(i), -1.0}}};
      for (const int atom : atoms_.Of(table.keys[i])) fact.terms.emplace_back(static_cast<int>(n) + atom, 1.0);
      facts_.push_back(fact);
    }
    columns_.assign(n + atoms_.count(), {.low = low, .high = kInfinity});
    for (size_t i = 0; i < n; ++i) {
      if (table.uses[i] == CellUse::kImpossible) columns_[i] = {0, 0};
    }
    for (size_t r = 0; r < release.shape().rows.size(); ++r) AddRow(release.shape().rows[r], release.values()[r], release.shape());
  }

  // Every secret sum may be as far off as its levels say. Counts them.
  int Attack(const RuleSet& rules) {
    const MeasureColumn& column = table_.measures[measure_];
    const MagnitudeUnits units{.decimals = column.decimals, .any_sign = column.any_sign};
    Polyhedron polyhedron(columns_, facts_, /*integral=*/false);
    EXPECT_TRUE(polyhedron.IsPossible()) << "the answer contradicts itself";
    int secrets = 0;
    for (size_t i = 0; i < cells_.size() && !testing::Test::HasFailure(); ++i) {
      const MagnitudeVerdict verdict = JudgeMagnitude(cells_[i], units, rules);
      if (verdict.rule.empty() || table_.uses[i] == CellUse::kImpossible) continue;
      ++secrets;
      const double sum = ToDouble(cells_[i].total), upper = ToDouble(verdict.level.upper_level), lower = ToDouble(verdict.level.lower_level);
      const double low = std::max(sum - lower, columns_[i].low), high = sum + upper;
      const double close = 1e-6 * (1 + std::abs(sum) + upper + lower);
      EXPECT_LE(polyhedron.Furthest(static_cast<int>(i), -1, low).value, low + close) << Of(i, verdict.rule, sum, low, high);
      EXPECT_GE(polyhedron.Furthest(static_cast<int>(i), 1, high).value, high - close) << Of(i, verdict.rule, sum, low, high);
    }
    return secrets;
  }

 private:
  std::string Of(size_t i, const std::string& rule, double sum, double low, double high) const {
    return absl::StrCat("cell ", absl::StrJoin(table_.keys[i], ","), " of ", table_.measures[measure_].name, ", ", rule, ": ", sum, " in ", low,
                        " to ", high);
  }

  // Who has a mean is taken to have the count, and who has a ratio to have both sums: none is shown
  // where these would not be.
  void AddRow(const ReleaseRow& row, const std::vector<ReleasedValue>& values, const ReleaseShape& shape) {
    for (size_t s = 0; s < values.size(); ++s) {
      const StatisticColumn& column = shape.statistics[s];
      if (values[s].status == ValueStatus::kSuppressed) continue;
      const std::vector<int> cells = column.part < 0 ? std::vector<int>{row.cell} : row.parts[column.part].in;
      const bool of_measure = column.kind != StatisticKind::kCount && (column.variable == measure_ || column.divisor == measure_);
      Fact fact;
      double sum = 0;
      int64_t rows = 0;
      for (const int cell : cells) {
        fact.terms.emplace_back(cell, 1.0);
        sum += ToDouble(cells_[cell].total);
        rows += table_.units[cell].rows;
      }
      fact.range = {sum, sum};
      const bool nobody = column.kind == StatisticKind::kCount && rows == 0;
      if (!cells.empty() && (of_measure || nobody)) facts_.push_back(fact);
    }
  }

  const AggregateTable& table_;
  const std::vector<Contributions>& cells_;
  const int measure_;
  const Atoms atoms_;
  std::vector<Range> columns_;
  std::vector<Fact> facts_;
};

class FilteredSumsTest : public testing::Test {
 protected:
  FilteredSumsTest() : workshop_("filtered_sums") {}

  void Ask(const RegisterWorld& world, const AskedQuery& query, const std::string& sql, const RuleSet& rules) {
    const Decision<AggregationPlan> plan = workshop_.Plan(sql, GrantsOf(world, query), rules);
    if (!plan.allowed()) {
      ASSERT_TRUE(MayLackTheLargerUnit(query, plan.refusal())) << plan.refusal().message;
      return;
    }
    if (plan.value().table.keys.size() > kCellsMax || Atoms(plan.value()).count() > kAtomsMax) return;
    const auto table = workshop_.Run(plan.value());
    ASSERT_TRUE(table.ok()) << table.status();
    const auto release = Protect(*table, rules, {});
    ASSERT_TRUE(release.ok()) << release.status();
    ++answers_;
    for (const auto& row : release->values()) {
      for (const ReleasedValue& value : row) ++(value.status == ValueStatus::kSuppressed ? hidden_ : shown_);
    }
    for (size_t m = 0; m < table->measures.size(); ++m)
      secrets_ += SumsAttacker(plan.value(), *table, *release, static_cast<int>(m)).Attack(rules);
  }

  ReleaseWorkshop workshop_;
  int answers_ = 0, shown_ = 0, hidden_ = 0, secrets_ = 0;
};

TEST_F(FilteredSumsTest, NobodyComesTooCloseToASecretSum) {
  const uint64_t first = FromEnvironment("KLUIS_FIRST_SEED", 1), count = FromEnvironment("KLUIS_INSTANCES", kInstances);
  for (uint64_t seed = first; seed < first + count && !HasFailure(); ++seed) {
    Random random(seed);
    RegisterWorld world = RandomWorld(&random);
    world.registers[0].weight = -1;
    ImportWorld(world, &workshop_);
    for (int q = 0; q < kQueries && !HasFailure(); ++q) {
      const AskedQuery query = SumsOnly(world, &random);
      const RuleSet rules = RandomRules(&random);
      const std::string sql = SqlOf(world, query, &random);
      SCOPED_TRACE(absl::StrCat("seed ", seed, ", query ", q, ": ", sql));
      Ask(world, query, sql, rules);
    }
  }
  std::cout << "seeds " << first << " to " << first + count - 1 << ": " << answers_ << " answers, " << shown_ << " values shown, " << hidden_
            << " hidden, " << secrets_ << " secret sums\n";
}

}  // namespace
}  // namespace kluis
