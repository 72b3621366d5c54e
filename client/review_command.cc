// kluis review: the desk, for reviewers; and the state of their requests, for researchers.
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/commands.h"
#include "client/message_json.h"
#include "client/review_text.h"
#include "client/session.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

using nlohmann::ordered_json;

constexpr double kSeconds = 600;  // looking at a case runs a query
constexpr double kWatchSeconds = 24 * 3600;

std::string CaseName(const std::string& id) {
  return absl::StrContains(id, '/') ? id : absl::StrCat("cases/", id);
}

void Print(const Console& console, const ReviewOptions& options, const std::string& text,
           const ordered_json& json) {
  if (options.format == "json") {
    console.out << json.dump(2, ' ', false, ordered_json::error_handler_t::replace) << "\n";
  } else {
    console.out << text;
  }
}

using Stub = v1::ReviewService::Stub;

template <typename Request>
absl::Status Call(const Console& console, Session& session, const ReviewOptions& options,
                  grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, v1::Case*),
                  const Request& request) {
  v1::Case held;
  KLUIS_RETURN_IF_ERROR(
      FromGrpc((session.review().*method)(Session::Context(kSeconds).get(), request, &held)));
  Print(console, options, CaseLine(held), MessageJson(held));
  return absl::OkStatus();
}

absl::Status List(const Console& console, Session& session, const ReviewOptions& options) {
  v1::ListCasesRequest request;
  for (const std::string& state : options.states) request.add_states(state);
  request.set_project(options.project);
  request.set_all(options.all);
  v1::ListCasesResponse cases;
  KLUIS_RETURN_IF_ERROR(
      FromGrpc(session.review().ListCases(Session::Context(kSeconds).get(), request, &cases)));
  ordered_json json = ordered_json::array();
  for (const v1::Case& held : cases.cases()) json.push_back(MessageJson(held));
  Print(console, options, CasesText(cases), json);
  return absl::OkStatus();
}

// Figures are for reviewers; everybody else sees what else there is.
absl::StatusOr<bool> IsReviewer(Session& session) {
  v1::Caller caller;
  KLUIS_RETURN_IF_ERROR(
      FromGrpc(session.enclave().GetCaller(Session::Context(kSeconds).get(), {}, &caller)));
  return caller.role() == "reviewer";
}

absl::Status Show(const Console& console, Session& session, const ReviewOptions& options) {
  v1::GetCaseRequest request;
  request.set_name(CaseName(options.id));
  request.set_minimum(options.minimum);
  request.set_round_to(options.round_to);
  KLUIS_ASSIGN_OR_RETURN(const bool reviewer, IsReviewer(session));
  request.set_figures(reviewer && !options.no_figures);
  const auto context = Session::Context(kSeconds);
  const auto stream = session.review().GetCase(context.get(), request);
  v1::CaseDetail detail;
  std::vector<v1::Figure> figures;
  v1::CasePart part;
  while (stream->Read(&part)) {
    if (part.has_detail()) detail = part.detail();
    figures.insert(figures.end(), part.figures().figures().begin(), part.figures().figures().end());
  }
  KLUIS_RETURN_IF_ERROR(FromGrpc(stream->Finish()));
  ordered_json json = MessageJson(detail);
  json["figures"] = ordered_json::array();
  for (const v1::Figure& figure : figures) json["figures"].push_back(MessageJson(figure));
  Print(console, options, DetailText(detail, figures), json);
  return absl::OkStatus();
}

absl::Status Vote(const Console& console, Session& session, const ReviewOptions& options,
                  const char* vote) {
  v1::VoteRequest request;
  request.set_name(CaseName(options.id));
  request.set_vote(vote);
  request.set_reason(options.reason);
  request.set_minimum(options.minimum);
  request.set_round_to(options.round_to);
  if (options.action == "deny") request.set_code(options.code);
  return Call(console, session, options, &Stub::Vote, request);
}

absl::Status Precedents(const Console& console, Session& session, const ReviewOptions& options) {
  v1::ListPrecedentsResponse precedents;
  KLUIS_RETURN_IF_ERROR(
      FromGrpc(session.review().ListPrecedents(Session::Context(kSeconds).get(), {}, &precedents)));
  ordered_json json = ordered_json::array();
  for (const v1::Precedent& precedent : precedents.precedents())
    json.push_back(MessageJson(precedent));
  Print(console, options, PrecedentsText(precedents), json);
  return absl::OkStatus();
}

absl::Status ShowReport(const Console& console, Session& session, const ReviewOptions& options) {
  if (!options.until.empty() && options.from > options.until) {
    return absl::InvalidArgumentError(absl::StrCat("--from ", options.from,
                                                   " is later than --until ", options.until,
                                                   ": no day is between them"));
  }
  v1::GetReportRequest request;
  request.set_from(options.from);
  request.set_until(options.until);
  v1::Report report;
  KLUIS_RETURN_IF_ERROR(
      FromGrpc(session.review().GetReport(Session::Context(kSeconds).get(), request, &report)));
  Print(console, options, ReportText(report), MessageJson(report));
  return absl::OkStatus();
}

// One line for each event, flushed, until it is interrupted.
absl::Status Watch(const Console& console, Session& session, const ReviewOptions& options) {
  v1::WatchCasesRequest request;
  request.set_from_now(!options.all);
  const auto context = Session::Context(kWatchSeconds);
  const auto stream = session.review().WatchCases(context.get(), request);
  v1::CaseChange change;
  while (stream->Read(&change)) {
    if (options.format == "json") {
      console.out << MessageJson(change).dump(-1, ' ', false,
                                              ordered_json::error_handler_t::replace)
                  << "\n";
    } else {
      console.out << ChangeLine(change);
    }
    if (!FlushData(console).ok() || (console.reader_gone && console.reader_gone())) {
      context->TryCancel();
      stream->Finish();
      return absl::OkStatus();
    }
  }
  return FromGrpc(stream->Finish());
}

template <typename Request>
Request Named(const ReviewOptions& options) {
  Request request;
  request.set_name(CaseName(options.id));
  return request;
}

absl::Status Act(const Console& console, Session& session, const ReviewOptions& options) {
  const std::string& action = options.action;
  if (action == "list") return List(console, session, options);
  if (action == "show") return Show(console, session, options);
  if (action == "precedents") return Precedents(console, session, options);
  if (action == "report") return ShowReport(console, session, options);
  if (action == "watch") return Watch(console, session, options);
  if (action == "approve") return Vote(console, session, options, "approve");
  if (action == "deny") return Vote(console, session, options, "deny");
  if (action == "request-changes") return Vote(console, session, options, "request changes");
  if (action == "claim")
    return Call(console, session, options, &Stub::Claim, Named<v1::ClaimRequest>(options));
  if (action == "withdraw")
    return Call(console, session, options, &Stub::Withdraw, Named<v1::WithdrawRequest>(options));
  if (action == "comment") {
    auto request = Named<v1::CommentRequest>(options);
    request.set_text(options.reason);
    request.set_to_researcher(options.to_researcher);
    return Call(console, session, options, &Stub::Comment, request);
  }
  if (action == "reply") {
    auto request = Named<v1::ReplyRequest>(options);
    request.set_text(options.reason);
    return Call(console, session, options, &Stub::Reply, request);
  }
  if (action == "reopen") {
    auto request = Named<v1::ReopenRequest>(options);
    request.set_reason(options.reason);
    return Call(console, session, options, &Stub::Reopen, request);
  }
  if (action == "end-precedent") {
    auto request = Named<v1::EndPrecedentRequest>(options);
    request.set_reason(options.reason);
    return Call(console, session, options, &Stub::EndPrecedent, request);
  }
  if (action == "confirm") {
    auto request = Named<v1::ConfirmRequest>(options);
    request.set_reason(options.reason);
    return Call(console, session, options, &Stub::Confirm, request);
  }
  if (action == "recall") {
    auto request = Named<v1::RecallRequest>(options);
    // An id without more is that of a release: what is recalled is an answer that left.
    if (!absl::StrContains(options.id, '/'))
      request.set_name(absl::StrCat("releases/", options.id));
    request.set_reason(options.reason);
    return Call(console, session, options, &Stub::Recall, request);
  }
  auto request = Named<v1::MakePrecedentRequest>(options);
  request.set_until(options.until);
  request.set_reason(options.reason);
  return Call(console, session, options, &Stub::MakePrecedent, request);
}

}  // namespace

int Review(const Console& console, const ReviewOptions& options) {
  auto profile = LoadProfile(console, options.profile);
  if (!profile.ok()) return Fail(console, profile.status());
  auto session = Session::Open(*std::move(profile));
  if (!session.ok()) return Fail(console, session.status());
  const absl::Status done = Act(console, *session, options);
  return done.ok() ? kExitDone : Fail(console, done);
}

}  // namespace kluis
