// PolicyService: convert, call, convert. Who may call what stands in one table (policy_service.cc).
#ifndef KLUIS_SERVER_RPC_POLICY_SERVICE_H_
#define KLUIS_SERVER_RPC_POLICY_SERVICE_H_

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "kluis/v1/policy.grpc.pb.h"
#include "server/enclave/policy_office.h"
#include "server/rpc/policy_shadow.h"
#include "server/rpc/service_core.h"

namespace kluis {

// The name of a method of PolicyService, and the roles that may call it.
struct PolicyCall {
  std::string method;
  std::set<Role> roles;
};
const std::vector<PolicyCall>& PolicyCalls();

class PolicyService final : public v1::PolicyService::Service {
 public:
  explicit PolicyService(const ServiceCore& core)
      : core_(core), office_(core.enclave), shadow_(core) {}

  using Context = grpc::ServerContext;
  grpc::Status ProposePolicy(Context* context, grpc::ServerReader<v1::ProposePolicyPart>* reader,
                             v1::Proposal* response) override;
  grpc::Status ProposeRollback(Context* context, const v1::ProposeRollbackRequest* request,
                               v1::Proposal* response) override;
  grpc::Status ListProposals(Context* context, const v1::ListProposalsRequest* request,
                             v1::ListProposalsResponse* response) override;
  grpc::Status GetProposal(Context* context, const v1::GetProposalRequest* request,
                           v1::Proposal* response) override;
  grpc::Status GetProposalFiles(Context* context, const v1::GetProposalRequest* request,
                                grpc::ServerWriter<v1::PolicyFileChunk>* writer) override;
  grpc::Status ApproveProposal(Context* context, const v1::ApproveProposalRequest* request,
                               v1::Proposal* response) override;
  grpc::Status ActivateProposal(Context* context, const v1::ActivateProposalRequest* request,
                                v1::Proposal* response) override;
  grpc::Status ReplayPolicy(Context* context, grpc::ServerReader<v1::ProposePolicyPart>* reader,
                            v1::PolicyReplayReport* response) override;
  grpc::Status StartShadow(Context* context, grpc::ServerReader<v1::ProposePolicyPart>* reader,
                           v1::PolicyShadow* response) override;
  grpc::Status GetShadow(Context* context, const v1::GetShadowRequest* request,
                         v1::PolicyShadow* response) override;
  grpc::Status StopShadow(Context* context, const v1::StopShadowRequest* request,
                          v1::PolicyShadow* response) override;
  grpc::Status GetPolicyHistory(Context* context, const v1::GetPolicyHistoryRequest* request,
                                v1::PolicyHistory* response) override;

 private:
  using Body = std::function<grpc::Status(const Caller& caller)>;
  // Recorded(), for the roles of that method.
  grpc::Status Allowed(const Context& context, const char* method, const Body& body);
  // The proposal, or the error, of a call of the office.
  grpc::Status Answer(const absl::StatusOr<PolicyProposal>& proposal, const std::string& language,
                      v1::Proposal* response);

  const ServiceCore core_;
  PolicyOffice office_;
  PolicyShadow shadow_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_RPC_POLICY_SERVICE_H_
