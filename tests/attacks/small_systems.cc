#include "tests/attacks/small_systems.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/table/relations.h"
#include "tests/attacks/random.h"
#include "tests/disclosure/table/axes.h"

namespace kluis {
namespace {

std::vector<Axis> AxesOf(Shape shape, Random* random) {
  const auto row = [&](const std::string& name, int64_t low, int64_t high) {
    return MakeAxis(name, std::vector<int>(random->Between(low, high), 0));
  };
  // Parents of two to four leaves; one is a leaf itself now and then.
  const auto tree = [&](const std::string& name, int64_t parents_max) {
    std::vector<int> parents(random->Between(2, parents_max), 0);
    const auto count = static_cast<int>(parents.size());
    for (int p = 1; p <= count; ++p) {
      if (p > 1 && random->OneIn(4)) continue;
      parents.insert(parents.end(), random->Between(2, parents_max + 1), p);
    }
    return MakeAxis(name, parents);
  };
  switch (shape) {
    case Shape::kRow:
      return {row("a", 3, 10)};
    case Shape::kTree:
      return {tree("a", 3)};
    case Shape::kTwoWay:
      return {row("a", 2, 4), row("b", 2, 4)};
    case Shape::kTreeByRow:
      return {tree("a", 2), row("b", 2, 3)};
    case Shape::kThreeWay:
      return {row("a", 2, 2), row("b", 2, 2), row("c", 2, 2)};
  }
  return {};
}

bool IsLeaf(const std::vector<Axis>& axes, const CellKey& key) {
  for (size_t a = 0; a < axes.size(); ++a) {
    const std::vector<int> leaves = LeavesOf(axes[a]);
    if (!std::binary_search(leaves.begin(), leaves.end(), key[a])) return false;
  }
  return true;
}

absl::int128 PercentRoundedUp(absl::int128 value, int percent) {
  return (value * percent + 99) / 100;
}

class Drawer {
 public:
  Drawer(SmallSystem* small, Random* random) : small_(*small), random_(*random) {}

  void Run() {
    small_.axes = AxesOf(small_.shape, &random_);
    small_.keys = AllKeys(small_.axes);
    small_.grid = Grid::Create(small_.axes, small_.keys);
    System& system = small_.system;
    system.grid = small_.grid.get();
    system.integral = small_.response == Response::kCounts;
    system.cells.resize(small_.keys.size());
    for (const Relation& relation : BuildRelations(small_.axes, small_.keys)) {
      system.rows.push_back(EqualityOf(relation));
    }
    Scenario scenario{.name = "nothing known",
                      .known = std::vector<bool>(small_.keys.size(), false),
                      .bounds = std::vector<Bounds>(small_.keys.size()),
                      .requirements = {}};
    system.scenarios.push_back(std::move(scenario));
    if (system.integral) {
      DrawCounts();
    } else {
      DrawSums();
    }
    for (SystemCell& cell : system.cells) {
      cell.cost = std::max<double>(static_cast<double>(static_cast<int64_t>(cell.value)), 1);
    }
  }

 private:
  System& system() { return small_.system; }
  Scenario& scenario() { return small_.system.scenarios[0]; }

  template <typename Visit>
  void ForEachAbove(size_t leaf, const Visit& visit) {
    for (size_t i = 0; i < small_.keys.size(); ++i) {
      if (IsWithin(small_.axes, small_.keys[leaf], small_.keys[i])) visit(i);
    }
  }

  int64_t DrawCount() {
    if (random_.OneIn(7)) return 0;
    if (random_.OneIn(3)) return random_.Between(1, 4);
    return random_.Between(1, random_.OneIn(4) ? 300 : 30);
  }

  void DrawCounts() {
    const int64_t minimum = random_.Pick<int64_t>({3, 5, 10});
    std::vector<int64_t> leaves_with_units(small_.keys.size(), 0);
    for (size_t leaf = 0; leaf < small_.keys.size(); ++leaf) {
      if (!IsLeaf(small_.axes, small_.keys[leaf])) continue;
      const int64_t count = DrawCount();
      ForEachAbove(leaf, [&](size_t i) {
        system().cells[i].value += count;
        leaves_with_units[i] += count > 0;
      });
    }
    for (size_t i = 0; i < small_.keys.size(); ++i) {
      SystemCell& cell = system().cells[i];
      // Zeros are published, so everyone knows that so many leaves hold one unit at least.
      scenario().bounds[i].low = leaves_with_units[i];
      cell.fixed = cell.value == 0;
      cell.open = cell.value > 0 && cell.value < minimum;
      if (!cell.open) continue;
      scenario().requirements.push_back(
          {.cell = static_cast<int>(i), .low = leaves_with_units[i], .high = minimum});
    }
  }

  int64_t DrawAmount() {
    int64_t amount = random_.Between(1, 100);
    if (random_.OneIn(4)) amount *= random_.Between(2, 10);
    if (random_.OneIn(12)) amount *= random_.Between(10, 60);
    return amount;
  }

  void DrawSums() {
    const int percent = static_cast<int>(random_.Pick<int64_t>({10, 15}));
    std::vector<std::map<int64_t, absl::int128>> firms(small_.keys.size());
    int64_t known_firms = 0;
    for (size_t leaf = 0; leaf < small_.keys.size(); ++leaf) {
      if (!IsLeaf(small_.axes, small_.keys[leaf])) continue;
      const int64_t count = random_.OneIn(7) ? 0 : random_.Between(1, random_.OneIn(3) ? 3 : 9);
      for (int64_t f = 0; f < count; ++f) {
        const bool again = known_firms > 0 && random_.OneIn(10);
        const int64_t firm = again ? random_.Below(known_firms) : known_firms++;
        const int64_t amount = DrawAmount();
        ForEachAbove(leaf, [&](size_t i) { firms[i][firm] += amount; });
      }
    }
    system().contributors.resize(small_.keys.size());
    for (size_t i = 0; i < small_.keys.size(); ++i) AddSum(i, firms[i], percent);
  }

  void AddSum(size_t i, const std::map<int64_t, absl::int128>& firms, int percent) {
    constexpr size_t kListed = 3;  // the p% rule looks at two
    SystemCell& cell = system().cells[i];
    std::vector<Part> parts;
    for (const auto& [firm, amount] : firms) {
      parts.push_back({.contributor = firm, .own = amount});
      cell.value += amount;
    }
    std::stable_sort(parts.begin(), parts.end(),
                     [](const Part& a, const Part& b) { return a.own > b.own; });
    const size_t all = parts.size();
    absl::int128 rest = cell.value;
    for (size_t p = 0; p < std::min<size_t>(all, 2); ++p) rest -= parts[p].own;
    cell.fixed = all == 0;
    absl::int128 level = 0;
    if (all > 0) level = PercentRoundedUp(parts[0].own, percent) - rest;
    if (all > 0 && all < 3) level = std::max(level, PercentRoundedUp(cell.value, 15));
    Contributors& contributors = system().contributors[i];
    contributors.count = static_cast<int64_t>(all);
    parts.resize(std::min(all, kListed));
    if (all > kListed) contributors.unlisted = parts.back().own;
    contributors.largest = std::move(parts);
    scenario().bounds[i].low = std::min(cell.value, contributors.unlisted);
    cell.open = level > 0;
    if (!cell.open) return;
    scenario().requirements.push_back({.cell = static_cast<int>(i),
                                       .low = std::max<absl::int128>(cell.value - level, 0),
                                       .high = cell.value + level});
  }

  SmallSystem& small_;
  Random& random_;
};

std::string Text(absl::int128 value) { return absl::StrCat(static_cast<int64_t>(value)); }

}  // namespace

std::string NameOf(Shape shape, Response response) {
  const char* shapes[] = {"row", "tree", "two-way table", "tree by row", "2x2x2 table"};
  return absl::StrCat(shapes[static_cast<int>(shape)],
                      response == Response::kCounts ? " of counts" : " of sums");
}

SmallSystem DrawSmallSystem(Shape shape, Response response, uint64_t seed) {
  SmallSystem small;
  small.shape = shape;
  small.response = response;
  small.seed = seed;
  Random random(seed * 16 + static_cast<uint64_t>(shape) * 2 + static_cast<uint64_t>(response));
  Drawer(&small, &random).Run();
  return small;
}

std::string Describe(const SmallSystem& small, const std::vector<bool>& suppressed) {
  std::string text = absl::StrCat(NameOf(small.shape, small.response), ", seed ", small.seed);
  for (const Axis& axis : small.axes) {
    absl::StrAppend(&text, "\n  axis ", axis.name, ":");
    for (size_t c = 1; c < axis.categories.size(); ++c) {
      absl::StrAppend(&text, " ", axis.categories[c].code, "<", axis.categories[c].parent);
    }
  }
  for (size_t i = 0; i < small.keys.size(); ++i) {
    const SystemCell& cell = small.system.cells[i];
    absl::StrAppend(&text, "\n  ", i, " (", absl::StrJoin(small.keys[i], ","), ") ",
                    Text(cell.value),
                    cell.open       ? "x"
                    : suppressed[i] ? "."
                                    : "");
    for (const Requirement& requirement : small.system.scenarios[0].requirements) {
      if (requirement.cell != static_cast<int>(i)) continue;
      absl::StrAppend(&text, " must look like ", Text(requirement.low), "..",
                      Text(requirement.high));
    }
    if (small.system.contributors.empty()) continue;
    for (const Part& part : small.system.contributors[i].largest) {
      absl::StrAppend(&text, " #", part.contributor, ":", Text(part.own));
    }
    const auto& contributors = small.system.contributors[i];
    absl::StrAppend(&text, " of ", contributors.count);
  }
  return text;
}

}  // namespace kluis
