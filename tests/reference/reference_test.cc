// Random queries of the whole language on random registers, from files to released values, against an
// evaluator that reads the query and the rows in memory. The rules suppress nothing, but for the
// percentiles, variances and Gini coefficients that tell what nearly everybody has; what those are is
// compared before protection.
//
// On two PostgreSQL clusters every table of the engine is that of DuckDB, which is the one compared.
//
// KLUIS_INSTANCES and KLUIS_FIRST_SEED: how many registers with ten queries each, and the first seed.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/decimal.h"
#include "disclosure/protect/protect.h"
#include "disclosure/protect/raw_value.h"
#include "server/cluster/load.h"
#include "tests/environment.h"
#include "tests/reference/asked.h"
#include "tests/reference/evaluator.h"
#include "tests/reference/reading.h"
#include "tests/reference/statistics.h"
#include "tests/server/engine/table_text.h"
#include "tests/server/engine/two_clusters.h"

namespace kluis {
namespace {

constexpr uint64_t kInstances = 5, kOnClusters = 2;
constexpr int kQueries = 10;
constexpr size_t kLevelSetsMax = 24;  // each costs the engine several statements

RuleSet LenientRules() {
  RuleSet rules;
  rules.frequency.minimum = 1;
  rules.frequency.protect_zeros = false;
  rules.percentile_each_side = 0;
  rules.degrees_of_freedom = 0;
  rules.implied_tables = {.minimum = 0, .levels = 0};
  return rules;
}

bool MayBeHidden(const AskedQuery& query) {
  return std::any_of(query.statistics.begin(), query.statistics.end(),
                     [](const AskedStatistic& statistic) { return statistic.kind > AskedKind::kShare; });
}

// docs/sql.md: of several classes where one can be in two.
bool MayBeRefused(const AskedQuery& query, const Refusal& refusal) {
  if (MayLackTheLargerUnit(query, refusal)) return true;
  return refusal.code == "DISTINCT_OF_CLASSES" &&
         std::any_of(query.statistics.begin(), query.statistics.end(), [](const AskedStatistic& statistic) {
           return statistic.kind == AskedKind::kDistinct && !statistic.conditions.empty();
         });
}

using Values = std::vector<ReleasedValue>;

// A percentile leaves rounded where fewer than the minimum have it: to a multiple of 1, 2, 5, 10, ...
bool IsRounded(absl::int128 shown, absl::int128 exact) {
  for (int place = 0; place < 3 * 12; ++place) {
    const absl::int128 width = TenTo(place / 3) * std::vector<int>{1, 2, 5}[place % 3];
    const absl::int128 away = shown < exact ? exact - shown : shown - exact;
    if (shown % width == 0 && 2 * away <= width + 1) return true;
  }
  return false;
}

std::string TextOf(const Values& values) {
  std::vector<std::string> texts;
  for (const ReleasedValue& value : values)
    texts.push_back(absl::StrCat(ValueStatusName(value.status), " ", FormatFixed(value.scaled, 0)));
  return absl::StrJoin(texts, ", ");
}

std::string ScopeText(const RegisterWorld& world, const AskedQuery& query) {
  std::vector<std::string> texts;
  for (const AskedCondition& condition : query.scope)
    texts.push_back(absl::StrCat(DimensionOf(world, condition.view.variable).name, " in ", absl::StrJoin(condition.codes, " ")));
  return absl::StrJoin(texts, ", ");
}

class ReferenceTest : public testing::Test {
 protected:
  ReferenceTest() : workshop_("reference") {}

  void Ask(const RegisterWorld& world, const AskedQuery& query, const std::string& sql) {
    const RuleSet rules = LenientRules();
    const Decision<AggregationPlan> plan = workshop_.Plan(sql, GrantsOf(world, query), rules);
    if (!plan.allowed()) {
      ++refused_;
      ASSERT_TRUE(MayBeRefused(query, plan.refusal())) << plan.refusal().code << ": " << plan.refusal().message;
      return;
    }
    if (plan.value().level_sets.size() > kLevelSetsMax) {
      ++left_out_;
      return;
    }
    const auto table = workshop_.Run(plan.value());
    ASSERT_TRUE(table.ok()) << table.status();
    if (clusters_ != nullptr) {
      const auto other = clusters_->Run(plan.value(), nullptr);
      ASSERT_TRUE(other.ok()) << other.status();
      ASSERT_EQ(TextOf(*other), TextOf(*table));
    }
    const Expected expected = Evaluate(world, query);
    ExpectRaw(world, query, *table, expected);
    if (HasFatalFailure()) return;
    AggregateTable whole = *table;  // without its limit, which hides what is beyond
    whole.shape.limit = -1;
    const auto all = Protect(whole, rules, {});
    ASSERT_TRUE(all.ok()) << all.status();
    const auto release = Protect(*table, rules, {});
    ASSERT_TRUE(release.ok()) << release.status();
    ExpectRelease(query, expected, *all, *release);
    ++asked_;
    rows_ += static_cast<int64_t>(expected.rows.size());
  }

  // The table of the engine: the cells that rows show, and the values that are made of them.
  static void ExpectRaw(const RegisterWorld& world, const AskedQuery& query, const AggregateTable& table, const Expected& expected) {
    const std::vector<ReleaseRow>& rows = table.shape.rows;
    std::vector<std::string> got, wanted;
    for (const ReleaseRow& row : rows) got.push_back(absl::StrJoin(row.codes, ","));
    for (const ExpectedRow& row : expected.rows) wanted.push_back(absl::StrJoin(row.codes, ","));
    ASSERT_EQ(absl::StrJoin(got, " "), absl::StrJoin(wanted, " "));
    ASSERT_EQ(table.shape.statistics.size(), query.statistics.size());
    for (size_t s = 0; s < query.statistics.size(); ++s) ASSERT_EQ(table.shape.statistics[s].decimals, expected.decimals[s]);
    for (size_t r = 0; r < rows.size(); ++r) {
      ExpectCell(world, query, table, rows[r].cell, expected.rows[r]);
      if (HasFatalFailure()) return;
      for (size_t s = 0; s < query.statistics.size(); ++s) {
        ASSERT_EQ(RawValue(table, table.shape.statistics[s], rows[r]), expected.rows[r].values[s])
            << "row " << got[r] << ", statistic " << s << ", of " << expected.rows[r].rows << " rows";
      }
    }
  }

  static void ExpectCell(const RegisterWorld& world, const AskedQuery& query, const AggregateTable& table, int cell, const ExpectedRow& row) {
    const Register& unit = world.registers[0];
    // With a partner that is a secret, the key to it can be the contributor.
    const bool alone = std::all_of(query.joined.begin(), query.joined.end(), [](auto j) { return j == AskedQuery::Joined::kNot; });
    ASSERT_EQ(table.units[cell].rows, row.rows);
    ASSERT_EQ(table.units[cell].weight, row.weight);
    if (alone) {
      ASSERT_EQ(table.units[cell].contributors, row.contributors);
    }
    for (const DistinctColumn& distinct : table.distincts) ASSERT_EQ(distinct.cells[cell], row.distincts[unit.IdOf(distinct.name)]);
    for (const MeasureColumn& measure : table.measures) {
      if (measure.squares_of >= 0) continue;
      const auto place = std::find_if(unit.measures.begin(), unit.measures.end(), [&](const auto& m) { return m.name == measure.name; });
      const ExpectedSum& sum = row.sums[place - unit.measures.begin()];
      const Contributions& got = measure.cells[cell];
      ASSERT_EQ(got.rows, sum.rows);
      ASSERT_EQ(got.weight, sum.weight);
      ASSERT_EQ(got.total, sum.total);
      if (!alone) continue;
      ASSERT_EQ(got.contributors, sum.contributors);
      ASSERT_EQ(got.absolute_total, sum.absolute_total);
      const size_t listed = std::min<size_t>(sum.sizes.size(), LenientRules().LargestNeeded());
      ASSERT_EQ(got.largest, std::vector<absl::int128>(sum.sizes.begin(), sum.sizes.begin() + static_cast<std::ptrdiff_t>(listed)));
    }
  }

  // Ordered and cut as asked, by what is shown: values, then empty ones, then suppressed ones.
  static void ExpectRelease(const AskedQuery& query, const Expected& expected, const ProtectedTable& all, const ProtectedTable& release) {
    std::map<std::vector<std::string>, Values> shown;
    for (size_t r = 0; r < all.shape().rows.size(); ++r) shown[all.shape().rows[r].codes] = all.values()[r];
    std::vector<std::pair<ExpectedRow, Values>> rows;
    for (const ExpectedRow& row : expected.rows) {
      Values values;
      for (size_t s = 0; s < row.values.size(); ++s) {
        const ReleasedValue& value = shown.at(row.codes)[s];
        const bool hidden = value.status == ValueStatus::kSuppressed;
        const AskedKind kind = query.statistics[s].kind;
        if ((kind == AskedKind::kMedian || kind == AskedKind::kPercentile) && value.status == ValueStatus::kOk) {
          ASSERT_TRUE(row.values[s] && IsRounded(value.scaled, *row.values[s])) << TextOf({value});
          values.push_back(value);
          continue;
        }
        ASSERT_TRUE(!hidden || MayBeHidden(query)) << absl::StrJoin(row.codes, ",") << ", statistic " << s;
        values.push_back(hidden          ? ReleasedValue{}
                         : row.values[s] ? ReleasedValue{ValueStatus::kOk, *row.values[s]}
                                         : ReleasedValue{ValueStatus::kEmpty, 0});
      }
      rows.push_back({row, values});
    }
    std::stable_sort(rows.begin(), rows.end(), [&](const auto& a, const auto& b) { return IsBefore(query, a, b); });
    if (query.limit >= 0) rows.resize(std::min<size_t>(rows.size(), query.limit));
    ASSERT_EQ(release.shape().rows.size(), rows.size());
    for (size_t r = 0; r < rows.size(); ++r) {
      ASSERT_EQ(absl::StrJoin(release.shape().rows[r].codes, ","), absl::StrJoin(rows[r].first.codes, ",")) << "row " << r;
      ASSERT_EQ(TextOf(release.values()[r]), TextOf(rows[r].second)) << "row " << r;
    }
  }

  static bool IsBefore(const AskedQuery& query, const std::pair<ExpectedRow, Values>& a, const std::pair<ExpectedRow, Values>& b) {
    const auto dimensions = static_cast<int>(query.dimensions.size());
    for (const AskedOrder& order : query.order) {
      if (order.column < dimensions) {
        const int left = a.first.ranks[order.column], right = b.first.ranks[order.column];
        if (left != right) return order.descending ? left > right : left < right;
        continue;
      }
      const ReleasedValue &left = a.second[order.column - dimensions], &right = b.second[order.column - dimensions];
      const auto last = [](const ReleasedValue& v) { return v.status == ValueStatus::kOk ? 0 : v.status == ValueStatus::kEmpty ? 1 : 2; };
      if (last(left) != last(right)) return last(left) < last(right);
      if (left.scaled != right.scaled) return order.descending ? left.scaled > right.scaled : left.scaled < right.scaled;
    }
    return false;
  }

  // Ten queries of each register. `imported`: told of each, before it is asked.
  void AskRegisters(uint64_t instances, const std::function<void()>& imported) {
    const uint64_t first = FromEnvironment("KLUIS_FIRST_SEED", 1);
    const uint64_t count = FromEnvironment("KLUIS_INSTANCES", instances);
    for (uint64_t seed = first; seed < first + count && !HasFailure(); ++seed) {
      Random random(seed);
      const RegisterWorld world = RandomWorld(&random);
      ImportWorld(world, &workshop_);
      if (!HasFailure()) imported();
      if (HasFailure()) std::cout << "seed " << seed << "\n";
      for (int q = 0; q < kQueries && !HasFailure(); ++q) {
        const AskedQuery query = RandomQuery(world, &random);
        const std::string sql = SqlOf(world, query, &random);
        SCOPED_TRACE(absl::StrCat("seed ", seed, ", query ", q, ", granted: ", ScopeText(world, query), ": ", sql));
        Ask(world, query, sql);
      }
    }
    std::cout << "seeds " << first << " to " << first + count - 1 << ": " << asked_ << " answers with " << rows_ << " rows, " << refused_ << " refused, " << left_out_ << " left out for their size\n";
  }

  ReleaseWorkshop workshop_;
  std::unique_ptr<Engine> clusters_;  // null: DuckDB alone
  int64_t asked_ = 0, refused_ = 0, left_out_ = 0, rows_ = 0;
};

TEST_F(ReferenceTest, EveryAnswerIsThatOfReadingTheQueryAndTheRows) {
  AskRegisters(kInstances, [] {});
}

TEST_F(ReferenceTest, AndOnClusters) {
  const TwoClusters* const two = TwoClusters::Get();
  ASSERT_NE(two, nullptr) << "script/test installs postgresql-15";
  AskRegisters(kOnClusters, [&] {
    const ClusterConfig config = two->Config(3);
    clusters_ = nullptr;  // its connections read the tables of the register before
    for (const int cluster : {0, 1}) two->Sql(cluster, "DROP SCHEMA IF EXISTS kluis CASCADE");
    ASSERT_TRUE(PrepareClusters(config).ok());
    const auto loaded = LoadSnapshots(WantedCopies(workshop_.catalogue()), workshop_.key(), config, [](const auto&) {});
    ASSERT_TRUE(loaded.ok()) << loaded;
    clusters_ = std::move(*NewPostgresEngine({}, config, {}));
  });
}

}  // namespace
}  // namespace kluis
