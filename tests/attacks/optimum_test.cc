// FindPattern() against the cheapest safe pattern over all patterns, on random small tables of
// every shape. Environment: KLUIS_INSTANCES tables per shape and response, KLUIS_FIRST_SEED the
// first seed, KLUIS_SHOW_TABLES shows the tables that cost most more than they need.
#include "tests/attacks/optimum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <numeric>
#include <string>
#include <vector>

#include "disclosure/suppression/pattern.h"
#include "tests/attacks/small_systems.h"

namespace kluis {
namespace {

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::vector<bool> CellsOf(CellSet set, size_t size) {
  std::vector<bool> cells;
  for (size_t i = 0; i < size; ++i) cells.push_back((set >> i) & 1);
  return cells;
}

// One table that was solved both ways.
struct Solved {
  uint64_t seed = 0;
  double cost = 0, optimum = 0;
  double Excess() const { return optimum > 0 ? cost / optimum - 1 : cost > 0 ? 1 : 0; }
};

class Summary {
 public:
  void Add(const Solved& solved) {
    solved_.push_back(solved);
    cost_ += solved.cost;
    optimum_ += solved.optimum;
  }

  void Sort() {
    std::stable_sort(solved_.begin(), solved_.end(),
                     [](const Solved& a, const Solved& b) { return a.Excess() < b.Excess(); });
  }

  double Median() const { return At(0.5); }
  const std::vector<Solved>& solved() const { return solved_; }

  void Print(const std::string& name, uint64_t first, uint64_t count) const {
    double sum = 0;
    int64_t optimal = 0;
    for (const Solved& solved : solved_) {
      sum += solved.Excess();
      optimal += solved.Excess() < 1e-9;
    }
    const auto n = static_cast<double>(solved_.size());
    std::cout << std::fixed << std::setprecision(2) << name << ", seeds " << first << ".."
              << first + count - 1 << ": " << solved_.size() << " with secondary cells, optimal "
              << 100 * static_cast<double>(optimal) / n << " %; excess per cent: median "
              << 100 * At(0.5) << ", mean " << 100 * sum / n << ", p90 " << 100 * At(0.9)
              << ", max " << 100 * solved_.back().Excess() << " (seed " << solved_.back().seed
              << "), of all costs together " << 100 * (cost_ / optimum_ - 1) << "\n";
  }

 private:
  double At(double share) const {
    return solved_[static_cast<size_t>(share * static_cast<double>(solved_.size() - 1))].Excess();
  }

  std::vector<Solved> solved_;
  double cost_ = 0, optimum_ = 0;
};

void ShowWorst(Shape shape, Response response, const Summary& summary) {
  const std::vector<Solved>& all = summary.solved();
  for (size_t i = all.size() - std::min<size_t>(all.size(), 3); i < all.size(); ++i) {
    const SmallSystem small = DrawSmallSystem(shape, response, all[i].seed);
    WorkBudget budget;
    const auto pattern = FindPattern(small.system, {}, &budget);
    std::cout << "costs " << all[i].cost << ": " << Describe(small, pattern->suppressed) << "\n";
    const CellSet best = Optimiser(small.system).Cheapest().value();
    std::cout << "could cost " << all[i].optimum << " with";
    for (size_t c = 0; c < small.keys.size(); ++c) {
      if ((best >> c) & 1 && !small.system.cells[c].open) std::cout << " " << c;
    }
    std::cout << "\n";
  }
}

struct Kind {
  Shape shape;
  Response response;
};

class OptimumTest : public ::testing::TestWithParam<Kind> {};

TEST_P(OptimumTest, EveryPatternIsSafeAndNeverCheaperThanTheCheapestSafeOne) {
  const auto [shape, response] = GetParam();
  const uint64_t first = FromEnvironment("KLUIS_FIRST_SEED", 1);
  const uint64_t count = FromEnvironment("KLUIS_INSTANCES", 25);
  Summary summary;
  int64_t unprotectable = 0, unneeded = 0;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    const SmallSystem small = DrawSmallSystem(shape, response, seed);
    if (small.keys.size() > 64) continue;
    WorkBudget budget;
    const auto pattern = FindPattern(small.system, {}, &budget);
    Optimiser optimiser(small.system);
    const auto optimum = optimiser.Cheapest();
    if (!optimum) {
      EXPECT_TRUE(absl::IsFailedPrecondition(pattern.status())) << "seed " << seed;
      ++unprotectable;
      continue;
    }
    if (!pattern.ok()) {
      ADD_FAILURE() << pattern.status() << " "
                    << Describe(small, CellsOf(*optimum, small.keys.size()));
      continue;
    }
    const CellSet suppressed = SetOf(pattern->suppressed);
    if (const Aim* aim = optimiser.Breach(suppressed)) {
      ADD_FAILURE() << "unsafe: " << Describe(small.system, *aim) << "\n"
                    << Describe(small, pattern->suppressed);
    }
    const Solved solved{
        .seed = seed, .cost = optimiser.CostOf(suppressed), .optimum = optimiser.CostOf(*optimum)};
    EXPECT_GE(solved.cost, solved.optimum - 1e-9) << "seed " << seed;
    if (solved.cost == 0) {
      ++unneeded;
    } else {
      summary.Add(solved);
    }
  }
  ASSERT_GT(summary.solved().size(), 0u);
  summary.Sort();
  summary.Print(NameOf(shape, response), first, count);
  std::cout << "  " << unneeded << " need no secondary cell, " << unprotectable
            << " cannot be protected\n";
  if (std::getenv("KLUIS_SHOW_TABLES") != nullptr) ShowWorst(shape, response, summary);
  EXPECT_LE(summary.Median(), 0.03);
}

std::vector<Kind> AllKinds() {
  std::vector<Kind> kinds;
  for (const Response response : kResponses) {
    for (const Shape shape : kShapes) kinds.push_back({shape, response});
  }
  return kinds;
}

std::string TestNameOf(const ::testing::TestParamInfo<Kind>& info) {
  std::string name;
  for (const char c : NameOf(info.param.shape, info.param.response)) {
    if (std::isalnum(static_cast<unsigned char>(c))) name += c;
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Shapes, OptimumTest, ::testing::ValuesIn(AllKinds()), TestNameOf);

}  // namespace
}  // namespace kluis
