// Certificates against the programs of the audit on random tables: what a program reaches is proven
// by the table that it found, and nothing beyond is.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <utility>

#include "disclosure/audit/certificates.h"
#include "disclosure/audit/interval_lp.h"
#include "disclosure/base/decimal.h"
#include "tests/disclosure/audit/small_tables.h"

namespace kluis {
namespace {

// Hidden cells of a random table of sums, and for each side of each the table of the program.
class Agreement {
 public:
  explicit Agreement(uint32_t seed) : generator_(seed) {
    const std::vector<Axis> axes = {MakeAxis("a", {0, 0, 1, 1}), MakeAxis("b", {0, 0, 0})};
    std::vector<int> values;
    for (int i = 0; i < 9; ++i) values.push_back(static_cast<int>(generator_() % 12));
    table_ = MakeTable(axes, values);
    for (AuditCell& cell : table_.cells) cell.shown = generator_() % 3 > 0;
  }

  // Number of sides that were compared.
  int Compare() {
    const auto found = AuditCells(table_, {});
    EXPECT_TRUE(found.ok());
    int sides = 0;
    for (size_t cell = 0; cell < table_.cells.size(); ++cell) {
      if (table_.cells[cell].shown) continue;
      for (const int sign : {1, -1}) {
        const double end = sign > 0 ? found->intervals[cell].high : found->intervals[cell].low;
        if (std::isfinite(end)) CompareSide(static_cast<int>(cell), sign, end);
        ++sides;
      }
    }
    return sides;
  }

 private:
  Certificate Extreme(int cell, int sign) {
    const auto system = DeriveEquations(table_);
    const auto unknowns = FindUnknowns(table_, *system);
    const int column = unknowns->column_of[cell];
    const int component = unknowns->component[column];
    std::vector<int> columns;
    for (size_t c = 0; c < unknowns->component.size(); ++c) {
      if (component >= 0 && unknowns->component[c] == component)
        columns.push_back(static_cast<int>(c));
    }
    IntervalLp program(*unknowns, columns, unknowns->Constants());
    EXPECT_TRUE(program.Start().ok());
    if (component >= 0) {
      EXPECT_TRUE(program.Extreme(column, sign).ok());
    }
    Certificate certificate;
    for (const int c : columns) {
      const int other = unknowns->cell_of[c];
      const double amount = std::round(program.Value(c)) - ToDouble(table_.cells[other].value);
      if (amount != 0) certificate.emplace_back(other, amount);
    }
    std::sort(certificate.begin(), certificate.end());
    return certificate;
  }

  absl::Status Check(int cell, int sign, int64_t reach, const Certificate& certificate) const {
    CertificateCase what;
    what.sheets.push_back(table_);
    const absl::int128 value = table_.cells[cell].value;
    what.demands.push_back({.cell = cell,
                            .low = sign < 0 ? value - reach : value,
                            .high = sign > 0 ? value + reach : value});
    return CheckCertificates(std::move(what), {certificate},
                             {{.demand = 0, .sign = sign, .coalition = {}, .certificate = 0}})
        .status();
  }

  // The end of the interval is proven by the table that has it, and by none farther away.
  void CompareSide(int cell, int sign, double end) {
    const auto reach =
        static_cast<int64_t>(std::llround(sign * (end - ToDouble(table_.cells[cell].value))));
    Certificate certificate = Extreme(cell, sign);
    EXPECT_TRUE(reach <= 0 || Check(cell, sign, reach, certificate).ok());
    EXPECT_FALSE(Check(cell, sign, reach + 1, certificate).ok());
    for (auto& term : certificate) term.second *= 2;
    EXPECT_FALSE(Check(cell, sign, reach + 1, certificate).ok());
  }

  std::mt19937 generator_;
  AuditTable table_;
};

TEST(CertificatesAgreementTest, ProveWhatTheProgramsReachAndNothingBeyond) {
  int sides = 0;
  for (uint32_t seed = 1; seed <= 300; ++seed) sides += Agreement(seed).Compare();
  EXPECT_GT(sides, 1000);
}

}  // namespace
}  // namespace kluis
