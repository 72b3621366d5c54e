#include "tests/attacks/instance.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/decimal.h"
#include "tests/attacks/random.h"

namespace kluis {
namespace {

struct Traits {
  bool measure = false, distinct = false, weighted = false, any_sign = false;
  bool holdings = false;  // the contributor is the holding, above the row
  bool missing_values = false;
  bool mean = false;           // AVG beside SUM
  std::vector<bool> additive;  // per axis: a holding has one category of it
};

Traits DrawTraits(Random* random, size_t axes) {
  Traits traits;
  traits.measure = random->OneIn(2);
  traits.distinct = random->OneIn(3);
  traits.weighted = random->OneIn(4);
  traits.any_sign = random->OneIn(5);
  traits.holdings = random->OneIn(3);
  traits.missing_values = random->OneIn(3);
  traits.mean = random->OneIn(2);
  for (size_t a = 0; a < axes; ++a) traits.additive.push_back(random->OneIn(2));
  return traits;
}

int64_t DrawValue(Random* random, bool any_sign) {
  int64_t value = random->Between(1, 100);
  if (random->OneIn(4)) value *= random->Between(2, 10);
  if (random->OneIn(12)) value *= random->Between(10, 60);
  if (random->OneIn(8)) value = 0;
  return any_sign && random->OneIn(3) ? -value : value;
}

std::vector<Unit> DrawPersons(Random* random, const std::vector<Axis>& axes, const Traits& traits) {
  std::vector<std::vector<int>> leaves;
  for (const Axis& axis : axes) leaves.push_back(LeavesOf(axis));
  // The first categories are the common ones.
  const auto draw_code = [&](size_t a) {
    const auto n = static_cast<int64_t>(leaves[a].size());
    return leaves[a][std::min(random->Below(n), random->Below(n))];
  };
  const int64_t n = random->OneIn(4) ? random->Between(4, 20) : random->Between(15, 250);
  const int64_t holdings = random->Between(1, n);
  std::vector<std::vector<int>> codes_of_holding;
  for (int64_t h = 0; h < holdings; ++h) {
    auto& codes = codes_of_holding.emplace_back();
    for (size_t a = 0; a < axes.size(); ++a) codes.push_back(draw_code(a));
  }
  std::vector<Unit> persons(n);
  for (int64_t i = 0; i < n; ++i) {
    Unit& person = persons[i];
    person.holding = std::min(random->Below(holdings), random->Below(holdings));
    for (size_t a = 0; a < axes.size(); ++a) {
      const bool of_holding = traits.distinct && traits.additive[a];
      person.codes.push_back(of_holding ? codes_of_holding[person.holding][a] : draw_code(a));
    }
    person.contributor = traits.holdings ? person.holding : i;
    person.has_value = !traits.missing_values || !random->OneIn(10);
    person.value = DrawValue(random, traits.any_sign);
    person.weight = traits.weighted ? random->Between(10, 40) : 1;
  }
  return persons;
}

void AddColumns(const Traits& traits, AggregateTable* table) {
  table->weighted = traits.weighted;
  table->weight_decimals = traits.weighted ? 1 : 0;
  if (traits.measure) {
    table->measures.push_back(
        {.name = "value", .decimals = 0, .any_sign = traits.any_sign, .cells = {}});
  }
  if (traits.distinct) {
    table->distincts.push_back({.name = "holding", .cells = {}, .additive = traits.additive});
  }
}

void Show(const Traits& traits, AggregateTable* table) {
  ReleaseShape& shape = table->shape;
  for (const Axis& axis : table->axes)
    shape.dimensions.push_back({.name = axis.name, .label_nl = ""});
  shape.statistics.push_back(
      {.name = "n", .kind = StatisticKind::kCount, .decimals = table->weight_decimals});
  if (traits.distinct) {
    shape.statistics.push_back({.name = "d", .kind = StatisticKind::kCountDistinct, .variable = 0});
  }
  if (traits.measure) {
    shape.statistics.push_back({.name = "sum",
                                .kind = StatisticKind::kSum,
                                .variable = 0,
                                .decimals = table->weight_decimals});
  }
  if (traits.measure && traits.mean) {
    shape.statistics.push_back(
        {.name = "avg", .kind = StatisticKind::kAverage, .variable = 0, .decimals = 2});
  }
  shape.rows = DisplayedRows(*table);
}

RuleSet DrawRules(Random* random) {
  RuleSet rules;
  rules.name = "drawn";
  rules.frequency.minimum = static_cast<int>(random->Pick<int64_t>({3, 5, 10}));
  rules.frequency.protect_zeros = !random->OneIn(3);
  rules.frequency.threshold = !random->OneIn(4);
  rules.frequency.coalition = random->OneIn(8) ? 2 : 1;
  if (!random->OneIn(3)) rules.dominance = {{.n = 1, .share_ppm = 500'000}};
  if (random->OneIn(2)) rules.dominance.push_back({.n = 2, .share_ppm = 850'000});
  if (random->OneIn(2)) {
    rules.p_percent = PPercentParameters{.p_ppm = 100'000, .coalition = random->OneIn(4) ? 2 : 1};
  }
  if (random->OneIn(2)) {
    rules.group_disclosure =
        GroupDisclosureParameters{.share_ppm = random->Pick<int64_t>({600'000, 900'000})};
  }
  rules.secondary.interval = !random->OneIn(6);
  rules.secondary.cost = random->Pick<std::string>({"value", "frequency", "unity"});
  return rules;
}

// From a stream of its own, so that the rest of an instance stays what it was.
void DrawMoreRules(Random* random, RuleSet* rules) {
  if (!random->OneIn(3)) {
    rules->prior_posterior = {{.p_ppm = 100'000,
                               .q_ppm = random->Pick<int64_t>({300'000, 600'000}),
                               .coalition = random->OneIn(4) ? 2 : 1}};
  }
  if (random->OneIn(3)) rules->zero = ZeroParameters{.range = 5};
  rules->negative.policy = random->Pick<NegativePolicy>(
      {NegativePolicy::kAbsolute, NegativePolicy::kDivide, NegativePolicy::kFrequency});
  if (rules->negative.policy == NegativePolicy::kDivide) rules->negative.divisor_percent = 150;
}

}  // namespace

Instance MakeInstance(uint64_t seed, const InstanceOptions& options) {
  Random random(seed);
  Instance instance;
  instance.seed = seed;
  instance.rules = DrawRules(&random);
  if (options.more_rules) {
    Random more(seed ^ 0x6d6f7265);
    DrawMoreRules(&more, &instance.rules);
  }
  do {
    instance.table = {};
    instance.grouping = DrawCells(&random, &instance.table);
  } while (static_cast<int>(instance.table.keys.size()) > options.cells_max);
  const Traits traits = DrawTraits(&random, instance.table.axes.size());
  instance.persons = DrawPersons(&random, instance.table.axes, traits);
  AddColumns(traits, &instance.table);
  Aggregate(instance.persons,
            {.top = instance.rules.LargestNeeded(), .shares = traits.holdings || traits.weighted},
            &instance.table);
  Show(traits, &instance.table);
  return instance;
}

std::string Describe(const Instance& instance) {
  const AggregateTable& table = instance.table;
  const FrequencyParameters& frequency = instance.rules.frequency;
  std::string text = absl::StrCat(
      "seed ", instance.seed, ": minimum ", frequency.minimum, ", coalition ", frequency.coalition,
      frequency.protect_zeros ? ", zeros protected" : ", zeros published",
      frequency.threshold ? ", threshold" : ", exact", table.weighted ? ", weighted" : "",
      instance.rules.secondary.interval ? "" : ", secondary exact", ", dominance rules ",
      instance.rules.dominance.size(), instance.rules.p_percent ? ", p%" : "");
  if (instance.rules.group_disclosure) {
    absl::StrAppend(&text, ", group ", instance.rules.group_disclosure->share_ppm, " ppm");
  }
  for (const Axis& axis : table.axes) {
    const char* kinds[] = {"identifying", "mixed", "confidential"};
    absl::StrAppend(&text, "\naxis ", axis.name, " (", kinds[static_cast<int>(axis.kind)], "):");
    for (const Category& category : axis.categories) {
      absl::StrAppend(&text, " ", category.code, "<", category.parent,
                      category.sensitive ? "!" : "", category.zero_public ? "o" : "");
    }
  }
  for (size_t i = 0; i < table.keys.size(); ++i) {
    absl::StrAppend(&text, "\n", i, table.uses[i] == CellUse::kHidden ? " hidden (" : " (",
                    absl::StrJoin(table.keys[i], ","), ") n=", table.units[i].rows, "/",
                    table.units[i].contributors);
    for (const DistinctColumn& column : table.distincts)
      absl::StrAppend(&text, " d=", column.cells[i]);
    for (const MeasureColumn& column : table.measures) {
      absl::StrAppend(&text, " x=", FormatFixed(column.cells[i].total, table.weight_decimals), "/",
                      column.cells[i].rows, "/", column.cells[i].contributors);
    }
  }
  return text;
}

}  // namespace kluis
