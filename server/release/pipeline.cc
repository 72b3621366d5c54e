#include "server/release/pipeline.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/protect/answer.h"
#include "disclosure/protect/keyed_cost.h"
#include "disclosure/protect/protect.h"
#include "server/plan/aggregation_plan.h"
#include "server/query/parsed_query.h"

namespace kluis {
namespace {

std::string SnapshotSalt(const AggregationPlan& plan) {
  std::string salt;
  for (const PlanSource& source : plan.sources) absl::StrAppend(&salt, source.snapshot_sha256, "|");
  return salt;
}

std::map<std::string, std::vector<std::string>> ScopeOf(const AuthorisedQuery& query) {
  std::map<std::string, std::vector<std::string>> scope;
  for (const auto& [alias, variables] : query.scope()) {
    for (const auto& [variable, codes] : variables) scope[variable] = codes;
  }
  return scope;
}

AnswerContext ContextOf(const ReleaseContext& context) {
  return {.release = context.release,
          .rules = context.rules,
          .policy_sha256 = context.policy_sha256,
          .scope = context.scope};
}

// The queries of today that count against the project's limit.
std::optional<Refusal> OverDailyLimit(const AuthorisedQuery& query, const Ledger& ledger, const std::string& today) {
  const int64_t limit = query.rules().queries_per_day;
  if (ledger.CountReleasesSince(query.project().name, absl::StrCat(today, "T00:00:00Z")) < limit) return std::nullopt;
  return Refusal{.kind = RefusalKind::kPolicy,
                 .code = "DAILY_LIMIT",
                 .message = absl::StrCat("project ", query.project().name, " has used its ", limit, " queries of today"),
                 .hint = "ask again tomorrow, or ask the privacy officer to raise limits.queries_per_day"};
}

Refusal NotProtected() {
  return {.kind = RefusalKind::kPolicy,
          .code = "NOT_PROTECTED",
          .message = "the table could not be protected within the work budget, so nothing of it is released",
          .hint = "ask for fewer cells: a coarser area, fewer dimensions, or ROLLUP instead of CUBE"};
}

// The text of a failed protection may name cells, and errors go to the operator's journal.
absl::Status CodeAlone(const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat("protection failed: ", absl::StatusCodeToString(status.code())));
}

// A rule set that wants people to look first is obeyed: without a reviewers' desk nothing leaves.
std::optional<Refusal> WouldBeHeld(const AuthorisedQuery& query, const AggregationPlan& plan) {
  const std::optional<int64_t> cells = query.rules().review.hold_cells_over;
  if (!cells || plan.released_cells <= *cells) return std::nullopt;
  return Refusal{.kind = RefusalKind::kPolicy,
                 .code = "HOLD_NOT_AVAILABLE",
                 .message = absl::StrCat("rule set ", query.rules().name, " holds tables of more than ", *cells,
                                         " cells for review, and this server has no review yet"),
                 .hint = "ask for fewer cells"};
}

void FillAuthorised(const AuthorisedQuery& query, ReleaseContext* context) {
  context->project = query.project().name;
  context->rules = query.rules().name;
  context->rules_sha256 = query.rules().sha256;
  context->scope = ScopeOf(query);
}

void FillPlan(const AggregationPlan& plan, ReleaseContext* context) {
  context->plan_canonical = plan.canonical;
  context->plan_sha256 = plan.sha256;
  for (const PlanSource& source : plan.sources) context->snapshots.emplace_back(source.dataset, source.snapshot_sha256);
}

// What is judged from the request alone; a refusal on the way stops it.
struct Judged {
  AuthorisedQuery query;
  AggregationPlan plan;
};

Decision<Judged> Judge(const Caller& caller, const QueryRequestText& request, const InForce& in_force,
                       const std::string& today, ReleaseContext* context) {
  Decision<ParsedQuery> parsed = ParseQuery(request.sql);
  if (!parsed.allowed()) return parsed.refusal();
  context->query_canonical = parsed.value().canonical;
  Decision<AuthorisedQuery> authorised = Authorise(caller, std::move(parsed).value(), request.project,
                                                   *in_force.policy, *in_force.catalogue, today);
  if (!authorised.allowed()) return authorised.refusal();
  FillAuthorised(authorised.value(), context);
  Decision<AggregationPlan> plan = MakePlan(authorised.value(), *in_force.catalogue);
  if (!plan.allowed()) return plan.refusal();
  FillPlan(plan.value(), context);
  return Judged{std::move(authorised).value(), std::move(plan).value()};
}

ReleaseContext NewContext(const Caller& caller, const QueryRequestText& request, const InForce& in_force,
                          const std::string& build) {
  return {.release = NewReleaseId(),
          .request_id = request.request_id,
          .caller = caller.id,
          .organisation = caller.organisation,
          .role = RoleName(caller.role),
          .certificate_sha256 = caller.certificate_sha256,
          .client_version = request.client_version,
          .project = request.project,
          .query_text = request.sql,
          .query_canonical = "",
          .plan_canonical = "",
          .plan_sha256 = "",
          .policy_sha256 = in_force.policy->sha256,
          .rules = "",
          .rules_sha256 = "",
          .snapshots = {},
          .build = build,
          .scope = {}};
}

}  // namespace

ReleasePipeline::ReleasePipeline(Engine& engine, Ledger& ledger, PipelineOptions options)
    : engine_(engine), ledger_(ledger), options_(std::move(options)) {}

absl::StatusOr<CommittedRelease> ReleasePipeline::Run(const Caller& caller, const QueryRequestText& request,
                                                      const InForce& in_force, const std::atomic<bool>* cancelled,
                                                      const Progress& progress) {
  if (!request.request_id.empty()) {
    if (auto stored = ledger_.FindRequest(caller.id, request.request_id)) return *std::move(stored);
  }
  ReleaseContext context = NewContext(caller, request, in_force, options_.build);
  const std::string today = options_.today();
  const Decision<Judged> judged = Judge(caller, request, in_force, today, &context);
  if (!judged.allowed()) return ledger_.CommitRefusal(judged.refusal(), context);
  const AggregationPlan& plan = judged.value().plan;
  const RuleSet& rules = judged.value().query.rules();
  if (const auto refusal = OverDailyLimit(judged.value().query, ledger_, today)) {
    return ledger_.CommitRefusal(*refusal, context);
  }
  if (const auto refusal = WouldBeHeld(judged.value().query, plan)) return ledger_.CommitRefusal(*refusal, context);

  progress("engine", 0);
  absl::StatusOr<AggregateTable> table = engine_.Run(plan, cancelled);
  if (!table.ok()) return Stopped(table.status(), context);

  // How far protection is depends on the data, so only its beginning is told (safety.md 22).
  progress("protect", 0);
  const ProtectOptions protect_options = {
      .cost_factor = KeyedCosts(options_.cost_key, SnapshotSalt(plan)),
      .decoy = KeyedDecoys(options_.cost_key, SnapshotSalt(plan)),
      .iterations_max = rules.secondary.deadline_ms * kIterationsPerMs,
      .cancelled = cancelled,
      .progress = nullptr};
  absl::StatusOr<ProtectedTable> protected_table = Protect(*table, rules, protect_options);
  if (!protected_table.ok()) return Stopped(CodeAlone(protected_table.status()), context);

  progress("commit", 0);
  return ledger_.Commit(*std::move(protected_table), context);
}

absl::StatusOr<CommittedRelease> ReleasePipeline::Stopped(const absl::Status& why, const ReleaseContext& context) {
  Refusal refusal = NotProtected();
  const bool refused = absl::IsDeadlineExceeded(why) || absl::IsFailedPrecondition(why);
  if (!refused) {
    refusal.code = absl::IsCancelled(why) ? "CANCELLED" : "FAILED";
    refusal.message = absl::IsCancelled(why) ? "the request was cancelled" : "the request failed";
    refusal.hint.clear();
  }
  KLUIS_ASSIGN_OR_RETURN(CommittedRelease release, ledger_.CommitRefusal(refusal, context));
  if (refused) return release;
  return absl::IsCancelled(why) ? why : absl::InternalError(why.message());
}

std::string ReleasePipeline::Check(const Caller& caller, const QueryRequestText& request,
                                   const InForce& in_force) const {
  ReleaseContext context = NewContext(caller, request, in_force, options_.build);
  context.release.clear();
  const Decision<Judged> judged = Judge(caller, request, in_force, options_.today(), &context);
  if (!judged.allowed()) return CanonicalRefusal(judged.refusal(), ContextOf(context));
  const AggregationPlan& plan = judged.value().plan;
  return CanonicalAllowed(plan.table.shape, plan.released_cells, plan.words, ContextOf(context));
}

}  // namespace kluis
