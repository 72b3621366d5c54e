// The test set of tau-ARGUS, in KLUIS_TEST_DATA, with the rules of the field's published figures.
#include <gmock/gmock.h>

#include <cstdlib>
#include <iostream>

#include "tests/reference_data.h"
#include "tests/server/local/workshop.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

class ReferenceData : public Workshop {
 protected:
  void SetUp() override {
    Workshop::SetUp();
    if (!HasReferenceData(ReferenceFolder())) return;
    ASSERT_EQ(std::system(absl::StrCat(KLUIS_SOURCE_DIR, "/script/make-tau-codes '", data_, "' '",
                                       Path("policies/codes"), "'")
                              .c_str()),
              0);
    std::ifstream entry(std::string(KLUIS_SOURCE_DIR) +
                        "/tests/server/catalogue/datasets/tau_testw.yaml");
    std::string text, line;
    while (std::getline(entry, line)) {
      if (line.rfind("weight:", 0) != 0) text += line + "\n";  // the figures are unweighted
    }
    Write("policies/datasets/tau.yaml", text);
  }

  nlohmann::json Run(const std::string& sql, const std::string& rules) {
    Write("tau_rules.yaml", rules);
    const Outcome outcome =
        Sdc({"protect", "--microdata", data_ + "/micro_tau_testW.csv.gz", "--describe",
             Path("policies/datasets/tau.yaml"), "--table", sql, "--rules", Path("tau_rules.yaml"),
             "-o", Path("out.csv"), "--report", Path("out.json"), "--threads", "1"});
    EXPECT_EQ(outcome.exit, 0) << outcome.err;
    nlohmann::json total = ReadReport("out.json")["total"];
    std::cout << total.dump() << "\n";
    return total;
  }

  const std::string data_ = ReferenceFolder().string();
};

TEST_F(ReferenceData, IndustryByRegionWithDominance) {
  const nlohmann::json total =
      Run("SELECT \"IndustryCode\", \"Region\", SUM(\"Var1\") AS v FROM tau_testw "
          "GROUP BY CUBE (\"IndustryCode\", \"Region\")",
          "rules: tau\nfrequency: {minimum: 3, zeros: publish, protect: exact}\n"
          "dominance: [{n: 1, share: 0.85}]\nsecondary: {protect: interval, deadline: 60s}\n");
  EXPECT_EQ(total["cells"], 12070);
  EXPECT_EQ(total["cells"].get<int>() - total["empty"].get<int>(), 8259);
  EXPECT_EQ(total["violations"], 0);
}

TEST_F(ReferenceData, IndustryByRegionCounts) {
  const nlohmann::json total =
      Run("SELECT \"IndustryCode\", \"Region\", COUNT(*) AS n FROM tau_testw "
          "GROUP BY CUBE (\"IndustryCode\", \"Region\")",
          "rules: tau\nfrequency: {minimum: 3, zeros: publish, protect: exact}\n"
          "secondary: {protect: exact, deadline: 60s}\n");
  EXPECT_EQ(total["primary_by_rule"]["frequency"], total["primary"]);
  EXPECT_EQ(total["violations"], 0);
}

// tau-ARGUS's Modular hides 2,524,351 of other cells.
TEST_F(ReferenceData, SizeByRegionWithAPurePercentageRule) {
  const nlohmann::json total =
      Run("SELECT \"Size\", \"Region\", SUM(\"Var2\") AS v FROM tau_testw "
          "GROUP BY CUBE (\"Size\", \"Region\")",
          "rules: tau\nfrequency: {minimum: 1}\np_percent: {p: 15}\n");
  EXPECT_EQ(total["cells"], 153);
  EXPECT_EQ(total["primary_by_rule"]["p_percent"], total["primary"]);
  EXPECT_EQ(total["violations"], 0);
  EXPECT_EQ(total["insider_violations"], 0);
  EXPECT_LT(total["secondary_value"], 2524351);
}

TEST_F(ReferenceData, ADeadlineThatIsTooShortIsExitSix) {
  const Outcome outcome =
      Sdc({"protect", "--microdata", data_ + "/micro_tau_testW.csv.gz", "--describe",
           Path("policies/datasets/tau.yaml"), "--table",
           "SELECT \"IndustryCode\", SUM(\"Var1\") AS v FROM tau_testw GROUP BY ROLLUP "
           "(\"IndustryCode\")",
           "--rules", Path("rules.yaml"), "-o", Path("out.csv"), "--deadline", "1ms"});
  EXPECT_EQ(outcome.exit, 6);
  EXPECT_THAT(outcome.err, ::testing::HasSubstr("--deadline"));
  EXPECT_FALSE(fs::exists(Path("out.csv")));
}

}  // namespace
}  // namespace kluis
