#include "disclosure/policy_check/weakness.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "disclosure/base/decimal.h"
#include "disclosure/policy/strictness.h"

namespace kluis {
namespace {

constexpr int kUsualMinimum = 10;                // CBS, DwB rule 1
constexpr int64_t kUsualShareMostPpm = 900'000;  // ACRO, the weakest of the presets
constexpr int64_t kUsualPercentPpm = 100'000;    // SDC Handbook 4.2, ACRO: 10 per cent
constexpr int kYearsMost = 10;

using Path = std::vector<std::string>;

class Linter {
 public:
  explicit Linter(const PolicyFolder& folder) : folder_(folder) {}

  std::vector<Diagnostic> Lint() {
    for (const auto& [name, project] : folder_.bundle.projects) used_.insert(project.rules);
    for (const auto& [name, rules] : folder_.bundle.rules) LintRules(name, rules);
    for (const auto& [name, project] : folder_.bundle.projects) LintProject(name, project);
    for (const EntryFile& file : folder_.entries) LintEntry(file);
    LintPeople();
    return std::move(warnings_);
  }

 private:
  // At the value that `path` leads to, or the last key on the way that is written.
  void WarnIn(const std::string& file, Path path, const Path& fallback, const std::string& message,
              const std::string& hint) {
    const std::string& text = folder_.files.at(file);
    const YamlNode& root = Tree(file, text);
    Diagnostic warning = AtKey(root, text, file, path, message, hint);
    if (warning.line == 0) warning = AtKey(root, text, file, fallback, message, hint);
    warnings_.push_back(std::move(warning));
  }

  // Entries are parsed here, each once: their warnings come one after the other.
  const YamlNode& Tree(const std::string& file, const std::string& text) {
    if (const auto kept = folder_.trees.find(file); kept != folder_.trees.end())
      return kept->second;
    if (parsed_file_ != file) {
      DiagnosticSink ignored(text, file);
      parsed_ = ParseYaml(text, &ignored).value_or(YamlNode());
      parsed_file_ = file;
    }
    return parsed_;
  }

  void LintRules(const std::string& name, const RuleSet& rules) {
    const std::string& file = folder_.rule_files.at(name);
    const auto warn = [&](Path path, const std::string& message, const std::string& hint) {
      WarnIn(file, std::move(path), {"rules"}, message, hint);
    };
    LintCells(rules, warn);
    LintSums(rules, warn);
    if (!rules.to_be_confirmed_by.empty())
      warn({"to_be_confirmed_by"},
           absl::StrCat("still to be confirmed by ", rules.to_be_confirmed_by),
           "ask, and remove to_be_confirmed_by");
    if (used_.count(name) == 0)
      warn({"rules"}, absl::StrCat("no project uses rule set '", name, "'"),
           "remove it if nobody is to use it");
    LintScoped(file, rules);
  }

  template <typename Warn>
  static void LintCells(const RuleSet& rules, const Warn& warn) {
    if (rules.frequency.minimum < kUsualMinimum)
      warn({"frequency", "minimum"},
           absl::StrCat("frequency.minimum ", rules.frequency.minimum, " is below the ",
                        kUsualMinimum, " that CBS asks"),
           "write 10 or more, or let CBS confirm the lower number");
    if (!rules.frequency.protect_zeros)
      warn({"frequency", "zeros"},
           "zeros are published: an empty cell tells something about everybody in its group",
           "right for public registers of businesses; else write zeros: protect");
    if (!rules.frequency.threshold)
      warn({"frequency", "protect"},
           "frequency.protect exact: whoever computes can tell that a hidden count is below the "
           "minimum",
           "write protect: threshold");
    if (!rules.group_disclosure)
      warn({"rules"},
           "no group_disclosure: that nearly all of a group have a sensitive property is shown",
           "write group_disclosure: {share: 0.90}");
    if (rules.percentile_each_side < rules.frequency.minimum)
      warn({"percentile", "each_side"},
           absl::StrCat("percentile.each_side ", rules.percentile_each_side,
                        " is below frequency.minimum, ", rules.frequency.minimum),
           "write at least as many");
  }

  template <typename Warn>
  static void LintSums(const RuleSet& rules, const Warn& warn) {
    if (rules.dominance.empty() && !rules.p_percent && rules.prior_posterior.empty())
      warn({"rules"}, "no rule of concentration: who has most of a sum can be estimated",
           "write dominance: [{n: 1, share: 0.50}] or p_percent: {p: 10}");
    for (const DominanceParameters& rule : rules.dominance) {
      if (rule.share_ppm > kUsualShareMostPpm)
        warn({"dominance"},
             absl::StrCat("dominance lets one contributor have ", FormatFixed(rule.share_ppm, 6),
                          " of a sum"),
             "write a share of at most 0.90");
    }
    if (rules.p_percent && rules.p_percent->p_ppm < kUsualPercentPpm) {
      const std::string p = FormatFixed(rules.p_percent->p_ppm, 4);
      warn({"p_percent", "p"},
           absl::StrCat("p_percent.p ", p, " is below the usual ", FormatFixed(kUsualPercentPpm, 4),
                        ": what somebody contributes can be estimated more closely"),
           "write p: 10 or more");
    }
    if (!rules.secondary.interval)
      warn({"secondary", "protect"},
           "secondary.protect exact: a hidden sum can be estimated as closely as anyone likes",
           "write protect: interval");
  }

  // Of the rule set's own file; those of others are told there.
  void LintScoped(const std::string& file, const RuleSet& rules) {
    int index = 0;
    for (const ScopedRules& scoped : rules.stricter) {
      if (scoped.file != file) continue;
      const int number = index++;
      if (!CompareRules(rules, Stricter(rules, *scoped.rules)).empty()) continue;
      Diagnostic warning =
          AtKey(folder_.trees.at(file), folder_.files.at(file), file, {"stricter"},
                absl::StrCat("stricter[", number, "] has no effect: all of it holds anyhow"),
                "remove it, or make it stricter");
      warnings_.push_back(std::move(warning));
    }
  }

  void LintProject(const std::string& name, const Project& project) {
    const std::string& file = folder_.project_files.at(name);
    if (!project.authorisation)
      WarnIn(file, {"valid"}, {"project"},
             "it is not said who authorised the institution, and who consented to the project",
             "write authorisation: {by, from, until} and consent: {by, from, until} instead of "
             "valid");
    int from = 0, until = 0;
    const bool years = absl::SimpleAtoi(project.valid_from.substr(0, 4), &from) &&
                       absl::SimpleAtoi(project.valid_until.substr(0, 4), &until);
    if (years && until - from > kYearsMost)
      WarnIn(file, project.authorisation ? Path{"consent", "until"} : Path{"valid", "until"},
             {"project"},
             absl::StrCat("valid for ", until - from, " years: until ", project.valid_until),
             "a shorter term is looked at again");
  }

  void LintEntry(const EntryFile& file) {
    if (file.entry.contributor.empty())
      WarnIn(file.file, {"contributor"}, {"dataset"},
             "no contributor: every row counts as a unit of its own",
             "name the identifier of who or what gives the data: contributor: [...]");
    for (const Variable& variable : file.entry.variables) {
      if (variable.role != VariableRole::kDimension || !variable.of.empty() ||
          variable.kind != VariableKind::kConfidential || !variable.sensitive.empty() ||
          variable.range)
        continue;
      WarnIn(file.file, {"variables", variable.name}, {"dataset"},
             absl::StrCat("'", variable.name,
                          "' is confidential, and none of its codes is marked as sensitive: "
                          "group_disclosure does not look at it"),
             "name the codes that hurt: sensitive: [...]");
    }
  }

  void LintPeople() {
    const size_t officers = folder_.bundle.officers.officers.size();
    if (folder_.files.count("officers.yaml") > 0 && officers < 2)
      WarnIn("officers.yaml", {"officers"}, {},
             absl::StrCat(officers, " officer: what is weaker needs two different ones"),
             "add a second one");
    if (folder_.files.count("witnesses.yaml") > 0 && folder_.bundle.witnesses.quorum == 0)
      WarnIn("witnesses.yaml", {"quorum"}, {}, "quorum is 0: no witness need have seen the log",
             "write how many of them must have seen a checkpoint");
  }

  const PolicyFolder& folder_;
  std::set<std::string> used_;
  std::string parsed_file_;
  YamlNode parsed_;  // of that file
  std::vector<Diagnostic> warnings_;
};

}  // namespace

std::vector<Diagnostic> WeakPlaces(const PolicyFolder& folder) { return Linter(folder).Lint(); }

}  // namespace kluis
