// Microdata small enough to judge by hand: nine cells of four firms each that no rule minds, but for
// those that a test says otherwise of.
#ifndef KLUIS_TESTS_SERVER_LOCAL_RECORD_WORKSHOP_H_
#define KLUIS_TESTS_SERVER_LOCAL_RECORD_WORKSHOP_H_

#include <gmock/gmock.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "tests/server/local/workshop.h"

namespace kluis {

// One record; what is not said is nothing special.
struct Firm {
  const char* omzet = "100";
  const char* ask = "0";
  const char* agreed = "no";
  const char* jobs = "10";
  const char* weight = "1";
  const char* holding = "";
};

class RecordWorkshop : public Workshop {
 protected:
  void SetUp() override {
    Workshop::SetUp();
    Write("policies/datasets/trade.yaml", Entry(""));
  }

  static std::string Entry(const std::string& more) {
    return absl::StrCat(
        "dataset: trade\ntitle: Trade\nperiod: \"2016\"\nlineage: none\nunit: firm\n"
        "source: {file: trade.csv, empty: \"\"}\nbad_rows: refuse\ncontributor: [row, holding]\n",
        more,
        "variables:\n"
        "  row: {role: identifier, column: \"#row\"}\n"
        "  holding: {role: identifier}\n"
        "  sbi: {role: dimension, kind: identifying, values: [A, B, C], missing: [\"\"]}\n"
        "  place: {role: dimension, kind: identifying, values: [G1, G2, G3]}\n"
        "  ask: {role: dimension, kind: confidential, values: [\"0\", \"1\", \"2\"]}\n"
        "  agreed: {role: dimension, kind: confidential, values: [\"yes\", \"no\"]}\n"
        "  omzet: {role: measure, decimals: 1}\n"
        "  jobs: {role: measure, decimals: 1}\n"
        "  weight: {role: measure, decimals: 0}\n");
  }

  // The firms of some cells, "A,G1"; the other cells have `others`.
  static std::string Trade(const std::map<std::string, std::vector<Firm>>& cells,
                           const std::vector<Firm>& others = std::vector<Firm>(4)) {
    std::string text = "sbi,place,omzet,ask,agreed,jobs,weight,holding\n";
    std::map<std::string, std::vector<Firm>> all = cells;
    for (const char* sbi : {"A", "B", "C"}) {
      for (const char* place : {"G1", "G2", "G3"}) all.emplace(absl::StrCat(sbi, ",", place), others);
    }
    for (const auto& [codes, firms] : all) {
      for (const Firm& firm : firms)
        absl::StrAppend(&text, codes, ",", firm.omzet, ",", firm.ask, ",", firm.agreed, ",",
                        firm.jobs, ",", firm.weight, ",", firm.holding, "\n");
    }
    return text;
  }

  // Firms of these turnovers.
  static std::vector<Firm> Firms(const std::vector<const char*>& omzet) {
    std::vector<Firm> firms;
    for (const char* value : omzet) firms.push_back({.omzet = value});
    return firms;
  }

  Outcome Run(const std::string& rules, const std::string& trade, const std::string& statistics,
              const std::vector<std::string>& more = {}) {
    Write("rules.yaml", "rules: trade\n" + rules);
    Write("trade.csv", trade);
    std::vector<std::string> arguments = {
        "protect", "--microdata", Path("trade.csv"), "--describe",
        Path("policies/datasets/trade.yaml"), "--rules", Path("rules.yaml"), "--table",
        absl::StrCat("SELECT sbi, place, ", statistics, " FROM trade GROUP BY CUBE (sbi, place)"),
        "-o", Path("out.csv"), "--report", Path("out.json")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return Sdc(arguments);
  }

  // "A,G1" -> the primary's line of the report; of a run that the audit passed.
  std::map<std::string, nlohmann::json> Primaries(const Outcome& outcome,
                                                  const std::string& statistic = "x") {
    std::map<std::string, nlohmann::json> primaries;
    EXPECT_EQ(outcome.exit, 0) << outcome.err;
    if (outcome.exit != 0) return primaries;
    const nlohmann::json report = ReadReport("out.json");
    EXPECT_EQ(report["total"]["violations"], 0);
    EXPECT_EQ(report["total"]["insider_violations"], 0);
    for (const nlohmann::json& cell : report["cells"]) {
      if (cell["status"] != "primary" || cell["statistic"] != statistic) continue;
      primaries[absl::StrCat(cell["codes"]["sbi"].get<std::string>(), ",",
                             cell["codes"]["place"].get<std::string>())] = cell;
    }
    return primaries;
  }

  static std::set<std::string> Names(const std::map<std::string, nlohmann::json>& cells) {
    std::set<std::string> names;
    for (const auto& [name, cell] : cells) names.insert(name);
    return names;
  }

  static void ExpectPrimary(const std::map<std::string, nlohmann::json>& primaries,
                            const std::string& name, const std::string& rule, double low,
                            double high) {
    ASSERT_EQ(primaries.count(name), 1u) << name;
    const nlohmann::json& cell = primaries.at(name);
    EXPECT_EQ(cell["rule"], rule) << name;
    EXPECT_NEAR(cell["required"][0].get<double>(), low, 1e-9) << name;
    EXPECT_NEAR(cell["required"][1].get<double>(), high, 1e-9) << name;
  }

  // Beside it there is no other.
  static void ExpectOnlyPrimary(const std::map<std::string, nlohmann::json>& primaries,
                                const std::string& name, const std::string& rule, double low,
                                double high) {
    EXPECT_THAT(Names(primaries), testing::ElementsAre(name));
    ExpectPrimary(primaries, name, rule, low, high);
  }
};

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_LOCAL_RECORD_WORKSHOP_H_
