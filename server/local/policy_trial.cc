#include "server/local/policy_trial.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "disclosure/base/decimal.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/policy/strictness.h"
#include "disclosure/protect/protect.h"
#include "server/access/authorised_query.h"
#include "server/access/traits.h"
#include "server/catalogue/catalogue_store.h"
#include "server/catalogue/import.h"
#include "server/engine/engine.h"
#include "server/local/inputs.h"
#include "server/local/private_folder.h"
#include "server/plan/aggregation_plan.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

std::string Quoted(const std::string& text) {
  return absl::StrCat("\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
}

// Columns that the file of an entry must have.
std::vector<std::string> ColumnsOf(const DatasetEntry& entry) {
  std::vector<std::string> columns;
  for (const Variable& variable : entry.variables) {
    const bool has = std::find(columns.begin(), columns.end(), variable.column) != columns.end();
    if (variable.of.empty() && !has) columns.push_back(variable.column);
  }
  if (entry.episodes) {
    columns.push_back(entry.episodes->from);
    columns.push_back(entry.episodes->until);
  }
  return columns;
}

// What stands in a column where the test says nothing: identifiers number themselves.
std::string Unsaid(const DatasetEntry& entry, const std::string& column, int number) {
  if (entry.episodes && column == entry.episodes->from) return entry.reference_date;
  if (entry.episodes && column == entry.episodes->until)
    return entry.episodes->open.empty() ? entry.reference_date : entry.episodes->open[0];
  for (const Variable& variable : entry.variables) {
    if (variable.column == column && variable.role == VariableRole::kIdentifier)
      return absl::StrCat(number);
  }
  return entry.source_empty;
}

absl::StatusOr<std::string> CsvOf(const DatasetEntry& entry, const std::vector<TestRows>& rows) {
  const std::vector<std::string> columns = ColumnsOf(entry);
  std::string csv = absl::StrCat(absl::StrJoin(columns, ","), "\n");
  int number = 0;
  for (const TestRows& row : rows) {
    for (const auto& [column, value] : row.values) {
      if (std::find(columns.begin(), columns.end(), column) == columns.end())
        return absl::InvalidArgumentError(
            absl::StrCat("data: ", entry.name, " has no column '", column, "'"));
    }
    for (int i = 0; i < row.times; ++i) {
      ++number;
      std::vector<std::string> fields;
      for (const std::string& column : columns) {
        const auto said = row.values.find(column);
        fields.push_back(
            Quoted(said == row.values.end() ? Unsaid(entry, column, number) : said->second));
      }
      absl::StrAppend(&csv, absl::StrJoin(fields, ","), "\n");
    }
  }
  return csv;
}

std::string FileOf(const PolicyFolder& folder, const std::string& dataset) {
  for (const EntryFile& file : folder.entries) {
    if (file.entry.name == dataset) return file.file;
  }
  return "";
}

absl::StatusOr<Snapshot> ImportRows(const LoadedPolicy& policy, const std::string& dataset,
                                    const std::vector<TestRows>& rows, const std::string& folder) {
  const std::string entry_file = FileOf(policy.folder, dataset);
  if (entry_file.empty())
    return absl::InvalidArgumentError(absl::StrCat("data: there is no dataset '", dataset, "'"));
  KLUIS_ASSIGN_OR_RETURN(const std::string csv, CsvOf(policy.folder.datasets.at(dataset), rows));
  const std::string source = absl::StrCat(folder, "/", dataset, ".csv");
  std::ofstream(source) << csv;
  const ImportRequest request{.entry_file = absl::StrCat(policy.root, "/", entry_file),
                              .source_file = source,
                              .policies_root = policy.root,
                              .data_folder = folder + "/data",
                              .pseudonym_key = std::string(32, '\0'),
                              .data_key = ProcessDataKey()};
  const absl::StatusOr<ImportReport> report = ImportDataset(request);
  if (!report.ok()) return absl::InvalidArgumentError(report.status().message());
  return ReadSnapshot(fs::path(report->manifest).parent_path().string());
}

// "frequency" of "frequency", "dominance" of "dominance(2,85)": as RulesToCover() names them.
std::string RuleName(const std::string& rule) { return rule.substr(0, rule.find('(')); }

std::string ScopedName(const ScopedRules& scoped) {
  return absl::StrCat("stricter ", scoped.file, ":", scoped.line);
}

class Trial {
 public:
  Trial(const LoadedPolicy& policy, const PolicyTest& test) : policy_(policy), test_(test) {}

  absl::StatusOr<TrialResult> Run() {
    const auto project = policy_.folder.bundle.projects.find(test_.project);
    if (project == policy_.folder.bundle.projects.end())
      return absl::InvalidArgumentError(absl::StrCat("there is no project '", test_.project, "'"));
    project_ = &project->second;
    KLUIS_ASSIGN_OR_RETURN(const PrivateFolder folder, PrivateFolder::Make());
    for (const auto& [dataset, rows] : test_.data) {
      KLUIS_ASSIGN_OR_RETURN(catalogue_.datasets[dataset],
                             ImportRows(policy_, dataset, rows, folder.path()));
    }
    EngineOptions options;
    options.threads = 1;
    options.temp_directory = folder.path() + "/spill";
    options.data_key = ProcessDataKey();
    options.operator_log = [](const std::string&) {};
    KLUIS_ASSIGN_OR_RETURN(const auto engine, NewDuckDbEngine(options));
    for (const TestQuery& query : test_.queries) KLUIS_RETURN_IF_ERROR(RunQuery(query, *engine));
    return std::move(result_);
  }

 private:
  void Fault(int line, const std::string& message) { result_.faults.push_back({line, message}); }

  void Refused(const TestQuery& query, const Refusal& refusal) {
    ++result_.outcomes;
    if (query.refused == refusal.code) {
      for (const ScopedRules& scoped : policy_.folder.bundle.rules.at(project_->rules).stricter) {
        if (scoped.rules->refuse && refusal.code == "REFUSED_BY_RULE") Cover(ScopedName(scoped));
      }
      return;
    }
    Fault(query.line, absl::StrCat("refused with ", refusal.code, ": ", refusal.message,
                                   query.refused.empty() ? "" : "; expected ", query.refused));
  }

  void Cover(const std::string& rule) {
    result_.covered.insert(absl::StrCat(project_->rules, ": ", rule));
  }

  absl::Status RunQuery(const TestQuery& query, Engine& engine) {
    Decision<ParsedQuery> parsed = ParseQuery(query.sql);
    if (!parsed.allowed()) return Refused(query, parsed.refusal()), absl::OkStatus();
    const Caller caller{.id = project_->members[0],
                        .organisation = project_->organisation,
                        .certificate_sha256 = ""};
    const Decision<AuthorisedQuery> authorised =
        Authorise(caller, std::move(parsed).value(), project_->name, policy_.folder.bundle,
                  catalogue_, project_->valid_from);
    if (!authorised.allowed()) return Refused(query, authorised.refusal()), absl::OkStatus();
    const Decision<AggregationPlan> plan = MakePlan(authorised.value(), catalogue_);
    if (!plan.allowed()) return Refused(query, plan.refusal()), absl::OkStatus();
    if (!query.refused.empty()) {
      ++result_.outcomes;
      Fault(query.line, absl::StrCat("answered; expected a refusal, ", query.refused));
      return absl::OkStatus();
    }
    CoverScoped(authorised.value().rules());
    KLUIS_ASSIGN_OR_RETURN(const AggregateTable table, engine.Run(plan.value(), nullptr));
    const RuleSet& rules = authorised.value().rules();
    ProtectOptions options;
    options.iterations_max = rules.secondary.deadline_ms * kIterationsPerMs;
    KLUIS_ASSIGN_OR_RETURN(const ProtectedTable shown, Protect(table, rules, options));
    Compare(query, table, shown);
    return absl::OkStatus();
  }

  // Scoped rules that made the rules of the query what they are.
  void CoverScoped(const RuleSet& effective) {
    for (const ScopedRules& scoped : policy_.folder.bundle.rules.at(project_->rules).stricter) {
      if (!scoped.rules->refuse && AtLeastAsStrict(effective, *scoped.rules))
        Cover(ScopedName(scoped));
    }
  }

  void Compare(const TestQuery& query, const AggregateTable& table, const ProtectedTable& shown) {
    std::map<int, std::set<std::string>> decisions;  // cell -> "primary", "secondary", ...
    for (const CellReview& review : shown.review()) {
      decisions[review.cell].insert(review.decision);
      if (!review.rule.empty()) Cover(RuleName(review.rule));
    }
    for (const ExpectedRow& expected : query.cells) {
      const auto& rows = shown.shape().rows;
      const auto row = std::find_if(rows.begin(), rows.end(), [&](const ReleaseRow& one) {
        return one.codes == expected.codes;
      });
      if (row == rows.end()) {
        Fault(expected.line, absl::StrCat("there is no row [", absl::StrJoin(expected.codes, ", "),
                                          "]; its columns are ", Columns(table.shape)));
        continue;
      }
      CompareRow(expected, shown, static_cast<size_t>(row - rows.begin()),
                 decisions[row->cell].count("primary") > 0);
    }
  }

  static std::string Columns(const ReleaseShape& shape) {
    std::vector<std::string> names;
    for (const DimensionColumn& column : shape.dimensions) names.push_back(column.name);
    return absl::StrJoin(names, ", ");
  }

  void CompareRow(const ExpectedRow& expected, const ProtectedTable& shown, size_t row,
                  bool primary) {
    for (const auto& [name, wanted] : expected.outcomes) {
      ++result_.outcomes;
      const auto& columns = shown.shape().statistics;
      const auto column =
          std::find_if(columns.begin(), columns.end(),
                       [&, of = name](const StatisticColumn& one) { return one.name == of; });
      if (column == columns.end()) {
        Fault(expected.line, absl::StrCat("there is no statistic ", name));
        continue;
      }
      const ReleasedValue& value =
          shown.values()[row][static_cast<size_t>(column - columns.begin())];
      const std::string number = FormatFixed(value.scaled, column->decimals);
      const std::string outcome = value.status == ValueStatus::kOk      ? number
                                  : value.status == ValueStatus::kEmpty ? "empty"
                                  : primary                             ? "P"
                                                                        : "S";
      const bool hidden = outcome == "P" || outcome == "S";
      const bool right = wanted == outcome || (wanted == "hidden" && hidden) ||
                         (wanted == "ok" && value.status == ValueStatus::kOk);
      if (!right)
        Fault(expected.line, absl::StrCat("[", absl::StrJoin(expected.codes, ", "), "] ", name,
                                          " is ", outcome, ", expected ", wanted));
    }
  }

  const LoadedPolicy& policy_;
  const PolicyTest& test_;
  const Project* project_ = nullptr;
  CatalogueView catalogue_;
  TrialResult result_;
};

}  // namespace

std::set<std::string> RulesToCover(const PolicyFolder& folder) {
  std::set<std::string> all;
  for (const auto& [name, project] : folder.bundle.projects) {
    const RuleSet& rules = folder.bundle.rules.at(project.rules);
    const auto add = [&](const std::string& rule) {
      all.insert(absl::StrCat(project.rules, ": ", rule));
    };
    add("frequency");
    if (rules.frequency.protect_zeros) add("zero");
    if (!rules.dominance.empty()) add("dominance");
    if (rules.p_percent) add("p_percent");
    if (!rules.prior_posterior.empty()) add("prior_posterior");
    if (rules.group_disclosure) add("group");
    for (const ScopedRules& scoped : rules.stricter) add(ScopedName(scoped));
  }
  return all;
}

absl::StatusOr<TrialResult> RunTrial(const LoadedPolicy& policy, const PolicyTest& test) {
  return Trial(policy, test).Run();
}

}  // namespace kluis
