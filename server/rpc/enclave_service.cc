#include "server/rpc/enclave_service.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/rpc/dataset_view.h"
#include "server/rpc/grpc_error.h"
#include "server/rpc/query_stream.h"
#include "server/rpc/recorded_call.h"
#include "server/rpc/review_core.h"
#include "server/rpc/review_view.h"

namespace kluis {
namespace {

grpc::Status UnknownOrNotGranted(const std::string& name) {
  return MakeError(grpc::StatusCode::NOT_FOUND, "UNKNOWN_OR_NOT_GRANTED",
                   absl::StrCat(name, " is unknown or not granted to you"));
}

// Reviewers see the releases of all, by asking the ledger for no one in particular.
std::string ReleasesOf(const Caller& caller) {
  return caller.role == Role::kReviewer ? "" : caller.id;
}

void FillSummary(const ReleaseRecord& record, v1::ReleaseSummary* summary) {
  summary->set_name(absl::StrCat("releases/", record.release));
  summary->set_index(record.index);
  summary->set_time(record.time);
  summary->set_status(record.status);
  summary->set_project(record.project.empty() ? "" : absl::StrCat("projects/", record.project));
  summary->set_caller(record.caller);
  summary->set_query(record.query);
  summary->set_cells(record.cells);
  summary->set_suppressed(record.suppressed);
}

constexpr char kRestsOnRecalled[] = "rests on a recalled one";

// How held requests stand, which releases were recalled, and which rest on these.
absl::Status FillDeskStates(ReviewDesk& desk, const Caller& caller,
                            v1::ListReleasesResponse* response) {
  return desk.Look([&](const Desk& cases) {
    std::set<std::string> resting;
    for (const auto& [id, of] : cases.cases()) {
      if (of.state == CaseState::kRecalled)
        resting.insert(of.dependants.begin(), of.dependants.end());
    }
    for (v1::ReleaseSummary& summary : *response->mutable_releases()) {
      const std::string id = summary.name().substr(sizeof "releases/" - 1);
      const Case* of_answer = cases.FindByRelease(id);
      if (of_answer != nullptr && of_answer->state == CaseState::kRecalled)
        summary.set_status(StateName(CaseState::kRecalled));
      else if (summary.status() == "released" && resting.count(id) > 0)
        summary.set_status(kRestsOnRecalled);
      const Case* held = cases.Find(id);
      if (held == nullptr || !held->held) continue;
      summary.set_status(StateName(
          caller.role == Role::kResearcher ? StateForResearcher(held->state) : held->state));
    }
  });
}

}  // namespace

grpc::Status EnclaveService::GetCaller(grpc::ServerContext* context, const v1::GetCallerRequest*,
                                       v1::Caller* response) {
  return Recorded(*context, core_, "GetCaller", [&](const Caller& caller, CallFacts*) {
    response->set_id(caller.id);
    response->set_role(RoleName(caller.role));
    response->set_organisation(caller.organisation);
    FillProjects(caller, *core_.enclave.policy(), response);
    return grpc::Status::OK;
  });
}

grpc::Status EnclaveService::ListDatasets(grpc::ServerContext* context,
                                          const v1::ListDatasetsRequest* request,
                                          v1::ListDatasetsResponse* response) {
  return Recorded(*context, core_, "ListDatasets", [&](const Caller& caller, CallFacts*) {
    int size = 0;
    if (const grpc::Status status = PageSize(request->page_size(), &size); !status.ok())
      return status;
    const auto granted = GrantedDatasets(caller, *core_.enclave.policy(), TodayUtc());
    const auto catalogue = core_.enclave.catalogue();
    for (auto grant = granted.upper_bound(request->page_token()); grant != granted.end(); ++grant) {
      const auto snapshot = catalogue->datasets.find(grant->first);
      if (snapshot == catalogue->datasets.end()) continue;
      if (response->datasets_size() == size) {
        response->set_next_page_token(std::prev(grant)->first);
        break;
      }
      FillDataset(snapshot->second, grant->second, response->add_datasets());
    }
    return grpc::Status::OK;
  });
}

grpc::Status EnclaveService::GetDataset(grpc::ServerContext* context,
                                        const v1::GetDatasetRequest* request,
                                        v1::Dataset* response) {
  return Recorded(*context, core_, "GetDataset", [&](const Caller& caller, CallFacts*) {
    std::string name;
    const grpc::Status named = StripCollection(request->name(), "datasets", &name);
    if (!named.ok()) return named;
    const auto granted = GrantedDatasets(caller, *core_.enclave.policy(), TodayUtc());
    const auto catalogue = core_.enclave.catalogue();
    const auto grant = granted.find(name);
    const auto snapshot = catalogue->datasets.find(name);
    if (grant == granted.end() || snapshot == catalogue->datasets.end())
      return UnknownOrNotGranted(name);
    FillDataset(snapshot->second, grant->second, response);
    if (FillVariables(*catalogue, granted, name, request->variable(), response))
      return grpc::Status::OK;
    return UnknownOrNotGranted(absl::StrCat(name, ".", request->variable()));
  });
}

grpc::Status EnclaveService::RunQuery(grpc::ServerContext* context,
                                      const v1::RunQueryRequest* request,
                                      grpc::ServerWriter<v1::RunQueryResponse>* writer) {
  return Recorded(*context, core_, "RunQuery", [&](const Caller& caller, CallFacts* facts) {
    if (caller.role == Role::kResearcher)
      return StreamQuery(core_, caller, *request, context, writer, facts);
    return RoleMayNot();
  });
}

grpc::Status EnclaveService::ListReleases(grpc::ServerContext* context,
                                          const v1::ListReleasesRequest* request,
                                          v1::ListReleasesResponse* response) {
  return Recorded(*context, core_, "ListReleases", [&](const Caller& caller, CallFacts*) {
    int size = 0;
    if (const grpc::Status status = PageSize(request->page_size(), &size); !status.ok())
      return status;
    uint64_t before = core_.enclave.ledger().size();
    if (!request->page_token().empty() && !absl::SimpleAtoi(request->page_token(), &before)) {
      return MakeError(grpc::StatusCode::INVALID_ARGUMENT, "BAD_PAGE_TOKEN",
                       "page_token is not of this list");
    }
    before = std::min(before, core_.enclave.ledger().size());
    const auto records =
        core_.enclave.ledger().ListReleases({.caller = ReleasesOf(caller)}, before, size);
    if (!records.ok()) return ToClientError(records.status());
    for (const ReleaseRecord& record : *records) FillSummary(record, response->add_releases());
    if (const absl::Status looked = FillDeskStates(core_.enclave.desk(), caller, response);
        !looked.ok()) {
      return ToClientError(looked);
    }
    if (static_cast<int>(records->size()) == size) {
      response->set_next_page_token(std::to_string(records->back().index));
    }
    return grpc::Status::OK;
  });
}

grpc::Status EnclaveService::GetRelease(grpc::ServerContext* context,
                                        const v1::GetReleaseRequest* request,
                                        grpc::ServerWriter<v1::RunQueryResponse>* writer) {
  return Recorded(*context, core_, "GetRelease", [&](const Caller& caller, CallFacts* facts) {
    std::string id;
    const grpc::Status named = StripCollection(request->name(), "releases", &id);
    if (!named.ok()) return named;
    auto release = core_.enclave.ledger().FindRelease(id, ReleasesOf(caller));
    Case held;
    if (release.ok() && FindCase(core_, caller, absl::StrCat("cases/", id), &held).ok()) {
      auto answer = AnswerOfCase(core_, held, *context);
      if (!answer.ok()) return ToClientError(answer.status());
      if (answer->has_value()) release = **std::move(answer);
    }
    if (release.ok()) {
      Record(*release, facts);
      return WriteRelease(*release, writer);
    }
    if (release.status().code() != absl::StatusCode::kNotFound)
      return ToClientError(release.status());
    return MakeError(grpc::StatusCode::NOT_FOUND, "UNKNOWN_RELEASE", "no such release of yours");
  });
}

}  // namespace kluis
