#include "server/release/hold.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "disclosure/base/check.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/digest.h"
#include "disclosure/rules/statistic_family.h"

namespace kluis {
namespace {

const char* FamilyName(StatisticFamily family) {
  for (const auto& [name, known] : StatisticFamilies()) {
    if (known == family) return name.c_str();
  }
  return "";
}

bool AsksForReview(StatisticFamily family, const RuleSet& rules) {
  const std::vector<StatisticCheck> checks = ChecksOf(family, rules);
  return std::find(checks.begin(), checks.end(), StatisticCheck::kReview) != checks.end();
}

void AddStatistic(const std::string& name, const RuleSet& rules, HoldSubject* subject) {
  for (const HoldStatistic& known : subject->statistics) {
    if (known.name == name) return;
  }
  const StatisticFamily family = FamilyOf(name);
  subject->statistics.push_back({name, FamilyName(family), AsksForReview(family, rules)});
}

std::string Digest(const std::string& text) { return ToHex(Sha256(text)); }

// What is asked of which variables at which levels; not which codes, which periods and how many
// rows.
std::string ShapeOf(const AggregationPlan& plan) {
  std::string text;
  for (const PlanSource& source : plan.sources)
    absl::StrAppend(&text, "source ", source.lineage, source.left ? " left" : "", "\n");
  for (size_t a = 0; a < plan.axes.size(); ++a)
    absl::StrAppend(&text, "axis ", plan.axes[a].source, " ", plan.table.axes[a].name, "\n");
  for (const PlanFilter& filter : plan.filters)
    absl::StrAppend(&text, "filter ", filter.source, " ", filter.column, "\n");
  for (const std::vector<int>& levels : plan.level_sets)
    absl::StrAppend(&text, "levels ", absl::StrJoin(levels, ","), "\n");
  for (const PlanMeasure& measure : plan.measures) {
    absl::StrAppend(&text, "measure ", measure.column, " ", measure.squared, " ", measure.times,
                    " ", measure.grain, "\n");
  }
  for (const std::string& distinct : plan.distincts)
    absl::StrAppend(&text, "distinct ", distinct, "\n");
  for (const StatisticColumn& column : plan.table.shape.statistics) {
    absl::StrAppend(&text, "statistic ", StatisticName(column.kind), " ", column.variable, " ",
                    column.divisor, " ", column.part, " ",
                    column.percentile < 0 ? 0 : plan.percentiles[column.percentile].percent, "\n");
  }
  return text;
}

HoldSubject NewSubject(const AuthorisedQuery& query, const AggregationPlan& plan) {
  HoldSubject subject;
  subject.project = query.project().name;
  subject.rules = query.rules().name;
  subject.review = query.rules().review;
  for (const PlanSource& source : plan.sources) subject.datasets.insert(source.dataset);
  return subject;
}

HoldSubject Of(const Judged& judged) {
  HoldSubject subject = NewSubject(judged.query, judged.plan);
  for (const StatisticColumn& column : judged.plan.table.shape.statistics)
    AddStatistic(StatisticName(column.kind), judged.query.rules(), &subject);
  subject.cells = judged.plan.released_cells;
  subject.plan_sha256 = judged.plan.sha256;
  subject.shape = Digest(ShapeOf(judged.plan));
  return subject;
}

HoldSubject Of(const JudgedModel& judged) {
  HoldSubject subject = NewSubject(judged.query, judged.plan.cells);
  const std::string family = ModelFamilyName(judged.plan.spec.family);
  AddStatistic("regression", judged.query.rules(), &subject);
  for (const std::string& other : {std::string("model"), family})
    subject.statistics.push_back({other, "", false});
  subject.cells = judged.plan.judged_cells;
  subject.plan_sha256 = judged.plan.sha256;
  subject.shape = Digest(absl::StrCat("model ", family, "\n", ShapeOf(judged.plan.cells)));
  return subject;
}

// The same for equal plans; `what` makes each draw one of its own.
bool Drawn(const char* what, int percent, const HoldSubject& subject, const std::string& key) {
  const std::string text = absl::StrCat(what, "\n", subject.plan_sha256);
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  KLUIS_CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                   reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac,
                   &length) != nullptr);
  const unsigned value = mac[0] << 16 | mac[1] << 8 | mac[2];
  return value % 100 < static_cast<unsigned>(percent);
}

}  // namespace

HoldSubject SubjectOf(const JudgedRequest& request) {
  return std::visit([](const auto& judged) { return Of(judged); }, request);
}

std::vector<std::string> OwnConditions(const HoldSubject& subject) {
  std::vector<std::string> conditions;
  const auto held = [&](const std::string& name) {
    const auto& names = subject.review.hold_statistics;
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (const HoldStatistic& statistic : subject.statistics) {
    if (statistic.review || held(statistic.name) || held(statistic.family))
      conditions.push_back(absl::StrCat("statistic ", statistic.name));
  }
  const std::optional<int64_t> most = subject.review.hold_cells_over;
  if (most && subject.cells > *most) conditions.push_back(absl::StrCat("cells_over ", *most));
  return conditions;
}

absl::StatusOr<HoldVerdict> JudgeHold(const HoldSubject& subject, const std::string& sample_key,
                                      const std::string& today, ReviewDesk& desk) {
  HoldVerdict verdict = {OwnConditions(subject)};
  if (subject.review.hold_new_dataset) {
    for (const std::string& dataset : subject.datasets) {
      KLUIS_ASSIGN_OR_RETURN(const bool known, desk.DatasetHasReleases(dataset));
      if (!known) verdict.conditions.push_back(absl::StrCat("new_dataset ", dataset));
    }
  }
  if (subject.review.hold_first_release) {
    KLUIS_ASSIGN_OR_RETURN(const bool known, desk.ProjectHasReleases(subject.project));
    if (!known) verdict.conditions.push_back("first_release");
  }
  if (Drawn("sample for reviewers", subject.review.hold_sample_percent, subject, sample_key))
    verdict.conditions.push_back("sample");
  if (verdict.conditions.empty()) return verdict;
  KLUIS_RETURN_IF_ERROR(desk.Look([&](const Desk& cases) {
    const Precedent* decided =
        cases.PrecedentFor(subject.project, subject.rules, subject.shape, subject.cells, today);
    if (decided == nullptr) return;
    verdict = {{}, decided->case_id, cases.Find(decided->case_id)->request.index};
  }));
  return verdict;
}

bool DrawnForAfterCheck(const HoldSubject& subject, const std::string& sample_key) {
  return Drawn("after-check for reviewers", subject.review.after_check_percent, subject,
               sample_key);
}

InForce Stronger(const InForce& in_force, const std::string& rules, const Strength& strength) {
  if (strength.minimum == 0) return in_force;
  auto policy = std::make_shared<PolicyBundle>(*in_force.policy);
  const auto found = policy->rules.find(rules);
  if (found != policy->rules.end()) {
    int& minimum = found->second.frequency.minimum;
    minimum = std::max(minimum, strength.minimum);
  }
  return {std::move(policy), in_force.catalogue};
}

bool NeedsDesk(const HoldSubject& subject) {
  const ReviewParameters& review = subject.review;
  return !OwnConditions(subject).empty() || review.hold_new_dataset || review.hold_first_release ||
         review.hold_sample_percent > 0 || review.after_check_percent > 0;
}

}  // namespace kluis
