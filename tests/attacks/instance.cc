#include "tests/attacks/instance.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/decimal.h"
#include "disclosure/table/level_sets.h"
#include "tests/attacks/random.h"

namespace kluis {
namespace {

constexpr size_t kSetsMax = 1000;

struct Filter {
  bool present = false;
  int axis = -1;  // its categories are the total, `in` and `out`
};

// Ragged: some branches end early, and some parents have one child.
Axis DrawTree(Random* random, const std::string& name, VariableKind kind, int categories_max) {
  Axis axis{.name = name, .kind = kind, .categories = {}};
  axis.categories.push_back({.code = kTotalCode});
  const int levels = static_cast<int>(random->Between(1, 3));
  std::vector<int> frontier = {0};
  for (int level = 1; level <= levels; ++level) {
    std::vector<int> next;
    for (const int parent : frontier) {
      int64_t children = random->Between(2, level == 1 ? 4 : 3);
      if (level > 1 && random->OneIn(4)) children = 0;
      if (level > 1 && random->OneIn(4)) children = 1;
      if (static_cast<int64_t>(axis.categories.size()) + children > categories_max) continue;
      for (int64_t child = 0; child < children; ++child) {
        next.push_back(static_cast<int>(axis.categories.size()));
        Category category{
            .code = absl::StrCat(name, axis.categories.size()), .parent = parent, .level = level};
        if (kind != VariableKind::kIdentifying) {
          category.sensitive = random->OneIn(6);
          category.zero_public = random->OneIn(8);
        }
        axis.categories.push_back(category);
      }
    }
    frontier = std::move(next);
  }
  return axis;
}

std::vector<Axis> DrawAxes(Random* random, Filter* filter) {
  const auto count = static_cast<size_t>(random->Between(1, 3));
  const int categories_max = count == 1 ? 18 : count == 2 ? 10 : 6;
  const int64_t profile = random->Below(10);
  std::vector<Axis> axes;
  for (size_t a = 0; a < count; ++a) {
    VariableKind kind = VariableKind::kIdentifying;
    if (profile >= 4 && profile <= 6 && a + 1 == count) kind = VariableKind::kConfidential;
    if (profile >= 7 && a + 1 == count) kind = VariableKind::kConfidential;
    if (profile >= 7 && a == 0) kind = VariableKind::kMixed;
    if (profile == 9 && random->OneIn(2)) kind = VariableKind::kMixed;
    axes.push_back(
        DrawTree(random, std::string(1, static_cast<char>('a' + a)), kind, categories_max));
  }
  filter->present = random->OneIn(4);
  if (!filter->present) return axes;
  filter->axis = static_cast<int>(axes.size());
  const VariableKind kind = random->OneIn(3) ? VariableKind::kMixed : VariableKind::kConfidential;
  Axis axis{.name = "where", .kind = kind, .categories = {}};
  axis.categories = {{.code = kTotalCode},
                     {.code = "in", .parent = 0, .level = 1},
                     {.code = "out", .parent = 0, .level = 1}};
  axis.categories[1].sensitive = random->OneIn(4);
  axes.push_back(std::move(axis));
  return axes;
}

int DepthOf(const Axis& axis) {
  int depth = 0;
  for (const Category& category : axis.categories) depth = std::max(depth, category.level);
  return depth;
}

// The cut of a tree at a level: a leaf above it stands for itself.
std::vector<int> Cut(const Axis& axis, int level) {
  const std::vector<int> leaves = Leaves(axis);
  std::vector<int> cut;
  for (size_t c = 0; c < axis.categories.size(); ++c) {
    const int of_category = axis.categories[c].level;
    const bool leaf = std::binary_search(leaves.begin(), leaves.end(), static_cast<int>(c));
    if (of_category == level || (of_category < level && leaf)) cut.push_back(static_cast<int>(c));
  }
  return cut;
}

class TableBuilder {
 public:
  TableBuilder(Random* random, const std::vector<Axis>& axes, const Filter& filter,
               Grouping grouping)
      : random_(*random), axes_(axes), filter_(filter), grouping_(grouping) {}

  void AddCells(AggregateTable* table) {
    std::set<LevelSet> used;
    for (const LevelSet& levels : DrawLevelSets()) {
      AddLevelSet(levels, true);
      used.insert(levels);
    }
    for (size_t before = 0; used.size() != before;) {
      before = used.size();
      std::set<LevelSet> more = used;
      for (const LevelSet& levels : used) {
        for (const LevelSet& hidden : HiddenBeside(levels)) more.insert(hidden);
      }
      used = CloseLevelSets(more, kSetsMax).value();
    }
    for (const LevelSet& levels : used) AddLevelSet(levels, false);
    for (const auto& [key, shown] : cells_) {
      table->keys.push_back(key);
      table->uses.push_back(shown ? CellUse::kDisplayed : CellUse::kHidden);
    }
  }

 private:
  std::vector<LevelSet> AllLevelSets() const {
    std::vector<LevelSet> all = {{}};
    for (size_t a = 0; a < axes_.size(); ++a) {
      const bool filter = static_cast<int>(a) == filter_.axis;
      std::vector<LevelSet> longer;
      for (const LevelSet& start : all) {
        for (int level = filter ? 1 : 0; level <= DepthOf(axes_[a]); ++level) {
          longer.push_back(start);
          longer.back().push_back(level);
        }
      }
      all = std::move(longer);
    }
    return all;
  }

  // From the total down, one axis after the other.
  std::vector<LevelSet> Rollup() const {
    LevelSet levels(axes_.size(), 0);
    if (filter_.present) levels[filter_.axis] = 1;
    std::vector<LevelSet> chain = {levels};
    for (size_t a = 0; a < axes_.size(); ++a) {
      if (static_cast<int>(a) == filter_.axis) continue;
      while (levels[a] < DepthOf(axes_[a])) {
        ++levels[a];
        chain.push_back(levels);
      }
    }
    return chain;
  }

  std::vector<LevelSet> DrawLevelSets() {
    const std::vector<LevelSet> all = AllLevelSets();
    if (grouping_ == Grouping::kCube) return all;
    if (grouping_ == Grouping::kRollup) return Rollup();
    std::vector<LevelSet> some;
    const int64_t count = random_.Between(1, 4);
    for (int64_t i = 0; i < count; ++i) some.push_back(random_.Pick(all));
    return some;
  }

  // docs/architecture.md, decision 2.
  std::vector<LevelSet> HiddenBeside(const LevelSet& levels) const {
    LevelSet confidential = levels, both = levels;
    for (size_t a = 0; a < axes_.size(); ++a) {
      if (axes_[a].kind == VariableKind::kConfidential) confidential[a] = 0;
      if (axes_[a].kind != VariableKind::kIdentifying) both[a] = 0;
    }
    std::vector<LevelSet> hidden;
    for (LevelSet start : {levels, confidential, both}) {
      hidden.push_back(start);
      if (!filter_.present) continue;
      start[filter_.axis] = 0;
      hidden.push_back(start);
    }
    return hidden;
  }

  void AddLevelSet(const LevelSet& levels, bool displayed) {
    std::vector<CellKey> keys = {{}};
    for (size_t a = 0; a < axes_.size(); ++a) {
      std::vector<CellKey> longer;
      for (const CellKey& key : keys) {
        for (const int category : Cut(axes_[a], levels[a])) {
          longer.push_back(key);
          longer.back().push_back(category);
        }
      }
      keys = std::move(longer);
    }
    for (const CellKey& key : keys) {
      const bool shown = displayed && (!filter_.present || key[filter_.axis] == 1);
      bool& use = cells_.emplace(key, false).first->second;
      use = use || shown;
    }
  }

  Random& random_;
  const std::vector<Axis>& axes_;
  const Filter& filter_;
  const Grouping grouping_;
  std::map<CellKey, bool> cells_;
};

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

std::vector<Person> DrawPersons(Random* random, const std::vector<Axis>& axes,
                                const Traits& traits) {
  std::vector<std::vector<int>> leaves;
  for (const Axis& axis : axes) leaves.push_back(Leaves(axis));
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
  std::vector<Person> persons(n);
  for (int64_t i = 0; i < n; ++i) {
    Person& person = persons[i];
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

// As the engine does, without numbers where every row is a contributor of its own.
Contributions Contribute(const std::vector<const Person*>& persons, int top, bool numbers) {
  Contributions cell;
  std::map<int64_t, absl::int128> plain, weighted;
  for (const Person* person : persons) {
    if (!person->has_value) continue;
    ++cell.rows;
    cell.weight += person->weight;
    plain[person->contributor] += person->value;
    weighted[person->contributor] += absl::int128{person->value} * person->weight;
  }
  for (const auto& [contributor, amount] : plain) {
    if (amount != 0) cell.largest.push_back(amount < 0 ? -amount : amount);
  }
  for (const auto& [contributor, amount] : weighted) {
    const absl::int128 size = amount < 0 ? -amount : amount;
    cell.total += amount;
    cell.absolute_total += size;
    if (numbers && plain[contributor] != 0) cell.shares.push_back({contributor, size});
  }
  KeepLargest(top, &cell);
  cell.contributors = static_cast<int64_t>(cell.largest.size());
  std::sort(cell.largest.rbegin(), cell.largest.rend());
  if (cell.largest.size() > static_cast<size_t>(top)) cell.largest.resize(top);
  return cell;
}

void Aggregate(const std::vector<Person>& persons, const Traits& traits, int top,
               AggregateTable* table) {
  const bool numbers = traits.holdings || traits.weighted;
  table->weighted = traits.weighted;
  table->weight_decimals = traits.weighted ? 1 : 0;
  if (traits.measure) {
    table->measures.push_back(
        {.name = "value", .decimals = 0, .any_sign = traits.any_sign, .cells = {}});
  }
  if (traits.distinct) {
    table->distincts.push_back({.name = "holding", .cells = {}, .additive = traits.additive});
  }
  for (const CellKey& key : table->keys) {
    std::vector<const Person*> inside;
    std::set<int64_t> contributors, holdings;
    UnitCount units;
    for (const Person& person : persons) {
      if (!IsWithin(table->axes, person.codes, key)) continue;
      inside.push_back(&person);
      contributors.insert(person.contributor);
      holdings.insert(person.holding);
      units.weight += person.weight;
    }
    units.rows = static_cast<int64_t>(inside.size());
    units.contributors = static_cast<int64_t>(contributors.size());
    table->units.push_back(units);
    if (traits.measure) table->measures[0].cells.push_back(Contribute(inside, top, numbers));
    if (traits.distinct) {
      table->distincts[0].cells.push_back(static_cast<int64_t>(holdings.size()));
    }
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
  for (size_t i = 0; i < table->keys.size(); ++i) {
    if (table->uses[i] != CellUse::kDisplayed) continue;
    ReleaseRow row{.codes = {}, .cell = static_cast<int>(i)};
    for (size_t a = 0; a < table->axes.size(); ++a) {
      row.codes.push_back(table->axes[a].categories[table->keys[i][a]].code);
    }
    shape.rows.push_back(std::move(row));
  }
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

bool IsWithin(const Axis& axis, int category, int ancestor) {
  while (category != ancestor && category > 0) category = axis.categories[category].parent;
  return category == ancestor;
}

bool IsWithin(const std::vector<Axis>& axes, const CellKey& key, const CellKey& ancestor) {
  for (size_t a = 0; a < axes.size(); ++a) {
    if (!IsWithin(axes[a], key[a], ancestor[a])) return false;
  }
  return true;
}

std::vector<int> Leaves(const Axis& axis) {
  std::vector<bool> parent(axis.categories.size(), false);
  for (size_t c = 1; c < axis.categories.size(); ++c) parent[axis.categories[c].parent] = true;
  std::vector<int> leaves;
  for (size_t c = 0; c < axis.categories.size(); ++c) {
    if (!parent[c]) leaves.push_back(static_cast<int>(c));
  }
  return leaves;
}

Instance MakeInstance(uint64_t seed, const InstanceOptions& options) {
  Random random(seed);
  Instance instance;
  instance.seed = seed;
  instance.rules = DrawRules(&random);
  if (options.more_rules) {
    Random more(seed ^ 0x6d6f7265);
    DrawMoreRules(&more, &instance.rules);
  }
  Filter filter;
  do {
    filter = {};
    instance.table = {};
    instance.grouping = random.Pick<Grouping>(
        {Grouping::kCube, Grouping::kCube, Grouping::kRollup, Grouping::kSets});
    instance.table.axes = DrawAxes(&random, &filter);
    TableBuilder(&random, instance.table.axes, filter, instance.grouping).AddCells(&instance.table);
  } while (static_cast<int>(instance.table.keys.size()) > options.cells_max);
  const Traits traits = DrawTraits(&random, instance.table.axes.size());
  instance.persons = DrawPersons(&random, instance.table.axes, traits);
  Aggregate(instance.persons, traits, instance.rules.LargestNeeded(), &instance.table);
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
