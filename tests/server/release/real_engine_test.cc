// From a file to what leaves, with the engine that answers in production, against numbers that were
// computed by hand: ratios, classes of a CASE, and both at once.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/protect/protect.h"
#include "server/catalogue/catalogue_store.h"
#include "server/catalogue/import.h"
#include "server/engine/engine.h"
#include "server/plan/aggregation_plan.h"

namespace kluis {
namespace {

std::shared_ptr<const DataKey> TestKey() {
  static const auto key = DataKey::Random();
  return key;
}

namespace fs = std::filesystem;

constexpr char kEntry[] = R"(dataset: baan
title: {nl: Banen, en: Jobs}
period: "2022"
unit: baan
source: {file: baan.csv, empty: ""}
contributor: [rin]
variables:
  rin: {role: identifier}
  plaats: {role: dimension, kind: identifying, values: [P1, P2, P3, P4]}
  leeftijd: {role: dimension, kind: identifying, range: [0, 99], bands: {from: 0, to: 100, widths: [10]}}
  loon: {role: measure, unit: EUR, decimals: 2}
  uren: {role: measure, decimals: 0}
  saldo: {role: measure, decimals: 1, sign: any}
)";

// Wages, hours and balances: P1 100 / 20 / -8, P2 15 / 45 / 9, P3 1 / 32 / 0; nobody works in P4.
constexpr char kJobs[] =
    "rin,plaats,leeftijd,loon,uren,saldo\n"
    "1,P1,20,10,5,-2\n2,P1,30,20,5,-2\n3,P1,40,30,5,-2\n4,P1,50,40,5,-2\n"
    "5,P2,20,1,10,1\n6,P2,30,2,10,1\n7,P2,40,3,10,1\n8,P2,50,4,10,1\n9,P2,60,5,5,5\n"
    "10,P3,20,0.25,8,1\n11,P3,30,0.25,8,1\n12,P3,40,0.25,8,-1\n13,P3,50,0.25,8,-1\n";

class RealEngineTest : public testing::Test {
 protected:
  RealEngineTest() : root_(fs::temp_directory_path() / absl::StrCat("kluis_real_engine_", getpid())) {
    fs::remove_all(root_);
    fs::create_directories(root_ / "policies");
    std::ofstream(root_ / "policies/baan.yaml") << kEntry;
    std::ofstream(root_ / "policies/baan.csv") << kJobs;
    const auto report = ImportDataset({.entry_file = (root_ / "policies/baan.yaml").string(),
                                       .policies_root = (root_ / "policies").string(),
                                       .data_folder = (root_ / "data").string(),
                                       .pseudonym_key = std::string(32, 'k'),
                                       .data_key = TestKey()});
    EXPECT_TRUE(report.ok()) << report.status();
    catalogue_ = (*Catalogue::Open((root_ / "data").string()))->view();
  }
  ~RealEngineTest() override { fs::remove_all(root_); }

  // Rows as "code value value; ...", values without their decimal point; `-` is empty, `.` suppressed.
  std::string Ask(const std::string& sql) const {
    PolicyBundle policy;
    RuleSet& rules = policy.rules["standard"];
    rules.frequency.minimum = 3;
    rules.frequency.protect_zeros = false;
    Project& project = policy.projects["p"];
    project.name = "p";
    project.members = {"anna"};
    project.valid_from = "2016-11-28";
    project.valid_until = "2036-11-28";
    project.rules = "standard";
    project.grants = {{"baan", {"plaats", "leeftijd", "loon", "uren", "saldo"}, {}}};
    Caller anna;
    anna.id = "anna";
    auto parsed = ParseQuery(sql);
    if (!parsed.allowed()) return parsed.refusal().message;
    const auto authorised = Authorise(anna, std::move(parsed).value(), "p", policy, *catalogue_, "2026-11-22");
    if (!authorised.allowed()) return authorised.refusal().message;
    const auto plan = MakePlan(authorised.value(), *catalogue_);
    if (!plan.allowed()) return plan.refusal().message;
    const auto table = (*NewDuckDbEngine({.data_key = TestKey()}))->Run(plan.value(), nullptr);
    if (!table.ok()) return table.status().ToString();
    const auto release = Protect(*table, authorised.value().rules(), {});
    return release.ok() ? RowsOf(*release) : release.status().ToString();
  }

  static std::string RowsOf(const ProtectedTable& release) {
    std::vector<std::string> rows;
    for (size_t r = 0; r < release.shape().rows.size(); ++r) {
      std::vector<std::string> fields = release.shape().rows[r].codes;
      for (const ReleasedValue& value : release.values()[r]) {
        fields.push_back(value.status == ValueStatus::kOk      ? absl::StrCat(static_cast<int64_t>(value.scaled))
                         : value.status == ValueStatus::kEmpty ? "-"
                                                               : ".");
      }
      rows.push_back(absl::StrJoin(fields, " "));
    }
    return absl::StrJoin(rows, "; ");
  }

  fs::path root_;
  std::shared_ptr<const CatalogueView> catalogue_;
};

// 116/97 = 1.19588, 100/20, 15/45, 1/32 = 0.03125, which is rounded to the even digit.
TEST_F(RealEngineTest, ARatioIsOfTheSumsOfEachCell) {
  EXPECT_EQ(Ask("SELECT plaats, RATIO(SUM(loon), SUM(uren)) AS r FROM baan GROUP BY CUBE (plaats)"),
            "_T 11959; P1 50000; P2 3333; P3 312; P4 -");
  EXPECT_EQ(Ask("SELECT plaats, SUM(uren), RATIO(SUM(uren), SUM(loon)) FROM baan GROUP BY plaats ORDER BY ratio DESC"),
            "P3 32 320000; P2 45 30000; P1 20 2000; P4 0 -");
}

// -8/20, 9/45, 0/32; 20/-8, 45/9, and 32/0 is none.
TEST_F(RealEngineTest, ARatioHasASignAndNoneWhereTheDivisorIsZero) {
  EXPECT_EQ(Ask("SELECT plaats, RATIO(SUM(saldo), SUM(uren)), RATIO(SUM(uren), SUM(saldo)) AS q FROM baan GROUP BY plaats"),
            "P1 -4000 -25000; P2 2000 50000; P3 0 -; P4 - -");
}

// P1 against the rest: 4 and 9 jobs, 100 and 16 euros; 16/77 = 0.20779.
TEST_F(RealEngineTest, ACaseIsAClassOfItsCodes) {
  const std::string stad = "CASE WHEN plaats = 'P1' THEN 'stad' ELSE 'land' END AS c";
  EXPECT_EQ(Ask("SELECT " + stad + ", COUNT(*), SUM(loon), RATIO(SUM(loon), SUM(uren)) FROM baan GROUP BY c"),
            "stad 4 10000 50000; land 9 1600 2078");
  EXPECT_EQ(Ask("SELECT " + stad + ", plaats, COUNT(*) FROM baan WHERE plaats <> 'P4' GROUP BY ROLLUP (c, plaats)"),
            "_T _T 13; stad _T 4; stad P1 4; land _T 9; land P2 5; land P3 4");
}

// Three people of each of the ages 20, 30, 40 and 50, and one of 60; 71.5/51 and 44.5/46.
TEST_F(RealEngineTest, ACaseOfARangeTakesThresholds) {
  EXPECT_EQ(Ask("SELECT CASE WHEN leeftijd < 40 THEN 'jong' ELSE 'oud' END AS c, COUNT(*), SUM(uren) FROM baan GROUP BY c"),
            "jong 6 46; oud 7 51");
  EXPECT_EQ(Ask("SELECT CASE WHEN BAND(leeftijd, 10) IN ('20-30', '40-50') THEN 'even' ELSE 'oneven' END AS c, "
                "RATIO(SUM(loon), SUM(uren)) FROM baan GROUP BY c"),
            "oneven 14020; even 9674");
}

}  // namespace
}  // namespace kluis
