#include "server/release/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/fakes/fake_engine.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kEntry[] = R"(
dataset: persoon
title: {nl: Personen, en: Persons}
period: "2022"
lineage: persoon
unit: persoon
source: {file: persoon.csv, empty: ""}
contributor: [rin]
variables:
  rin: {role: identifier}
  gemeente: {role: dimension, kind: identifying, values: [GM0917, GM0928, GM0882]}
  geslacht: {role: dimension, values: ["1", "2"]}
  inkomen: {role: measure, unit: EUR, decimals: 0}
)";

constexpr char kRules[] = R"(
rules: standard
frequency: {minimum: 10, zeros: protect, protect: threshold, range: 15}
dominance: [{n: 1, share: 0.50}, {n: 2, share: 0.85}]
p_percent: {p: 10, coalition: 1}
secondary: {protect: interval, cost: value, deadline: 10s}
history: {scope: everyone, on_hit: suppress}
review:      {reviewers: 2, hold: [{cells_over: 30}]}
limits: {queries_per_day: 6, cells_per_query: 1000}
)";

constexpr char kProject[] = R"(
project: heerlen
purpose: {nl: Proef, en: Trial}
organisation: gemeente-heerlen
members: [anna@heerlen.nl]
valid: {from: 2016-11-28, until: 2036-11-28}
rules: standard
grants:
  - {dataset: persoon, variables: [gemeente, geslacht, inkomen]}
)";

// 60 men and 40 women in each municipality, but only 4 women in the last.
std::vector<FakeRow> Rows() {
  std::vector<FakeRow> rows;
  for (int gemeente = 0; gemeente < 3; ++gemeente) {
    for (int i = 0; i < 60; ++i) rows.push_back({{"gemeente", gemeente}, {"geslacht", 0}, {"inkomen", 20000 + i}});
    const int women = gemeente == 2 ? 4 : 40;
    for (int i = 0; i < women; ++i) rows.push_back({{"gemeente", gemeente}, {"geslacht", 1}, {"inkomen", 31337 + i}});
  }
  return rows;
}

class PipelineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("kluis-pipeline-" + std::to_string(getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    Parsed<DatasetEntry> entry = ParseDatasetEntry(kEntry, "persoon.yaml", nullptr);
    ASSERT_TRUE(entry.ok()) << FormatDiagnostic(entry.diagnostics[0], kEntry);
    auto catalogue = std::make_shared<CatalogueView>();
    catalogue->datasets["persoon"] = {.entry = entry.value, .file = "none", .sha256 = std::string(64, 'a'),
                                      .rows = 264, .rows_dropped = 0, .imported_at = "2026-11-22T00:00:00Z",
                                      .unique = {{"rin", true}}, .constant = {}};
    Parsed<PolicyBundle> policy = ParsePolicyBundle(
        {{"rules/standard.yaml", kRules}, {"projects/heerlen.yaml", kProject}}, {{"persoon", entry.value}});
    ASSERT_TRUE(policy.ok()) << policy.diagnostics[0].message;
    in_force_ = {std::make_shared<PolicyBundle>(policy.value), catalogue};

    auto key = NoteSigner::FromSeed("kluis.example/test", std::string(32, 's'));
    ASSERT_TRUE(key.ok());
    key_ = std::make_unique<NoteSigner>(*std::move(key));
    OpenLedger();
    engine_ = std::make_unique<FakeEngine>(Rows());
    pipeline_ = std::make_unique<ReleasePipeline>(
        *engine_, *ledger_, PipelineOptions{.build = "test", .cost_key = "k", .today = [] { return "2026-11-22"; }});
  }
  void TearDown() override {
    pipeline_.reset();
    ledger_.reset();
    database_.reset();
    std::filesystem::remove_all(folder_);
  }
  void OpenLedger() {
    auto database = Database::Open((folder_ / "ledger.db").string(), "");
    ASSERT_TRUE(database.ok()) << database.status();
    database_ = *std::move(database);
    auto ledger = Ledger::Open(*database_, *key_, {.origin = "kluis.example/test", .now_utc = [] {
                                                     return std::string("2026-11-22T12:00:00Z"); }, .sealed_key = std::string(32, 's')});
    ASSERT_TRUE(ledger.ok()) << ledger.status();
    ledger_ = *std::move(ledger);
  }
  void Forget() {
    pipeline_ = std::make_unique<ReleasePipeline>(
        *engine_, *ledger_,
        PipelineOptions{.build = "test", .cost_key = "k", .today = [] { return "2026-11-22"; }, .remembered_values = 0});
  }
  absl::StatusOr<CommittedRelease> Ask(const std::string& sql, const std::string& request_id = "") {
    return pipeline_->Run(anna_, {.sql = sql, .project = "", .request_id = request_id, .client_version = "test"},
                          in_force_, &cancelled_, [](absl::string_view, double) {});
  }

  std::filesystem::path folder_;
  Caller anna_{"anna@heerlen.nl", Role::kResearcher, "gemeente-heerlen", std::string(64, 'c')};
  InForce in_force_;
  std::unique_ptr<NoteSigner> key_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<FakeEngine> engine_;
  std::unique_ptr<ReleasePipeline> pipeline_;
  std::atomic<bool> cancelled_{false};
};

constexpr char kTable[] = "SELECT gemeente, geslacht, COUNT(*) AS n, SUM(inkomen) AS som FROM persoon GROUP BY CUBE (gemeente, geslacht)";

// What was protected for one role is no answer for another that stricter rules hold for.
TEST_F(PipelineTest, AnAnswerIsRememberedUnderTheRulesThatHeldForIt) {
  Parsed<PolicyBundle> policy = ParsePolicyBundle(
      {{"rules/standard.yaml", std::string(kRules) + "stricter:\n  - {when: {roles: [researcher]}, frequency: {minimum: 50}}\n"},
       {"projects/heerlen.yaml", kProject}},
      {{"persoon", in_force_.catalogue->datasets.at("persoon").entry}});
  ASSERT_TRUE(policy.ok()) << FormatDiagnostics(policy.diagnostics);
  in_force_.policy = std::make_shared<PolicyBundle>(policy.value);
  const auto suppressed = [&](Role role) {
    anna_.role = role;
    const auto release = Ask(kTable);
    return nlohmann::json::parse(release->answer())["protection"]["suppressed"].get<int>();
  };
  const int loose = suppressed(Role::kReviewer);
  const int strict = suppressed(Role::kResearcher);
  EXPECT_GT(strict, loose);
  EXPECT_EQ(suppressed(Role::kReviewer), loose);
}

TEST_F(PipelineTest, AnAnswerIsProtectedAndStandsInTheLog) {
  const auto release = Ask(kTable);
  ASSERT_TRUE(release.ok()) << release.status();
  const auto answer = nlohmann::json::parse(release->answer());
  EXPECT_EQ(answer["status"], "released");
  int suppressed = 0;
  for (const auto& row : answer["rows"]) {
    suppressed += row["n"]["status"] == "suppressed";
    if (row["gemeente"] == "GM0882" && row["geslacht"] == "2") {
      EXPECT_TRUE(row["n"]["value"].is_null());
      EXPECT_TRUE(row["som"]["value"].is_null());
    }
    if (row["gemeente"] == "GM0917" && row["geslacht"] == "_T") {
      EXPECT_EQ(row["n"]["value"], 100);
    }
  }
  EXPECT_GE(suppressed, 4) << "the four women need three partners";
  EXPECT_EQ(release->index() + 1, ledger_->size());
  EXPECT_THAT(ledger_->checkpoint(), HasSubstr("kluis.example/test\n"));
}

TEST_F(PipelineTest, ARefusalIsAnEntryToo) {
  const uint64_t before = ledger_->size();
  const auto release = Ask("SELECT gemeente, COUNT(*) FROM persoon WHERE rin = '1' GROUP BY gemeente");
  ASSERT_TRUE(release.ok()) << release.status();
  EXPECT_EQ(release->status(), "refused");
  EXPECT_EQ(ledger_->size(), before + 1);
  EXPECT_EQ(engine_->runs, 0) << "a refusal touches no data";
}

TEST_F(PipelineTest, AnEngineErrorReachesTheCallerAsAReferenceOnlyAndIsAnEntry) {
  engine_->next_error = absl::InternalError("engine failed (reference 7)");
  const uint64_t before = ledger_->size();
  const auto release = Ask(kTable);
  ASSERT_FALSE(release.ok());
  EXPECT_EQ(release.status().message(), "engine failed (reference 7)");
  EXPECT_EQ(ledger_->size(), before + 1);
}

TEST_F(PipelineTest, ACancelledRequestGivesNoNumberButAnEntry) {
  cancelled_ = true;
  const uint64_t before = ledger_->size();
  EXPECT_TRUE(absl::IsCancelled(Ask(kTable).status()));
  EXPECT_EQ(ledger_->size(), before + 1);
}

TEST_F(PipelineTest, TheSameRequestIdGivesTheSameReleaseOnce) {
  const auto first = Ask(kTable, "11111111-1111-4111-8111-111111111111");
  const uint64_t size = ledger_->size();
  const auto second = Ask(kTable, "11111111-1111-4111-8111-111111111111");
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(first->release(), second->release());
  EXPECT_EQ(first->answer(), second->answer());
  EXPECT_EQ(ledger_->size(), size);
  EXPECT_EQ(engine_->runs, 1);
}

// Without the ids that each release has for itself.
std::string WithoutIds(const std::string& answer) {
  nlohmann::json json = nlohmann::json::parse(answer);
  json.erase("release");
  return json.dump();
}

TEST_F(PipelineTest, ARepeatedQuestionIsAnEntryButNoRun) {
  const auto first = Ask(kTable), again = Ask(kTable);
  ASSERT_TRUE(first.ok() && again.ok());
  EXPECT_EQ(engine_->runs, 1);
  EXPECT_NE(first->release(), again->release());
  EXPECT_EQ(again->index(), first->index() + 1);
  EXPECT_EQ(WithoutIds(again->answer()), WithoutIds(first->answer()));
  Forget();  // nothing is kept from here on
  const auto fresh = Ask(kTable), anew = Ask(kTable);
  ASSERT_TRUE(fresh.ok() && anew.ok());
  EXPECT_EQ(engine_->runs, 3);
  EXPECT_EQ(WithoutIds(fresh->answer()), WithoutIds(first->answer()));
  EXPECT_EQ(WithoutIds(anew->answer()), WithoutIds(first->answer()));
}

TEST_F(PipelineTest, WhatAnAnswerIsMadeOfDecidesWhetherItIsARepeatedOne) {
  ASSERT_TRUE(Ask(kTable).ok());
  auto catalogue = std::make_shared<CatalogueView>(*in_force_.catalogue);
  catalogue->datasets["persoon"].sha256 = std::string(64, 'b');
  in_force_.catalogue = catalogue;
  ASSERT_TRUE(Ask(kTable).ok());
  EXPECT_EQ(engine_->runs, 2) << "other data";
  auto policy = std::make_shared<PolicyBundle>(*in_force_.policy);
  policy->sha256 = std::string(64, 'e');
  in_force_.policy = policy;
  ASSERT_TRUE(Ask(kTable).ok());
  EXPECT_EQ(engine_->runs, 3) << "another policy";
  policy = std::make_shared<PolicyBundle>(*policy);
  policy->projects["other"] = policy->projects["heerlen"];
  policy->projects["other"].name = "other";
  policy->projects.erase("heerlen");
  in_force_.policy = policy;
  ASSERT_TRUE(Ask(kTable).ok());
  EXPECT_EQ(engine_->runs, 4) << "another project";
  ASSERT_TRUE(Ask(kTable).ok());
  EXPECT_EQ(engine_->runs, 4);
}

TEST_F(PipelineTest, TheDailyLimitRefusesAndSaysSo) {
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(Ask(kTable).ok());
  const auto release = Ask(kTable);
  ASSERT_TRUE(release.ok());
  EXPECT_EQ(release->status(), "refused");
  EXPECT_THAT(release->answer(), HasSubstr("DAILY_LIMIT"));
}

TEST_F(PipelineTest, ATableThatPeopleShouldSeeFirstIsNotReleasedWithoutThem) {
  const auto release = Ask(
      "SELECT gemeente, geslacht, COUNT(*) AS n, SUM(inkomen) AS som, AVG(inkomen) AS m FROM persoon "
      "GROUP BY CUBE (gemeente, geslacht)");
  ASSERT_TRUE(release.ok());
  EXPECT_EQ(release->status(), "refused");
  EXPECT_THAT(release->answer(), HasSubstr("HOLD_NOT_AVAILABLE"));
  EXPECT_EQ(engine_->runs, 0);
}

TEST_F(PipelineTest, ASumOfNothingIsHiddenLikeASumOfFew) {
  std::vector<FakeRow> rows;
  for (int gemeente = 0; gemeente < 3; ++gemeente) {
    for (int i = 0; i < 40; ++i) {
      rows.push_back({{"gemeente", gemeente}, {"geslacht", i % 2}, {"inkomen", gemeente == 1 ? 0 : 20000 + i}});
    }
  }
  engine_->SetRows(rows);
  const auto release = Ask("SELECT gemeente, COUNT(*) AS n, SUM(inkomen) AS som, AVG(inkomen) AS m FROM persoon GROUP BY gemeente");
  ASSERT_TRUE(release.ok()) << release.status();
  for (const auto& row : nlohmann::json::parse(release->answer())["rows"]) {
    EXPECT_EQ(row["n"]["value"], 40);
    EXPECT_EQ(row["som"]["status"], row["gemeente"] == "GM0928" ? "suppressed" : "ok");
    EXPECT_EQ(row["m"]["status"], row["som"]["status"]);
  }
}

// What ORDER BY compares has left already, and what LIMIT cuts was protected like the rest.
TEST_F(PipelineTest, OrderAndLimitArePutOnTheProtectedTable) {
  const auto rows_of = [&](const std::string& tail) {
    const auto release = Ask(std::string(kTable) + tail);
    EXPECT_TRUE(release.ok()) << release.status();
    return nlohmann::json::parse(release->answer())["rows"];
  };
  const nlohmann::json plain = rows_of("");
  for (const std::string direction : {"", " DESC"}) {
    const nlohmann::json ordered = rows_of(" ORDER BY n" + direction);
    std::vector<nlohmann::json> shown, suppressed;
    for (const auto& row : plain) (row["n"]["value"].is_null() ? suppressed : shown).push_back(row);
    std::stable_sort(shown.begin(), shown.end(), [&](const auto& a, const auto& b) {
      const int left = a["n"]["value"], right = b["n"]["value"];
      return direction.empty() ? left < right : left > right;
    });
    ASSERT_GE(suppressed.size(), 4u);
    shown.insert(shown.end(), suppressed.begin(), suppressed.end());
    EXPECT_EQ(ordered, nlohmann::json(shown)) << "ties and suppressed values in code-list order";
    const nlohmann::json first = rows_of(" ORDER BY n" + direction + " LIMIT 3");
    EXPECT_EQ(first, nlohmann::json(ordered.begin(), ordered.begin() + 3)) << direction;
  }
}

TEST_F(PipelineTest, WhatLimitCutsCountsAsAskedAndDoesNotLeave) {
  const auto release = Ask(std::string(kTable) + " LIMIT 1");
  ASSERT_TRUE(release.ok()) << release.status();
  const auto answer = nlohmann::json::parse(release->answer());
  EXPECT_EQ(answer["rows"].size(), 1u);
  EXPECT_EQ(answer["protection"]["cells"], 2);
  EXPECT_THAT(release->answer(), Not(HasSubstr("GM0917")));
  const auto held = Ask(
      "SELECT gemeente, geslacht, COUNT(*) AS n, SUM(inkomen) AS som, AVG(inkomen) AS m FROM persoon "
      "GROUP BY CUBE (gemeente, geslacht) LIMIT 1");
  ASSERT_TRUE(held.ok()) << held.status();
  EXPECT_THAT(held->answer(), HasSubstr("HOLD_NOT_AVAILABLE"));
}

TEST_F(PipelineTest, ADryRunTouchesNoDataAndNoLog) {
  const uint64_t before = ledger_->size();
  const std::string answer = pipeline_->Check(anna_, {.sql = kTable, .project = "", .request_id = "", .client_version = ""}, in_force_);
  EXPECT_THAT(answer, HasSubstr("\"status\":\"allowed\""));
  EXPECT_THAT(answer, HasSubstr("population: Persons (persoon) of 2022"));
  EXPECT_THAT(answer, Not(HasSubstr("largest"))) << "how many contributors a rule looks at";
  EXPECT_EQ(ledger_->size(), before);
  EXPECT_EQ(engine_->runs, 0);
}

TEST_F(PipelineTest, NoRawValueOfASuppressedCellIsInTheAnswer) {
  const auto release = Ask(kTable);
  ASSERT_TRUE(release.ok());
  EXPECT_THAT(release->answer(), Not(HasSubstr("125354"))) << "the sum of the four women's incomes";
}

TEST_F(PipelineTest, ALoggedRequestGivesTheSameAnswerAgain) {
  const auto replay = [this](const CommittedRelease& release) {
    const auto entry = ledger_->ReadSealed(release.index());
    v1::SealedRequest sealed;
    EXPECT_TRUE(entry.ok() && sealed.ParseFromString(entry->bytes));
    return pipeline_->Replay(sealed, entry->time, in_force_);
  };
  const uint64_t size = ledger_->size();
  for (const char* sql : {kTable, "SELECT gemeente, COUNT(*) FROM nergens GROUP BY gemeente", "DROP TABLE persoon"}) {
    const auto release = Ask(sql);
    ASSERT_TRUE(release.ok()) << release.status();
    const auto replayed = replay(*release);
    ASSERT_TRUE(replayed.ok()) << replayed.status();
    EXPECT_TRUE(replayed->ran) << sql;
    EXPECT_TRUE(replayed->differences.empty()) << sql;
    EXPECT_EQ(replayed->found_sha256, replayed->expected_sha256) << sql;
  }
  EXPECT_EQ(ledger_->size(), size + 3) << "a replay is no request";
}

TEST_F(PipelineTest, WhatIsNotAsItWasIsNamedAndAnotherAnswerIsSeen) {
  const auto release = Ask(kTable);
  ASSERT_TRUE(release.ok()) << release.status();
  const auto entry = ledger_->ReadSealed(release->index());
  v1::SealedRequest sealed;
  ASSERT_TRUE(sealed.ParseFromString(entry->bytes));

  v1::SealedRequest other = sealed;
  other.set_build("older");
  auto replayed = pipeline_->Replay(other, entry->time, in_force_);
  ASSERT_TRUE(replayed.ok());
  EXPECT_TRUE(replayed->ran) << "another build is named, and run";
  EXPECT_THAT(replayed->differences, ::testing::ElementsAre("build: it was older, this is test"));

  other = sealed;
  other.mutable_snapshots(0)->set_sha256(std::string(64, 'b'));
  other.set_policy_sha256(std::string(64, 'c'));
  replayed = pipeline_->Replay(other, entry->time, in_force_);
  ASSERT_TRUE(replayed.ok());
  EXPECT_FALSE(replayed->ran);
  EXPECT_EQ(replayed->differences.size(), 2u);
  EXPECT_EQ(replayed->found_sha256, "");

  other = sealed;
  other.set_query_text("SELECT gemeente, COUNT(*) AS n FROM persoon GROUP BY gemeente");
  replayed = pipeline_->Replay(other, entry->time, in_force_);
  ASSERT_TRUE(replayed.ok());
  EXPECT_TRUE(replayed->ran);
  EXPECT_NE(replayed->found_sha256, replayed->expected_sha256);
}

}  // namespace
}  // namespace kluis
