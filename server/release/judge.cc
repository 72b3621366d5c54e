#include "server/release/judge.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/rules/statistic_family.h"
#include "server/query/parsed_query.h"

namespace kluis {
namespace {

std::map<std::string, std::vector<std::string>> ScopeOf(const AuthorisedQuery& query) {
  std::map<std::string, std::vector<std::string>> scope;
  for (const auto& [alias, variables] : query.scope()) {
    for (const auto& [variable, codes] : variables) scope[variable] = codes;
  }
  return scope;
}

void FillAuthorised(const AuthorisedQuery& query, ReleaseContext* context) {
  context->project = query.project().name;
  context->purpose = query.project().purpose_en;
  context->project_sha256 = query.project().sha256;
  context->rules = query.rules().name;
  context->rules_sha256 = query.rules().sha256;
  context->scope = ScopeOf(query);
}

void FillPlan(const AggregationPlan& plan, const CatalogueView& catalogue,
              ReleaseContext* context) {
  context->plan_canonical = plan.canonical;
  context->plan_sha256 = plan.sha256;
  for (const PlanSource& source : plan.sources) {
    const auto snapshot = catalogue.datasets.find(source.dataset);
    const int64_t rows = snapshot == catalogue.datasets.end() ? 0 : snapshot->second.rows;
    context->snapshots.push_back(
        {source.dataset, source.snapshot_sha256, source.lineage, source.period, rows});
  }
}

}  // namespace

AnswerContext ContextOf(const ReleaseContext& context) {
  return {.release = context.release,
          .rules = context.rules,
          .policy_sha256 = context.policy_sha256,
          .scope = context.scope};
}

Refusal OverDailyLimit(const AuthorisedQuery& query) {
  return {.kind = RefusalKind::kPolicy,
          .code = "DAILY_LIMIT",
          .message = absl::StrCat("project ", query.project().name, " has used its ",
                                  query.rules().queries_per_day, " queries of today"),
          .hint = "ask again tomorrow, or ask the privacy officer to raise limits.queries_per_day"};
}

std::optional<Refusal> ModelsRefused(const JudgedRequest& request) {
  if (!std::holds_alternative<JudgedModel>(request)) return std::nullopt;
  const RuleSet& rules = QueryOf(request).rules();
  const std::vector<StatisticCheck> checks = ChecksOf(FamilyOf("regression"), rules);
  if (std::find(checks.begin(), checks.end(), StatisticCheck::kRefuse) == checks.end())
    return std::nullopt;
  return Refusal{.kind = RefusalKind::kPolicy,
                 .code = "NO_MODELS",
                 .message = absl::StrCat("rule set ", rules.name, " releases no models"),
                 .hint = "ask for a table of means"};
}

const AuthorisedQuery& QueryOf(const JudgedRequest& request) {
  return std::visit(
      [](const auto& judged) -> const AuthorisedQuery& { return judged.query; }, request);
}

Decision<Judged> Judge(const Caller& caller, const QueryRequestText& request,
                       const InForce& in_force, const std::string& today, ReleaseContext* context) {
  Decision<ParsedQuery> parsed = ParseQuery(request.sql);
  if (!parsed.allowed()) return parsed.refusal();
  context->query_canonical = parsed.value().canonical;
  Decision<AuthorisedQuery> authorised =
      Authorise(caller, std::move(parsed).value(), request.project, *in_force.policy,
                *in_force.catalogue, today);
  if (!authorised.allowed()) return authorised.refusal();
  FillAuthorised(authorised.value(), context);
  Decision<AggregationPlan> plan = MakePlan(authorised.value(), *in_force.catalogue);
  if (!plan.allowed()) return plan.refusal();
  FillPlan(plan.value(), *in_force.catalogue, context);
  return Judged{std::move(authorised).value(), std::move(plan).value()};
}

Decision<JudgedModel> JudgeModel(const Caller& caller, const QueryRequestText& request,
                                 const InForce& in_force, const std::string& today,
                                 ReleaseContext* context) {
  const Decision<ParsedModel> model = ParseModel(*request.model);
  if (!model.allowed()) return model.refusal();
  context->query_canonical = model.value().canonical;
  const auto authorise = [&](ParsedQuery query, const std::string& project) {
    return Authorise(caller, std::move(query), project, *in_force.policy, *in_force.catalogue,
                     today);
  };
  Decision<AuthorisedQuery> cells = authorise(CellsQuery(model.value()), request.project);
  if (!cells.allowed()) return cells.refusal();
  FillAuthorised(cells.value(), context);
  const Decision<AuthorisedQuery> totals =
      authorise(TotalsQuery(model.value()), cells.value().project().name);
  if (!totals.allowed()) return totals.refusal();
  Decision<ModelPlan> plan =
      MakeModelPlan(model.value(), cells.value(), totals.value(), *in_force.catalogue);
  if (!plan.allowed()) return plan.refusal();
  FillPlan(plan.value().cells, *in_force.catalogue, context);
  context->plan_canonical = plan.value().canonical;
  context->plan_sha256 = plan.value().sha256;
  return JudgedModel{std::move(cells).value(), std::move(plan).value()};
}

Decision<JudgedRequest> JudgeRequest(const Caller& caller, const QueryRequestText& request,
                                     const InForce& in_force, const std::string& today,
                                     ReleaseContext* context) {
  if (request.model) {
    Decision<JudgedModel> judged = JudgeModel(caller, request, in_force, today, context);
    if (!judged.allowed()) return judged.refusal();
    return JudgedRequest(std::move(judged).value());
  }
  Decision<Judged> judged = Judge(caller, request, in_force, today, context);
  if (!judged.allowed()) return judged.refusal();
  return JudgedRequest(std::move(judged).value());
}

QueryRequestText RequestOf(const v1::SealedRequest& sealed) {
  QueryRequestText request;
  request.sql = sealed.query_text();
  request.project = sealed.asked_project();
  if (sealed.has_model()) {
    const v1::SealedModel& model = sealed.model();
    request.sql.clear();
    request.model = ModelText{model.formula(), model.dataset(), model.where(), model.family()};
  }
  return request;
}

ReleaseContext NewContext(const Caller& caller, const QueryRequestText& request,
                          const InForce& in_force, const std::string& build) {
  ReleaseContext context;
  context.release = NewReleaseId();
  context.request_id = request.request_id;
  context.caller = caller.id;
  context.organisation = caller.organisation;
  context.role = RoleName(caller.role);
  context.certificate_sha256 = caller.certificate_sha256;
  context.client_version = request.client_version;
  context.project = context.asked_project = request.project;
  context.query_text = request.model ? RequestText(*request.model) : request.sql;
  context.policy_sha256 = in_force.policy->sha256;
  context.build = build;
  if (request.model) {
    context.formula = request.model->formula;
    context.dataset = request.model->dataset;
    context.where = request.model->where;
    context.family = request.model->family;
  }
  return context;
}

}  // namespace kluis
