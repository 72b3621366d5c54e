// A pipeline with a desk over a fake register, whose rule set and project a test changes.
#ifndef KLUIS_TESTS_SERVER_RELEASE_HELD_WORKSHOP_H_
#define KLUIS_TESTS_SERVER_RELEASE_HELD_WORKSHOP_H_

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/release/pipeline.h"
#include "tests/fakes/fake_engine.h"

namespace kluis {

class HeldWorkshop : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / absl::StrCat("kluis-held-", getpid());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    key_ = std::make_unique<NoteSigner>(
        *NoteSigner::FromSeed("kluis.example/test", std::string(32, 's')));
    database_ = *Database::Open((folder_ / "ledger.db").string(), "");
    ledger_ = *Ledger::Open(*database_, *key_,
                            {"kluis.example/test", [this] { return now_; }, std::string(32, 'k')});
    desk_ = *ReviewDesk::Open(*database_, *ledger_, [this] { return now_; });
    engine_ = std::make_unique<FakeEngine>(Rows(60));
    PipelineOptions options;
    options.build = "test";
    options.cost_key = "k";
    options.today = [this] { return now_.substr(0, 10); };
    options.desk = desk_.get();
    pipeline_ = std::make_unique<ReleasePipeline>(*engine_, *ledger_, options);
    Rules("[{first_release: true}]");
  }
  void TearDown() override {
    pipeline_.reset();
    desk_.reset();
    ledger_.reset();
    database_.reset();
    std::filesystem::remove_all(folder_);
  }

  // So many men and 40 women in each municipality, but only 4 women in the last.
  static std::vector<FakeRow> Rows(int men) {
    std::vector<FakeRow> rows;
    for (int gemeente = 0; gemeente < 3; ++gemeente) {
      for (int i = 0; i < men; ++i)
        rows.push_back({{"gemeente", gemeente}, {"geslacht", 0}, {"inkomen", 20000 + i}});
      for (int i = 0; i < (gemeente == 2 ? 4 : 40); ++i)
        rows.push_back({{"gemeente", gemeente}, {"geslacht", 1}, {"inkomen", 31337 + i}});
    }
    return rows;
  }

  // The policy in force: with this `hold`, and a project until that day.
  void Rules(const std::string& hold, int reviewers = 2, const std::string& until = "2036-11-28",
             const std::string& more = "") {
    const std::string rules = absl::StrCat(
        "rules: standard\nfrequency: {minimum: 10, zeros: protect, protect: threshold, range: 15}\n"
        "dominance: [{n: 1, share: 0.50}, {n: 2, share: 0.85}]\n",
        "review: {reviewers: ", reviewers, ", hold: ", hold, "}\n", more);
    const std::string project = absl::StrCat(
        "project: heerlen\npurpose: {nl: Proef, en: Trial}\norganisation: heerlen\n"
        "members: [anna@heerlen.nl, jan@cbs.nl]\nvalid: {from: 2016-11-28, until: ",
        until, "}\nrules: standard\ngrants:\n",
        "  - {dataset: persoon, variables: [gemeente, geslacht, inkomen]}\n");
    const Parsed<DatasetEntry> entry = ParseDatasetEntry(kEntry, "persoon.yaml", nullptr);
    ASSERT_TRUE(entry.ok());
    auto catalogue = std::make_shared<CatalogueView>();
    Snapshot& snapshot = catalogue->datasets["persoon"];
    snapshot.entry = entry.value;
    snapshot.file = "none";
    snapshot.sha256 = std::string(64, 'a');
    snapshot.rows = 264;
    snapshot.unique = {{"rin", true}};
    const Parsed<PolicyBundle> policy =
        ParsePolicyBundle({{"rules/standard.yaml", rules}, {"projects/heerlen.yaml", project}},
                          {{"persoon", entry.value}});
    ASSERT_TRUE(policy.ok()) << policy.diagnostics[0].message;
    in_force_ = {std::make_shared<PolicyBundle>(policy.value), catalogue};
  }

  // The answer to a question of anna's.
  nlohmann::json Ask(const std::string& sql, const std::string& request_id = "") {
    const auto release = pipeline_->Run(
        anna_, {.sql = sql, .project = "", .request_id = request_id, .client_version = "test"},
        in_force_, nullptr, [](absl::string_view, double) {});
    EXPECT_TRUE(release.ok()) << release.status();
    return release.ok() ? nlohmann::json::parse(release->answer()) : nlohmann::json();
  }

  Case CaseOf(const std::string& id) {
    Case held;
    EXPECT_TRUE(desk_->Look([&](const Desk& desk) { held = *desk.Find(id); }).ok());
    return held;
  }
  absl::StatusOr<Preview> Look(const std::string& id, const Strength& strength = {}) {
    return pipeline_->Look(CaseOf(id), strength, in_force_, nullptr);
  }
  // Two reviewers look at what would leave now, and vote; the code of what is said against it.
  std::string Approve(const std::string& id, const Strength& strength = {}) {
    for (const char* person : {"b", "c"}) {
      const auto preview = Look(id, strength);
      EXPECT_TRUE(preview.ok()) << preview.status();
      for (const DeskAction action : {DeskAction::kView, DeskAction::kApprove}) {
        DeskEvent event;
        event.action = action;
        event.case_id = id;
        event.by = {absl::StrCat(person, "@cbs.nl"), person, DeskRole::kReviewer};
        event.digest = preview->digest;
        event.strength = strength;
        if (action == DeskAction::kApprove) {
          event.reason = "looked at it with care";
          event.required = 2;
        }
        const auto done = desk_->Do(event, {});
        EXPECT_TRUE(done.ok()) << done.status();
        if (done->has_value()) return (*done)->code;
      }
    }
    return "";
  }
  // Two reviewers make a precedent of the case until that day.
  void MakePrecedent(const std::string& id, const std::string& until = "2026-12-31") {
    const auto plan = pipeline_->PlanOf(CaseOf(id), in_force_);
    ASSERT_TRUE(plan.ok()) << plan.status();
    for (const char* person : {"b", "c"}) {
      DeskEvent event;
      event.action = DeskAction::kPrecedent;
      event.case_id = id;
      event.by = {absl::StrCat(person, "@cbs.nl"), person, DeskRole::kReviewer};
      event.reason = "counts of a municipality are harmless";
      event.required = 2;
      event.until = until;
      event.shape = plan->shape;
      event.cells = plan->cells;
      ASSERT_FALSE((*desk_->Do(event, {})).has_value());
    }
  }
  // What somebody does at the desk; the code of what is said against it.
  std::string Do(DeskAction action, const std::string& id, const char* person = "b") {
    DeskEvent event;
    event.action = action;
    event.case_id = id;
    event.by = {absl::StrCat(person, "@cbs.nl"), person, DeskRole::kReviewer};
    event.reason = "for a reason that is long enough";
    if (action == DeskAction::kView) event.digest = "seen";
    const auto done = desk_->Do(event, {});
    EXPECT_TRUE(done.ok()) << done.status();
    return done.ok() && done->has_value() ? (*done)->code : "";
  }
  v1::SealedRequest SealedOf(const std::string& release) {
    const auto found = ledger_->FindRelease(release, "");
    EXPECT_TRUE(found.ok()) << found.status();
    const auto sealed = desk_->RequestOf(found->index());
    EXPECT_TRUE(sealed.ok()) << sealed.status();
    return *sealed;
  }
  absl::StatusOr<std::optional<CommittedRelease>> Release(const std::string& id) {
    return pipeline_->ReleaseHeld(id, in_force_, nullptr);
  }

  static constexpr char kEntry[] = R"(
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

  std::filesystem::path folder_;
  std::string now_ = "2026-11-22T12:00:00Z";
  Caller anna_{"anna@heerlen.nl", Role::kResearcher, "gemeente-heerlen", std::string(64, 'c')};
  InForce in_force_;
  std::unique_ptr<NoteSigner> key_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<ReviewDesk> desk_;
  std::unique_ptr<FakeEngine> engine_;
  std::unique_ptr<ReleasePipeline> pipeline_;
};

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_RELEASE_HELD_WORKSHOP_H_
