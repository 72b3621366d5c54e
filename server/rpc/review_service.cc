#include "server/rpc/review_service.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "server/rpc/grpc_error.h"
#include "server/rpc/recorded_call.h"
#include "server/rpc/review_core.h"
#include "server/rpc/review_view.h"

namespace kluis {
namespace {

constexpr int kFiguresInPart = 500;
constexpr size_t kEarlierShown = 20;

bool Reads(const Caller& caller) {
  return caller.role == Role::kReviewer || caller.role == Role::kPrivacyOfficer;
}

void Fill(const ServiceCore& core, const Caller& caller, const Case& held, v1::Case* out) {
  FillCase(held, SeesAll(core, caller, held), VotesNeeded(core, held.request.rules), out);
}

grpc::Status CheckStates(const v1::ListCasesRequest& request) {
  std::vector<std::string> names;
  for (const CaseState state : CaseStates()) names.emplace_back(StateName(state));
  for (const std::string& asked : request.states()) {
    if (std::count(names.begin(), names.end(), asked) > 0) continue;
    return MakeError(grpc::StatusCode::INVALID_ARGUMENT, "BAD_STATE",
                     absl::StrCat("a state is one of ", absl::StrJoin(names, ", ")));
  }
  return grpc::Status::OK;
}

bool Wanted(const v1::ListCasesRequest& request, const Case& held) {
  absl::string_view project = request.project();
  absl::ConsumePrefix(&project, "projects/");
  if (!project.empty() && held.request.project != project) return false;
  if (request.states_size() == 0) return request.all() || !IsClosed(held.state);
  return std::count(request.states().begin(), request.states().end(), StateName(held.state)) > 0;
}

// By the place in the log.
std::vector<Case> InOrder(std::vector<Case> cases) {
  std::sort(cases.begin(), cases.end(),
            [](const Case& a, const Case& b) { return a.request.index < b.request.index; });
  return cases;
}

bool WriteFigures(const Preview& preview, grpc::ServerWriter<v1::CasePart>* writer) {
  v1::CasePart part;
  for (const Figure& figure : preview.figures) {
    FillFigure(figure, part.mutable_figures()->add_figures());
    if (part.figures().figures_size() < kFiguresInPart) continue;
    if (!writer->Write(part)) return false;
    part.Clear();
  }
  return !part.has_figures() || writer->Write(part);
}

// What a recall is of: the case of a release, or the release itself where it was never held.
grpc::Status FillRecall(const ServiceCore& core, const Caller& caller, const std::string& name,
                        DeskEvent* event) {
  Case held;
  const grpc::Status found = FindCase(core, caller, name, &held);
  if (!found.ok() && found.error_code() != grpc::StatusCode::NOT_FOUND) return found;
  event->case_id = held.request.id;
  std::string id = held.release;
  if (!found.ok()) {
    absl::string_view rest = name;
    if (!absl::ConsumePrefix(&rest, "releases/")) return found;
    id = event->case_id = std::string(rest);
  }
  if (id.empty()) return grpc::Status::OK;  // nothing has left: the table says no
  const auto release = core.enclave.ledger().FindRelease(id, "");
  if (absl::IsNotFound(release.status()) || (release.ok() && release->status() != "released"))
    return found.ok() ? grpc::Status::OK : found;
  if (!release.ok()) return ToClientError(release.status());
  const auto sealed = core.enclave.desk().RequestOf(release->index());
  if (!sealed.ok()) return ToClientError(sealed.status());
  const auto dependants = core.enclave.desk().SamePlanAfter(*release);
  if (!dependants.ok()) return ToClientError(dependants.status());
  event->dependants = *dependants;
  if (!found.ok()) {
    event->caller = sealed->caller();
    event->project = sealed->project();
  }
  return grpc::Status::OK;
}

}  // namespace

grpc::Status ReviewService::ActOn(Context* context, const char* method, const std::string& name,
                                  DeskEvent event, v1::Case* response) {
  return Recorded(*context, core_, method, [&](const Caller& caller, CallFacts* facts) {
    absl::string_view id = name;
    if (!absl::ConsumePrefix(&id, "cases/") || id.size() > 256) {
      return MakeError(grpc::StatusCode::INVALID_ARGUMENT, "BAD_NAME", "name is cases/ and an id");
    }
    event.case_id = std::string(id);
    if (const grpc::Status done = Act(core_, caller, event); !done.ok()) return done;
    Case held;
    if (const grpc::Status found = FindCase(core_, caller, name, &held); !found.ok()) return found;
    if (held.state == CaseState::kApproved && event.action == DeskAction::kApprove) {
      // What fails here fails no vote: the answer is made when it is asked for.
      (void)AnswerOfCase(core_, held, *context);
      if (const grpc::Status found = FindCase(core_, caller, name, &held); !found.ok())
        return found;
    }
    facts->project = held.request.project;
    facts->release = held.request.id;
    Fill(core_, caller, held, response);
    return grpc::Status::OK;
  });
}

grpc::Status ReviewService::ListCases(Context* context, const v1::ListCasesRequest* request,
                                      v1::ListCasesResponse* response) {
  return Recorded(*context, core_, "ListCases", [&](const Caller& caller, CallFacts*) {
    if (caller.role == Role::kOperator) return RoleMayNot();
    if (const grpc::Status status = CheckStates(*request); !status.ok()) return status;
    std::vector<Case> cases;
    const absl::Status looked = core_.enclave.desk().Look([&](const Desk& desk) {
      for (const auto& [id, held] : desk.cases()) {
        const bool own = held.request.caller == caller.id && ConcernsResearcher(held);
        if ((own || caller.role != Role::kResearcher) && Wanted(*request, held))
          cases.push_back(held);
      }
    });
    if (!looked.ok()) return ToClientError(looked);
    for (const Case& held : InOrder(std::move(cases)))
      Fill(core_, caller, held, response->add_cases());
    return grpc::Status::OK;
  });
}

grpc::Status ReviewService::GetCase(Context* context, const v1::GetCaseRequest* request,
                                    grpc::ServerWriter<v1::CasePart>* writer) {
  return Recorded(*context, core_, "GetCase", [&](const Caller& caller, CallFacts* facts) {
    if (request->figures() && caller.role != Role::kReviewer) return RoleMayNot();
    Case held;
    const grpc::Status found = FindCase(core_, caller, request->name(), &held);
    if (!found.ok()) return found;
    facts->project = held.request.project;
    facts->release = held.request.id;
    v1::CasePart part;
    v1::CaseDetail* detail = part.mutable_detail();
    Preview preview;
    if (request->figures()) {
      const Strength strength = {request->minimum(), request->round_to()};
      const grpc::Status looked = LookAt(core_, caller, held, strength, *context, &preview);
      if (!looked.ok()) return looked;
      detail->set_answer(preview.answer);
      detail->set_digest(preview.digest);
      for (const std::string& name : preview.dimensions) detail->add_dimensions(name);
      detail->set_population(preview.population);
      detail->set_contributors(preview.contributors);
    }
    Fill(core_, caller, held, detail->mutable_case_());
    if (SeesAll(core_, caller, held)) {
      InForce in_force;
      if (const grpc::Status was = InForceFor(core_, held, &in_force); !was.ok()) return was;
      const auto plan = core_.pipeline.PlanOf(held, in_force);
      if (!plan.ok()) return ToClientError(plan.status());
      FillPlan(*plan, detail);
      FillVotes(held, core_.enclave.registry().PersonOf(caller.id), detail);
      FillNotes(held, detail);
      const auto about =
          core_.enclave.desk().AboutTheSame(plan->canonical, held.release, kEarlierShown);
      if (!about.ok()) return ToClientError(about.status());
      FillEarlier(*about, detail);
    }
    if (writer->Write(part) && WriteFigures(preview, writer)) return grpc::Status::OK;
    return ToClientError(absl::CancelledError("client"));
  });
}

grpc::Status ReviewService::Claim(Context* context, const v1::ClaimRequest* request,
                                  v1::Case* response) {
  DeskEvent event;
  event.action = DeskAction::kClaim;
  return ActOn(context, "Claim", request->name(), event, response);
}

grpc::Status ReviewService::Vote(Context* context, const v1::VoteRequest* request,
                                 v1::Case* response) {
  DeskEvent event;
  if (!ParseAction(request->vote(), &event.action) || !IsVote(event.action)) {
    return Recorded(*context, core_, "Vote", [](const Caller&, CallFacts*) {
      return MakeError(grpc::StatusCode::INVALID_ARGUMENT, "BAD_VOTE",
                       "a vote is approve, request changes or deny");
    });
  }
  event.reason = request->reason();
  event.code = request->code();
  event.strength = {request->minimum(), request->round_to()};
  return ActOn(context, "Vote", request->name(), event, response);
}

grpc::Status ReviewService::Comment(Context* context, const v1::CommentRequest* request,
                                    v1::Case* response) {
  DeskEvent event;
  event.action = DeskAction::kComment;
  event.reason = request->text();
  event.to_researcher = request->to_researcher();
  return ActOn(context, "Comment", request->name(), event, response);
}

grpc::Status ReviewService::Reopen(Context* context, const v1::ReopenRequest* request,
                                   v1::Case* response) {
  DeskEvent event;
  event.action = DeskAction::kReopen;
  event.reason = request->reason();
  return ActOn(context, "Reopen", request->name(), event, response);
}

grpc::Status ReviewService::Reply(Context* context, const v1::ReplyRequest* request,
                                  v1::Case* response) {
  DeskEvent event;
  event.action = DeskAction::kReply;
  event.reason = request->text();
  return ActOn(context, "Reply", request->name(), event, response);
}

grpc::Status ReviewService::Withdraw(Context* context, const v1::WithdrawRequest* request,
                                     v1::Case* response) {
  DeskEvent event;
  event.action = DeskAction::kWithdraw;
  return ActOn(context, "Withdraw", request->name(), event, response);
}

grpc::Status ReviewService::Recall(Context* context, const v1::RecallRequest* request,
                                   v1::Case* response) {
  return Recorded(*context, core_, "Recall", [&](const Caller& caller, CallFacts* facts) {
    if (caller.role != Role::kReviewer) return RoleMayNot();
    DeskEvent event;
    event.action = DeskAction::kRecall;
    event.reason = request->reason();
    if (const grpc::Status found = FillRecall(core_, caller, request->name(), &event); !found.ok())
      return found;
    if (const grpc::Status done = Act(core_, caller, event); !done.ok()) return done;
    Case held;
    const grpc::Status found =
        FindCase(core_, caller, absl::StrCat("cases/", event.case_id), &held);
    if (!found.ok()) return found;
    facts->release = held.release;
    Fill(core_, caller, held, response);
    return grpc::Status::OK;
  });
}

grpc::Status ReviewService::MakePrecedent(Context* context, const v1::MakePrecedentRequest* request,
                                          v1::Case* response) {
  return Recorded(*context, core_, "MakePrecedent", [&](const Caller& caller, CallFacts*) {
    if (caller.role != Role::kReviewer) return RoleMayNot();
    Case held;
    if (const grpc::Status found = FindCase(core_, caller, request->name(), &held); !found.ok())
      return found;
    DeskEvent event;
    event.action = DeskAction::kPrecedent;
    event.case_id = held.request.id;
    event.reason = request->reason();
    event.until = request->until();
    if (held.held) {
      const auto plan = core_.pipeline.PlanOf(held, InForceOf(core_.enclave));
      if (!plan.ok()) return ToClientError(plan.status());
      event.shape = plan->shape;
      event.cells = plan->cells;
    }
    if (const grpc::Status done = Act(core_, caller, event); !done.ok()) return done;
    Fill(core_, caller, held, response);
    return grpc::Status::OK;
  });
}

grpc::Status ReviewService::EndPrecedent(Context* context, const v1::EndPrecedentRequest* request,
                                         v1::Case* response) {
  DeskEvent event;
  event.action = DeskAction::kEndPrecedent;
  event.reason = request->reason();
  return ActOn(context, "EndPrecedent", request->name(), event, response);
}

grpc::Status ReviewService::Confirm(Context* context, const v1::ConfirmRequest* request,
                                    v1::Case* response) {
  DeskEvent event;
  event.action = DeskAction::kConfirm;
  event.reason = request->reason();
  return ActOn(context, "Confirm", request->name(), event, response);
}

grpc::Status ReviewService::ListPrecedents(Context* context, const v1::ListPrecedentsRequest*,
                                           v1::ListPrecedentsResponse* response) {
  return Recorded(*context, core_, "ListPrecedents", [&](const Caller& caller, CallFacts*) {
    if (!Reads(caller)) return RoleMayNot();
    const absl::Status looked = core_.enclave.desk().Look([&](const Desk& desk) {
      for (const Precedent& precedent : desk.precedents())
        FillPrecedent(precedent, TodayUtc(), response->add_precedents());
    });
    return looked.ok() ? grpc::Status::OK : ToClientError(looked);
  });
}

grpc::Status ReviewService::GetReport(Context* context, const v1::GetReportRequest* request,
                                      v1::Report* response) {
  return Recorded(*context, core_, "GetReport", [&](const Caller& caller, CallFacts*) {
    if (!Reads(caller)) return RoleMayNot();
    if (const grpc::Status status = CheckDay(request->from(), "from"); !status.ok()) return status;
    if (const grpc::Status status = CheckDay(request->until(), "until"); !status.ok())
      return status;
    if (!request->until().empty() && request->from() > request->until()) {
      return MakeError(grpc::StatusCode::INVALID_ARGUMENT, "BAD_DAY",
                       "from is later than until: no day is between them");
    }
    const absl::Status looked = core_.enclave.desk().Look([&](const Desk& desk) {
      FillReport(ReportOf(desk, request->from(), request->until()), response);
    });
    return looked.ok() ? grpc::Status::OK : ToClientError(looked);
  });
}

Watchers::Reactor* ReviewService::WatchCases(grpc::CallbackServerContext* context,
                                             const v1::WatchCasesRequest* request) {
  return watchers_.Add(*context, request->from_now());
}

grpc::Status ReviewService::ListRecalls(Context* context, const v1::ListRecallsRequest*,
                                        v1::ListRecallsResponse* response) {
  return Recorded(*context, core_, "ListRecalls", [&](const Caller& caller, CallFacts*) {
    std::vector<Case> concerned;
    const absl::Status looked = core_.enclave.desk().Look([&](const Desk& desk) {
      for (const auto& [id, held] : desk.cases()) {
        if (held.state == CaseState::kRecalled || !held.under_precedent.empty())
          concerned.push_back(held);
      }
    });
    if (!looked.ok()) return ToClientError(looked);
    const auto add = [&](const std::string& release, const std::string& time) {
      v1::RecalledRelease* filled = response->add_recalls();
      filled->set_name(absl::StrCat("releases/", release));
      filled->set_time(time);
      return filled;
    };
    const auto is_own = [&](const std::string& release) {
      return core_.enclave.ledger().FindRelease(release, caller.id).ok();
    };
    for (const Case& held : concerned) {
      const bool recalled = held.state == CaseState::kRecalled;
      if (recalled && held.request.caller == caller.id) add(held.release, held.recalled);
      for (const std::string& release : held.dependants) {
        if (is_own(release))
          add(release, held.recalled)->set_rests_on(absl::StrCat("releases/", held.release));
      }
      for (const std::string& release : held.under_precedent) {
        if (is_own(release))
          add(release, held.precedent_ended)
              ->set_precedent(absl::StrCat("cases/", held.request.id));
      }
    }
    return grpc::Status::OK;
  });
}

}  // namespace kluis
