// A register of a few hundred units, from a file to what leaves: models asked through the whole
// pipeline, and the same models from the rows one by one.
#ifndef KLUIS_TESTS_SERVER_RELEASE_MODEL_WORKSHOP_H_
#define KLUIS_TESTS_SERVER_RELEASE_MODEL_WORKSHOP_H_

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <random>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "server/release/pipeline.h"
#include "tests/server/release/workshop.h"

namespace kluis {

inline constexpr char kModelEntry[] = R"(dataset: reg
title: {nl: Register, en: Register}
period: "2022"
unit: persoon
source: {file: reg.csv, empty: ""}
contributor: [rin]
variables:
  rin: {role: identifier}
  wijk: {role: dimension, kind: identifying, values: [A, B, C, D]}
  sekse: {role: dimension, kind: identifying, values: [m, v]}
  soort: {role: dimension, kind: confidential, values: [a, b, c]}
  schuld: {role: dimension, kind: confidential, values: [ja, nee]}
  y: {role: measure, decimals: 1, sign: any, missing: [""]}
  x: {role: measure, decimals: 0, missing: [""]}
  tel: {role: measure, decimals: 0}
  gewicht: {role: measure, decimals: 2}
)";

inline constexpr char kModelRules[] = R"(rules: standard
frequency: {minimum: 10, zeros: publish, protect: threshold, range: 15}
dominance: [{n: 1, share: 0.50}, {n: 2, share: 0.85}]
p_percent: {p: 10}
limits: {queries_per_day: 100000, cells_per_query: 100000}
)";

struct Unit {
  int wijk = 0, sekse = 0, soort = 0;
  bool schuld = false;
  std::optional<double> y = 0;  // one decimal
  std::optional<int> x = 0;
  int tel = 0;
  int contributor = -1;  // -1: of its own
  int weight = 100;      // two decimals
};

// y is about 20 and x about 50.
inline std::vector<Unit> RandomUnits(size_t size, std::mt19937* random) {
  std::vector<Unit> units(size);
  for (size_t i = 0; i < units.size(); ++i) {
    Unit& u = units[i];
    u.wijk = static_cast<int>(i % 4);
    u.sekse = static_cast<int>((*random)() % 2);
    u.soort = static_cast<int>((*random)() % 3);
    u.x = 30 + static_cast<int>((*random)() % 41);
    u.y = 10 + 2 * u.wijk - u.soort + *u.x / 10 + static_cast<double>((*random)() % 100) / 10;
    u.schuld = (*random)() % 10 < static_cast<unsigned>(2 + u.wijk + u.sekse);
    u.tel = static_cast<int>((*random)() % (3 + u.wijk));
  }
  return units;
}

class ModelWorkshop {
 public:
  ModelWorkshop(const std::string& name, const std::vector<Unit>& units,
                const std::string& rules = kModelRules, const std::string& entry = kModelEntry)
      : files_(absl::StrCat("model_", name)) {
    files_.Write("reg.yaml", entry);
    files_.Write("reg.csv", TextOf(units));
    files_.Import({"reg"});
    auto policy = std::make_shared<PolicyBundle>();
    const Parsed<RuleSet> parsed = ParseRuleSet(rules, "standard.yaml");
    EXPECT_TRUE(parsed.ok()) << parsed.diagnostics[0].message;
    policy->rules["standard"] = parsed.value;
    Project& project = policy->projects["p"];
    project.name = "p";
    project.members = {"anna"};
    project.valid_from = "2016-11-28";
    project.valid_until = "2036-11-28";
    project.rules = "standard";
    project.grants = {{"reg", {"wijk", "sekse", "soort", "schuld", "y", "x", "tel"}, {}}};
    in_force_ = {policy, files_.shared_catalogue()};
    key_ = std::make_unique<NoteSigner>(*NoteSigner::FromSeed("kluis.example/test", std::string(32, 's')));
    database_ = *Database::Open((files_.root() / "ledger.db").string(), "");
    ledger_ = *Ledger::Open(*database_, *key_, {.origin = "kluis.example/test", .now_utc = [] {
                                                  return std::string("2026-11-22T12:00:00Z"); }, .sealed_key = std::string(32, 's')});
    pipeline_ = std::make_unique<ReleasePipeline>(
        files_.engine(), *ledger_, PipelineOptions{.build = "test", .cost_key = "k", .today = [] { return "2026-11-22"; }});
  }

  nlohmann::json Ask(const std::string& formula, const std::string& family = "ols",
                     const std::string& where = "") {
    const auto release =
        pipeline_->Run(anna_, Request(formula, family, where), in_force_, nullptr, [](absl::string_view, double) {});
    EXPECT_TRUE(release.ok()) << release.status() << " " << family << " " << formula;
    return release.ok() ? nlohmann::json::parse(release->answer()) : nlohmann::json();
  }
  nlohmann::json Check(const std::string& formula, const std::string& family = "ols", const std::string& where = "") {
    return nlohmann::json::parse(pipeline_->Check(anna_, Request(formula, family, where), in_force_));
  }
  uint64_t LogSize() const { return ledger_->size(); }

 private:
  static QueryRequestText Request(const std::string& formula, const std::string& family, const std::string& where) {
    return {.sql = "", .project = "p", .request_id = "", .client_version = "test",
            .model = ModelText{.formula = formula, .dataset = "reg", .where = where, .family = family}};
  }

  static std::string TextOf(const std::vector<Unit>& units) {
    std::ostringstream file;
    file << "rin,wijk,sekse,soort,schuld,y,x,tel,gewicht\n";
    for (size_t i = 0; i < units.size(); ++i) {
      const Unit& u = units[i];
      file << (u.contributor < 0 ? static_cast<int>(i) + 1'000'000 : u.contributor) << "," << "ABCD"[u.wijk] << ","
           << "mv"[u.sekse] << "," << "abc"[u.soort] << "," << (u.schuld ? "ja" : "nee") << ",";
      if (u.y) file << absl::StrCat(std::llround(*u.y * 10) / 10.0);
      file << ",";
      if (u.x) file << *u.x;
      file << "," << u.tel << "," << absl::StrCat(u.weight / 100.0) << "\n";
    }
    return file.str();
  }

  ReleaseWorkshop files_;
  InForce in_force_;
  Caller anna_{"anna", Role::kResearcher, "org", std::string(64, 'c')};
  std::unique_ptr<NoteSigner> key_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<ReleasePipeline> pipeline_;
};

// "ok", or the code of the refusal.
inline std::string OutcomeOf(const nlohmann::json& answer) {
  return answer["status"] == "released" || answer["status"] == "allowed"
             ? "ok"
             : answer["reasons"][0]["code"].get<std::string>();
}

// "wijk B" -> its row.
inline const nlohmann::json& RowOf(const nlohmann::json& answer, const std::string& term,
                                   const std::string& level) {
  for (const nlohmann::json& row : answer["rows"]) {
    if (row["term"] == term && row["level"] == level) return row;
  }
  static const nlohmann::json none;
  ADD_FAILURE() << "no row " << term << " " << level;
  return none;
}
inline double Coefficient(const nlohmann::json& answer, const std::string& term, const std::string& level) {
  return RowOf(answer, term, level)["coefficient"]["value"].get<double>();
}

// Solves a x = b by Gauss with pivots; `a` and `b` are spent.
inline std::vector<long double> SolveDense(std::vector<std::vector<long double>> a, std::vector<long double> b) {
  const size_t n = b.size();
  for (size_t c = 0; c < n; ++c) {
    size_t pivot = c;
    for (size_t r = c; r < n; ++r) {
      if (std::fabs(a[r][c]) > std::fabs(a[pivot][c])) pivot = r;
    }
    std::swap(a[c], a[pivot]);
    std::swap(b[c], b[pivot]);
    for (size_t r = 0; r < n; ++r) {
      if (r == c || a[r][c] == 0) continue;
      const long double times = a[r][c] / a[c][c];
      for (size_t k = c; k < n; ++k) a[r][k] -= times * a[c][k];
      b[r] -= times * b[c];
    }
  }
  for (size_t c = 0; c < n; ++c) b[c] /= a[c][c];
  return b;
}

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_RELEASE_MODEL_WORKSHOP_H_
