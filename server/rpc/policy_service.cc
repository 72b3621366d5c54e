#include "server/rpc/policy_service.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "disclosure/policy_change/change_text.h"
#include "disclosure/policy_change/manifest.h"
#include "server/enclave/bundle.h"
#include "server/rpc/grpc_error.h"
#include "server/rpc/on_worker.h"
#include "server/rpc/policy_replay.h"
#include "server/rpc/recorded_call.h"
#include "server/rpc/review_core.h"

namespace kluis {
namespace {

constexpr size_t kBundleBytesMost = size_t{64} << 20, kFilesMost = 10'000;

// What may be told of an error of the office: all of it is about the policy and signatures.
grpc::Status ToOfficer(const absl::Status& status) {
  const std::string message(status.message());
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
      return MakeError(grpc::StatusCode::INVALID_ARGUMENT, "POLICY_NOT_RIGHT", message);
    case absl::StatusCode::kNotFound:
      return MakeError(grpc::StatusCode::NOT_FOUND, "NOT_FOUND", message);
    case absl::StatusCode::kAlreadyExists:
      return MakeError(grpc::StatusCode::ALREADY_EXISTS, "PROPOSED_ALREADY", message);
    case absl::StatusCode::kPermissionDenied:
      return MakeError(grpc::StatusCode::PERMISSION_DENIED, "SIGNATURE_DOES_NOT_COUNT", message);
    case absl::StatusCode::kFailedPrecondition:
      return MakeError(grpc::StatusCode::FAILED_PRECONDITION, "NOT_YET", message);
    case absl::StatusCode::kResourceExhausted:
      return MakeError(grpc::StatusCode::RESOURCE_EXHAUSTED, "TOO_MANY", message);
    default:
      return ToClientError(status);
  }
}

void FillProposal(const PolicyProposal& proposal, int64_t in_force, v1::Proposal* out) {
  out->set_id(proposal.id);
  out->set_version(proposal.version);
  out->set_restores(proposal.restores);
  out->set_proposed_by(proposal.proposed_by);
  out->set_time(proposal.time);
  out->set_comment(proposal.comment);
  const bool open = !proposal.activated && proposal.version == in_force + 1;
  out->set_state(proposal.activated ? "activated" : open ? "open" : "superseded");
  const auto manifest = ParseManifest(proposal.signatures.manifest);
  if (manifest.ok()) out->set_not_before(manifest->not_before);
  for (const PolicySignature& signature : proposal.signatures.signatures) {
    v1::OfficerSignature* to = out->add_signatures();
    to->set_officer(signature.officer);
    to->set_key(signature.key);
    to->set_reason(signature.reason);
    to->set_signature(signature.signature);
  }
}

grpc::Status TooLarge() {
  return MakeError(grpc::StatusCode::INVALID_ARGUMENT, "POLICY_TOO_LARGE",
                   absl::StrCat("a policy has at most ", kFilesMost, " files and ",
                                kBundleBytesMost >> 20, " MiB"));
}

// The head, and the files whole.
grpc::Status ReadParts(grpc::ServerReader<v1::ProposePolicyPart>* reader, v1::ProposeHead* head,
                       PolicyFiles* files) {
  v1::ProposePolicyPart part;
  size_t bytes = 0;
  bool has_head = false;
  while (reader->Read(&part)) {
    if (part.has_head() != !has_head || (!part.has_head() && !part.has_chunk()))
      return MakeError(grpc::StatusCode::INVALID_ARGUMENT, "BAD_PARTS",
                       "the head comes first and once, then the files");
    if (part.has_head()) {
      *head = part.head();
      has_head = true;
      continue;
    }
    bytes += part.chunk().text().size() + part.chunk().path().size();
    (*files)[part.chunk().path()] += part.chunk().text();
    if (bytes > kBundleBytesMost || files->size() > kFilesMost) return TooLarge();
  }
  return grpc::Status::OK;
}

grpc::Status AnswerShadow(const absl::StatusOr<v1::PolicyShadow>& shadow,
                          v1::PolicyShadow* response) {
  if (!shadow.ok()) return ToOfficer(shadow.status());
  *response = *shadow;
  return grpc::Status::OK;
}

}  // namespace

const std::vector<PolicyCall>& PolicyCalls() {
  static const auto& calls = *new std::vector<PolicyCall>{
      {"ProposePolicy", {Role::kPrivacyOfficer}},
      {"ProposeRollback", {Role::kPrivacyOfficer}},
      {"ListProposals", {Role::kPrivacyOfficer}},
      {"GetProposal", {Role::kPrivacyOfficer}},
      {"GetProposalFiles", {Role::kPrivacyOfficer}},
      {"ApproveProposal", {Role::kPrivacyOfficer}},
      {"ActivateProposal", {Role::kPrivacyOfficer}},
      {"ReplayPolicy", {Role::kPrivacyOfficer}},
      {"StartShadow", {Role::kPrivacyOfficer}},
      {"GetShadow", {Role::kPrivacyOfficer}},
      {"StopShadow", {Role::kPrivacyOfficer}},
      {"GetPolicyHistory", {Role::kPrivacyOfficer, Role::kReviewer, Role::kOperator}}};
  return calls;
}

grpc::Status PolicyService::Allowed(const Context& context, const char* method, const Body& body) {
  return Recorded(context, core_, method, [&](const Caller& caller, CallFacts*) {
    for (const PolicyCall& call : PolicyCalls()) {
      if (call.method == method && call.roles.count(caller.role) == 1) return body(caller);
    }
    return RoleMayNot();
  });
}

grpc::Status PolicyService::Answer(const absl::StatusOr<PolicyProposal>& proposal,
                                   const std::string& language, v1::Proposal* response) {
  if (!proposal.ok()) return ToOfficer(proposal.status());
  FillProposal(*proposal, core_.enclave.policy_status().version, response);
  response->set_manifest(proposal->signatures.manifest);
  if (response->state() != "open") return grpc::Status::OK;
  const auto changes = core_.enclave.JudgeDraft(proposal->files);
  if (!changes.ok()) return ToOfficer(changes.status());
  response->set_changes(ChangeText(*changes, language == "nl"));
  response->set_officers(changes->NeedsSecondOfficer() ? 2 : 1);
  return grpc::Status::OK;
}

grpc::Status PolicyService::ProposePolicy(Context* context,
                                          grpc::ServerReader<v1::ProposePolicyPart>* reader,
                                          v1::Proposal* response) {
  return Allowed(*context, "ProposePolicy", [&](const Caller& caller) {
    v1::ProposeHead head;
    PolicyFiles files;
    if (const grpc::Status read = ReadParts(reader, &head, &files); !read.ok()) return read;
    return Answer(office_.Propose(caller.id, files, head.not_before(), head.comment()),
                  head.language(), response);
  });
}

grpc::Status PolicyService::ProposeRollback(Context* context,
                                            const v1::ProposeRollbackRequest* request,
                                            v1::Proposal* response) {
  return Allowed(*context, "ProposeRollback", [&](const Caller& caller) {
    return Answer(office_.ProposeRollback(caller.id, request->version(), request->not_before(),
                                          request->comment()),
                  request->language(), response);
  });
}

grpc::Status PolicyService::ListProposals(Context* context, const v1::ListProposalsRequest*,
                                          v1::ListProposalsResponse* response) {
  return Allowed(*context, "ListProposals", [&](const Caller&) {
    const auto proposals = office_.List();
    if (!proposals.ok()) return ToOfficer(proposals.status());
    for (const PolicyProposal& proposal : *proposals)
      FillProposal(proposal, core_.enclave.policy_status().version, response->add_proposals());
    return grpc::Status::OK;
  });
}

grpc::Status PolicyService::GetProposal(Context* context, const v1::GetProposalRequest* request,
                                        v1::Proposal* response) {
  return Allowed(*context, "GetProposal", [&](const Caller&) {
    return Answer(office_.Find(request->id()), request->language(), response);
  });
}

grpc::Status PolicyService::GetProposalFiles(Context* context,
                                             const v1::GetProposalRequest* request,
                                             grpc::ServerWriter<v1::PolicyFileChunk>* writer) {
  return Allowed(*context, "GetProposalFiles", [&](const Caller&) {
    const auto proposal = office_.Find(request->id());
    if (!proposal.ok()) return ToOfficer(proposal.status());
    for (const auto& [path, text] : proposal->files) {
      v1::PolicyFileChunk chunk;
      chunk.set_path(path);
      size_t at = 0;
      do {  // an empty file is a chunk, too
        chunk.set_text(text.substr(at, kChunkBytes));
        if (!writer->Write(chunk)) return grpc::Status::CANCELLED;
        at += kChunkBytes;
      } while (at < text.size());
    }
    return grpc::Status::OK;
  });
}

grpc::Status PolicyService::ApproveProposal(Context* context,
                                            const v1::ApproveProposalRequest* request,
                                            v1::Proposal* response) {
  return Allowed(*context, "ApproveProposal", [&](const Caller& caller) {
    const v1::OfficerSignature& given = request->signature();
    return Answer(
        office_.Approve(caller.id, request->id(),
                        {given.officer(), given.key(), given.reason(), given.signature()}),
        "", response);
  });
}

grpc::Status PolicyService::ActivateProposal(Context* context,
                                             const v1::ActivateProposalRequest* request,
                                             v1::Proposal* response) {
  return Allowed(*context, "ActivateProposal", [&](const Caller& caller) {
    return Answer(office_.Activate(caller.id, request->id()), "", response);
  });
}

grpc::Status PolicyService::ReplayPolicy(Context* context,
                                         grpc::ServerReader<v1::ProposePolicyPart>* reader,
                                         v1::PolicyReplayReport* response) {
  return Allowed(*context, "ReplayPolicy", [&](const Caller& caller) {
    v1::ProposeHead head;
    PolicyFiles files;
    if (const grpc::Status read = ReadParts(reader, &head, &files); !read.ok()) return read;
    const auto draft = ParseBundle(files, *core_.enclave.catalogue());
    if (!draft.ok()) return ToOfficer(draft.status());
    const auto report = OnWorker<v1::PolicyReplayReport>(
        core_, *context, caller.id,
        [core = &core_, policy = draft->policy,
         since = head.since()](const std::atomic<bool>* cancelled) {
          return ReplayUnderDraft(*core, policy, {.since = since}, cancelled);
        });
    if (!report.ok()) return PipelineError(report.status());
    *response = *report;
    return grpc::Status::OK;
  });
}

grpc::Status PolicyService::StartShadow(Context* context,
                                        grpc::ServerReader<v1::ProposePolicyPart>* reader,
                                        v1::PolicyShadow* response) {
  return Allowed(*context, "StartShadow", [&](const Caller& caller) {
    v1::ProposeHead head;
    PolicyFiles files;
    if (const grpc::Status read = ReadParts(reader, &head, &files); !read.ok()) return read;
    return AnswerShadow(shadow_.Start(caller.id, files, head.days()), response);
  });
}

grpc::Status PolicyService::GetShadow(Context* context, const v1::GetShadowRequest*,
                                      v1::PolicyShadow* response) {
  return Allowed(*context, "GetShadow",
                 [&](const Caller&) { return AnswerShadow(shadow_.Get(), response); });
}

grpc::Status PolicyService::StopShadow(Context* context, const v1::StopShadowRequest*,
                                       v1::PolicyShadow* response) {
  return Allowed(*context, "StopShadow",
                 [&](const Caller&) { return AnswerShadow(shadow_.Stop(), response); });
}

grpc::Status PolicyService::GetPolicyHistory(Context* context, const v1::GetPolicyHistoryRequest*,
                                             v1::PolicyHistory* response) {
  return Allowed(*context, "GetPolicyHistory", [&](const Caller&) {
    const auto history = PolicyHistory(core_.enclave.ledger());
    if (!history.ok()) return ToOfficer(history.status());
    for (const PolicyRecord& record : *history) {
      v1::PolicyVersion* version = response->add_versions();
      version->set_version(record.version);
      version->set_index(record.index);
      version->set_time(record.time);
      version->set_policy_sha256(record.policy_sha256);
      version->set_by(record.by);
      for (const std::string& signer : record.signers) version->add_signers(signer);
      version->set_judgement(record.judgement);
      version->set_restores(record.restores);
    }
    response->set_problem(core_.enclave.policy_status().problem);
    return grpc::Status::OK;
  });
}

}  // namespace kluis
