// Large tables before both auditors: the certificates that Protect() followed, and a full linear
// program for every hidden cell, which takes minutes. Environment: KLUIS_SOAK_CELLS, how many cells
// at most (default 1,200, for every day; script/soak asks for 100,000), KLUIS_SOAK_SEED, KLUIS_SOAK_INSIDERS, how
// many of those who are alone in a cell, drawn (default 300: in a large table there are thousands,
// with several programs each).
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "bench/tables.h"
#include "disclosure/audit/audit.h"
#include "disclosure/base/decimal.h"
#include "disclosure/protect/protect.h"

namespace kluis {
namespace {

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

double Seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Three dimensions, two of them with levels: the largest that has no more cells than asked.
std::vector<Axis> AxesFor(double cells, VariableKind last) {
  const std::vector<std::vector<std::vector<int>>> shapes = {{{8, 5, 3}, {9, 10}, {5}},
                                                             {{6, 4, 3}, {5, 6}, {4}},
                                                             {{5, 4, 2}, {5, 5}, {4}},
                                                             {{3, 2, 2}, {3, 3}, {3}}};
  for (const auto& shape : shapes) {
    std::vector<Axis> axes;
    double product = 1;
    for (const std::vector<int>& children : shape) {
      const bool is_last = axes.size() + 1 == shape.size();
      axes.push_back(RegularAxis("axis" + std::to_string(axes.size()),
                                 is_last ? last : VariableKind::kIdentifying, children));
      product *= static_cast<double>(axes.back().categories.size());
    }
    if (product <= cells * 1.05) return axes;
  }
  return {};
}

struct Family {
  std::string name;
  double records_per_cell = 1;
  bool sums = false;
  VariableKind last = VariableKind::kIdentifying;
  uint64_t cells_max = ~uint64_t{0};
};

class Soaked {
 public:
  explicit Soaked(const Family& family)
      : family_(family),
        axes_(AxesFor(static_cast<double>(
                          std::min(FromEnvironment("KLUIS_SOAK_CELLS", 1200), family.cells_max)),
                      family.last)),
        rules_(ScaleRules(family.sums)) {
    double cells = 1;
    for (const Axis& axis : axes_) cells *= static_cast<double>(axis.categories.size());
    const uint64_t seed = FromEnvironment("KLUIS_SOAK_SEED", 7);
    std::cout << family.name << ": " << cells << " cells, seed " << seed << std::endl;
    const BenchData data =
        RandomData(axes_, static_cast<int>(cells * family.records_per_cell), seed);
    table_ = Tabulate(data.axes, data.records, family.sums);
  }

  // By certificates alone.
  void Protect() {
    ProtectOptions options;
    options.only_shown = true;
    options.iterations_max = 30 * static_cast<int64_t>(table_.keys.size()) + 1'000'000;
    std::map<std::string, double> stages;
    std::string stage;
    double last = Seconds();
    const auto next = [&](const char* name) {
      stages[stage] += Seconds() - last;
      last = Seconds();
      stage = name;
    };
    options.stage = next;
    auto release = kluis::Protect(table_, rules_, options);
    ASSERT_TRUE(release.ok()) << release.status();
    next("");
    std::cout << "  protected in";
    for (const auto& [name, seconds] : stages) {
      if (!name.empty()) std::cout << " " << name << " " << seconds << " s";
    }
    std::cout << std::endl;
    release_ = std::make_unique<ProtectedTable>(*std::move(release));
  }

  // By a program for each end of each hidden cell; and for who is alone in a cell.
  void AuditInFull() {
    const AuditTable table = Shown();
    const double start = Seconds();
    const auto found = AuditCells(table, {});
    ASSERT_TRUE(found.ok()) << found.status();
    std::cout << "  audited in " << Seconds() - start << " s by " << found->programs
              << " programs, " << found->exposed.size() << " cells exposed" << std::endl;
    EXPECT_TRUE(found->exposed.empty());
    Compare(*found);
    if (family_.sums) AuditAlone(table, *found);
  }

 private:
  const std::string& Variable() const {
    static const std::string units = "units", value = "value";
    return family_.sums ? value : units;
  }

  AuditTable Shown() const {
    AuditTable table{.axes = axes_, .cells = {}, .additive = {}, .integral = !family_.sums};
    for (size_t i = 0; i < table_.keys.size(); ++i) {
      const bool some = !family_.sums && table_.units[i].rows > 0;
      table.cells.push_back({.key = table_.keys[i],
                             .shown = false,
                             .value = family_.sums ? table_.measures[0].cells[i].total
                                                   : absl::int128{table_.units[i].rows},
                             .known = {some ? 1.0 : 0.0, kInfinity},
                             .required = {}});
    }
    const auto& rows = release_->shape().rows;
    for (size_t r = 0; r < rows.size(); ++r)
      table.cells[rows[r].cell].shown = release_->values()[r][0].status != ValueStatus::kSuppressed;
    for (const CellReview& review : release_->review()) {
      if (review.variable != Variable() || review.rule.empty()) continue;
      table.cells[review.cell].demand = AuditDemand::kInterval;
      table.cells[review.cell].required = {review.required_low, review.required_high};
    }
    return table;
  }

  // No certificate proves more than a program finds.
  void Compare(const AuditResult& found) const {
    int64_t primaries = 0, wider = 0;
    for (const CellReview& review : release_->review()) {
      if (review.variable != Variable() || review.rule.empty()) continue;
      ++primaries;
      const AuditInterval& interval = found.intervals[review.cell];
      const double slack = 1e-6 * (1 + std::abs(review.interval_high));
      wider += review.interval_low < interval.low - slack ||
               review.interval_high > interval.high + slack;
    }
    std::cout << "  " << primaries
              << " primaries, of which certificates say more than programs: " << wider << std::endl;
    EXPECT_GT(primaries, 0);
    EXPECT_EQ(wider, 0);
  }

  void AuditAlone(const AuditTable& table, const AuditResult& found) const {
    const std::vector<Contributions>& cells = table_.measures[0].cells;
    std::map<int64_t, Insider> insiders;
    for (size_t i = 0; i < cells.size(); ++i) {
      if (cells[i].contributors == 1 && !table.cells[i].shown && !cells[i].shares.empty())
        insiders[cells[i].shares[0].contributor].knows.push_back(static_cast<int>(i));
    }
    std::vector<Insider> list;
    for (const auto& [who, insider] : insiders) list.push_back(insider);
    std::mt19937_64 random(FromEnvironment("KLUIS_SOAK_SEED", 7));
    std::shuffle(list.begin(), list.end(), random);
    const size_t alone = list.size();
    list.resize(std::min<size_t>(alone, FromEnvironment("KLUIS_SOAK_INSIDERS", 300)));
    const double start = Seconds();
    const auto pairs = AuditInsiders(table, list, found, {});
    ASSERT_TRUE(pairs.ok()) << pairs.status();
    int64_t exposed = 0;
    for (const auto& [insider, victim] : *pairs) {
      const int own = list[insider].knows[0];
      exposed += cells[victim].shares.empty() ||
                 cells[victim].shares[0].contributor != cells[own].shares[0].contributor;
    }
    std::cout << "  " << list.size() << " of " << alone << " insiders audited in " << Seconds() - start << " s, "
              << exposed << " pairs exposed" << std::endl;
    EXPECT_EQ(exposed, 0);
  }

  const Family family_;
  const std::vector<Axis> axes_;
  const RuleSet rules_;
  AggregateTable table_;
  std::unique_ptr<ProtectedTable> release_;
};

void Soak(const Family& family, bool in_full) {
  Soaked soaked(family);
  soaked.Protect();
  if (in_full && !testing::Test::HasFatalFailure()) soaked.AuditInFull();
}

TEST(SoakTest, CountsStandBeforeBothAuditors) {
  Soak({.name = "counts", .records_per_cell = 4}, true);
}

TEST(SoakTest, SumsStandBeforeBothAuditors) {
  Soak({.name = "sums", .records_per_cell = 2, .sums = true}, true);
}

// What everyone knows makes demands give way, which may take the auditor a program each. The
// pattern takes minutes beyond 10,000 cells.
TEST(SoakTest, CountsByAConfidentialVariableAreFollowedByCertificates) {
  Soak({.name = "confidential counts",
        .records_per_cell = 4,
        .last = VariableKind::kConfidential,
        .cells_max = 10'000},
       false);
}

}  // namespace
}  // namespace kluis
