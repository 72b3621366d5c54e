// Catalogue entries and their files in a folder, imported as an enclave does it, and questions that
// are asked of them up to the table of the engine that answers in production.
#ifndef KLUIS_TESTS_SERVER_RELEASE_WORKSHOP_H_
#define KLUIS_TESTS_SERVER_RELEASE_WORKSHOP_H_

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/catalogue/catalogue_store.h"
#include "server/catalogue/import.h"
#include "server/engine/engine.h"
#include "server/plan/aggregation_plan.h"

namespace kluis {

// Entry of a register of benefits, linked by `rin`. `kind`: of the variable that says which.
inline std::string BenefitsEntry(const std::string& kind) {
  return absl::StrCat(R"(dataset: uitkering
title: {nl: Uitkeringen, en: Benefits}
period: "2022"
unit: uitkering
source: {file: uitkering.csv}
contributor: [rin]
variables:
  rin: {role: identifier}
  soort: {role: dimension, kind: )", kind, R"(, values: [ww, ao]}
)");
}

// With a folder of its own, which goes with it.
class ReleaseWorkshop {
 public:
  explicit ReleaseWorkshop(const std::string& name)
      : root_(std::filesystem::temp_directory_path() / absl::StrCat("kluis_", name, "_", getpid())),
        key_(DataKey::Random()) {
    Clear();
  }
  ~ReleaseWorkshop() { std::filesystem::remove_all(root_); }
  ReleaseWorkshop(const ReleaseWorkshop&) = delete;  // owns a folder
  ReleaseWorkshop& operator=(const ReleaseWorkshop&) = delete;

  // Nothing is written and nothing imported.
  void Clear() {
    engine_ = nullptr;
    catalogue_ = nullptr;
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_ / "policies/datasets");
  }

  // `name`: below policies/datasets; code lists are relative to policies/.
  void Write(const std::string& name, const std::string& text) const {
    const std::filesystem::path file = root_ / "policies/datasets" / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }

  // datasets/<name>.yaml of each, in this order: a link's target before it. What was imported before
  // is gone.
  void Import(const std::vector<std::string>& names) {
    engine_ = nullptr;
    std::filesystem::remove_all(root_ / "data");
    for (const std::string& name : names) {
      const auto report =
          ImportDataset({.entry_file = (root_ / "policies/datasets" / (name + ".yaml")).string(),
                         .policies_root = (root_ / "policies").string(),
                         .data_folder = (root_ / "data").string(),
                         .pseudonym_key = std::string(32, 'k'),
                         .data_key = key_});
      ASSERT_TRUE(report.ok()) << report.status();
    }
    catalogue_ = (*Catalogue::Open((root_ / "data").string()))->view();
    EngineOptions options;
    options.data_key = key_;
    options.threads = 1;
    auto engine = NewDuckDbEngine(options);
    ASSERT_TRUE(engine.ok()) << engine.status();
    engine_ = *std::move(engine);
  }

  const std::filesystem::path& root() const { return root_; }
  const DataKey& key() const { return *key_; }  // of the snapshots
  const CatalogueView& catalogue() const { return *catalogue_; }
  const std::shared_ptr<const CatalogueView>& shared_catalogue() const { return catalogue_; }
  Engine& engine() const { return *engine_; }

  // The plan of a text, as a member of a project with these grants under these rules.
  Decision<AggregationPlan> Plan(const std::string& sql, const std::vector<Grant>& grants,
                                 const RuleSet& rules) const {
    PolicyBundle policy;
    policy.rules["standard"] = rules;
    Project& project = policy.projects["p"];
    project.name = "p";
    project.members = {"anna"};
    project.valid_from = "2016-11-28";
    project.valid_until = "2036-11-28";
    project.rules = "standard";
    project.grants = grants;
    Caller anna;
    anna.id = "anna";
    auto parsed = ParseQuery(sql);
    if (!parsed.allowed()) return parsed.refusal();
    const auto authorised =
        Authorise(anna, std::move(parsed).value(), "p", policy, *catalogue_, "2026-11-22");
    if (!authorised.allowed()) return authorised.refusal();
    return MakePlan(authorised.value(), *catalogue_);
  }

  absl::StatusOr<AggregateTable> Run(const AggregationPlan& plan) const {
    return engine_->Run(plan, nullptr);
  }

 private:
  const std::filesystem::path root_;
  const std::shared_ptr<const DataKey> key_;
  std::shared_ptr<const CatalogueView> catalogue_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_RELEASE_WORKSHOP_H_
