// The calls of privacy officers over the wire: the way of a proposal, and who may call what.
#include "server/rpc/policy_service.h"

#include <gmock/gmock.h>

#include <fstream>
#include <functional>
#include <map>

#include "kluis/v1/policy.grpc.pb.h"
#include "server/enclave/bundle.h"
#include "server/rpc/grpc_error.h"
#include "tests/disclosure/policy_sign/signed_policy.h"
#include "tests/server/rpc/served_enclave.h"

namespace kluis {
namespace {

using Code = grpc::StatusCode;
using Stub = v1::PolicyService::Stub;
using testing::HasSubstr;

class PolicyServiceTest : public testing::Test {
 protected:
  PolicyServiceTest()
      : served_(std::string("policy-") +
                testing::UnitTest::GetInstance()->current_test_info()->name()) {
    const std::string policies = served_.enclave().paths().policies();
    std::ofstream(policies + "/officers.yaml")
        << "officers:\n"
        << OfficerLine(Petra(), "Petra de Vries") << OfficerLine(Jan(), "Jan Smit");
    const absl::Status loaded = served_.enclave().ReloadPolicies();
    EXPECT_TRUE(loaded.ok()) << loaded;
    files_ = *ReadBundleFiles(policies);
    petra_ = Officer(Petra().officer);
    jan_ = Officer(Jan().officer);
  }

  std::unique_ptr<Stub> Officer(const std::string& id) {
    return v1::PolicyService::NewStub(served_.Connect(served_.Add(id, "privacy-officer")));
  }
  PolicyFiles Weaker() const {
    PolicyFiles files = files_;
    std::string& text = files.at("rules/standard.yaml");
    text.replace(text.find("minimum: 10 "), 12, "minimum: 9  ");
    return files;
  }
  static grpc::Status Propose(Stub& stub, const PolicyFiles& files, v1::Proposal* proposal) {
    grpc::ClientContext context;
    const auto writer = stub.ProposePolicy(&context, proposal);
    v1::ProposePolicyPart part;
    part.mutable_head()->set_comment("a test");
    writer->Write(part);
    for (const auto& [path, text] : files) {
      part.mutable_chunk()->set_path(path);
      for (const std::string& half :
           {text.substr(0, text.size() / 2), text.substr(text.size() / 2)}) {
        part.mutable_chunk()->set_text(half);
        writer->Write(part);
      }
    }
    writer->WritesDone();
    return writer->Finish();
  }
  static grpc::Status Approve(Stub& stub, const v1::Proposal& proposal, const OfficerKey& key) {
    const PolicySignature signature = Signed(key, proposal.manifest());
    v1::ApproveProposalRequest request;
    request.set_id(proposal.id());
    request.mutable_signature()->set_officer(signature.officer);
    request.mutable_signature()->set_key(signature.key);
    request.mutable_signature()->set_reason(signature.reason);
    request.mutable_signature()->set_signature(signature.signature);
    grpc::ClientContext context;
    v1::Proposal approved;
    return stub.ApproveProposal(&context, request, &approved);
  }
  static grpc::Status Activate(Stub& stub, const std::string& id) {
    v1::ActivateProposalRequest request;
    request.set_id(id);
    grpc::ClientContext context;
    v1::Proposal activated;
    return stub.ActivateProposal(&context, request, &activated);
  }
  int Minimum() { return served_.enclave().policy()->rules.at("standard").frequency.minimum; }

  ServedEnclave served_;
  PolicyFiles files_;
  std::unique_ptr<Stub> petra_, jan_;
};

TEST_F(PolicyServiceTest, AProposalIsShownSignedByTwoAndActivated) {
  v1::Proposal proposal;
  const grpc::Status proposed = Propose(*petra_, Weaker(), &proposal);
  ASSERT_TRUE(proposed.ok()) << proposed.error_message();
  EXPECT_EQ(proposal.state(), "open");
  EXPECT_EQ(proposal.officers(), 2);
  EXPECT_THAT(proposal.changes(), HasSubstr("frequency.minimum 10 -> 9"));
  EXPECT_TRUE(CheckManifest(*ParseManifest(proposal.manifest()), Weaker()).ok());
  EXPECT_TRUE(Approve(*petra_, proposal, Petra()).ok());
  const grpc::Status early = Activate(*jan_, proposal.id());
  EXPECT_EQ(early.error_code(), Code::FAILED_PRECONDITION);
  EXPECT_THAT(early.error_message(), HasSubstr("two officers sign"));
  EXPECT_EQ(Approve(*jan_, proposal, Petra()).error_code(), Code::PERMISSION_DENIED);
  EXPECT_TRUE(Approve(*jan_, proposal, Jan()).ok());
  EXPECT_EQ(Minimum(), 10);
  EXPECT_TRUE(Activate(*jan_, proposal.id()).ok());
  EXPECT_EQ(Minimum(), 9);

  grpc::ClientContext context;
  v1::PolicyHistory history;
  ASSERT_TRUE(petra_->GetPolicyHistory(&context, {}, &history).ok());
  const v1::PolicyVersion& last = history.versions(history.versions_size() - 1);
  EXPECT_EQ(last.by(), Jan().officer);
  EXPECT_EQ(last.signers_size(), 2);
  EXPECT_EQ(last.judgement(), "weaker");
}

TEST_F(PolicyServiceTest, FilesComeBackAsTheyWereSent) {
  v1::Proposal proposal;
  ASSERT_TRUE(Propose(*petra_, Weaker(), &proposal).ok());
  v1::GetProposalRequest request;
  request.set_id(proposal.id());
  grpc::ClientContext context;
  const auto reader = jan_->GetProposalFiles(&context, request);
  PolicyFiles files;
  v1::PolicyFileChunk chunk;
  while (reader->Read(&chunk)) files[chunk.path()] += chunk.text();
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(files, Weaker());
}

TEST_F(PolicyServiceTest, WhatIsWrongIsToldWithItsPlace) {
  PolicyFiles files = files_;
  files["rules/bad.yaml"] = "rules: bad\nfrequency: {minimum: many}\n";
  v1::Proposal proposal;
  const grpc::Status wrong = Propose(*petra_, files, &proposal);
  EXPECT_EQ(wrong.error_code(), Code::INVALID_ARGUMENT);
  EXPECT_THAT(wrong.error_message(), HasSubstr("rules/bad.yaml:2:"));
  files = files_;
  files["../escape.yaml"] = "rules: x\n";
  EXPECT_EQ(Propose(*petra_, files, &proposal).error_code(), Code::INVALID_ARGUMENT);
  EXPECT_EQ(Activate(*petra_, "../../ledger").error_code(), Code::NOT_FOUND);
  EXPECT_EQ(Activate(*petra_, "0123456789abcdef").error_code(), Code::NOT_FOUND);
}

TEST_F(PolicyServiceTest, RolesOfEveryCall) {
  v1::Proposal kept;
  ASSERT_TRUE(Propose(*petra_, Weaker(), &kept).ok());
  using Call = std::function<grpc::Status(Stub&, grpc::ClientContext*)>;
  v1::GetProposalRequest get;
  get.set_id(kept.id());
  const std::map<std::string, Call> calls = {
      {"ProposePolicy",
       [](Stub& stub, grpc::ClientContext*) {
         v1::Proposal proposal;
         return Propose(stub, {}, &proposal);
       }},
      {"ProposeRollback",
       [](Stub& stub, grpc::ClientContext* context) {
         v1::Proposal proposal;
         return stub.ProposeRollback(context, {}, &proposal);
       }},
      {"ListProposals",
       [](Stub& stub, grpc::ClientContext* context) {
         v1::ListProposalsResponse response;
         return stub.ListProposals(context, {}, &response);
       }},
      {"GetProposal",
       [&get](Stub& stub, grpc::ClientContext* context) {
         v1::Proposal proposal;
         return stub.GetProposal(context, get, &proposal);
       }},
      {"GetProposalFiles",
       [&get](Stub& stub, grpc::ClientContext* context) {
         const auto reader = stub.GetProposalFiles(context, get);
         v1::PolicyFileChunk chunk;
         while (reader->Read(&chunk)) continue;
         return reader->Finish();
       }},
      {"ApproveProposal",
       [](Stub& stub, grpc::ClientContext* context) {
         v1::Proposal proposal;
         return stub.ApproveProposal(context, {}, &proposal);
       }},
      {"ActivateProposal",
       [](Stub& stub, grpc::ClientContext* context) {
         v1::Proposal proposal;
         return stub.ActivateProposal(context, {}, &proposal);
       }},
      {"ReplayPolicy",
       [](Stub& stub, grpc::ClientContext* context) {
         v1::PolicyReplayReport report;
         const auto writer = stub.ReplayPolicy(context, &report);
         writer->WritesDone();
         return writer->Finish();
       }},
      {"StartShadow",
       [](Stub& stub, grpc::ClientContext* context) {
         v1::PolicyShadow shadow;
         const auto writer = stub.StartShadow(context, &shadow);
         writer->WritesDone();
         return writer->Finish();
       }},
      {"GetShadow",
       [](Stub& stub, grpc::ClientContext* context) {
         v1::PolicyShadow shadow;
         return stub.GetShadow(context, {}, &shadow);
       }},
      {"StopShadow",
       [](Stub& stub, grpc::ClientContext* context) {
         v1::PolicyShadow shadow;
         return stub.StopShadow(context, {}, &shadow);
       }},
      {"GetPolicyHistory", [](Stub& stub, grpc::ClientContext* context) {
         v1::PolicyHistory history;
         return stub.GetPolicyHistory(context, {}, &history);
       }}};
  const google::protobuf::ServiceDescriptor* service =
      google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
          "kluis.v1.PolicyService");
  ASSERT_NE(service, nullptr);
  EXPECT_EQ(static_cast<size_t>(service->method_count()), calls.size());
  EXPECT_EQ(PolicyCalls().size(), calls.size());
  for (const Role role :
       {Role::kResearcher, Role::kReviewer, Role::kPrivacyOfficer, Role::kOperator}) {
    const auto channel =
        served_.Connect(served_.Add(std::string("x-") + RoleName(role), RoleName(role)));
    const auto stub = v1::PolicyService::NewStub(channel);
    for (const PolicyCall& allowed : PolicyCalls()) {
      grpc::ClientContext context;
      const grpc::Status status = calls.at(allowed.method)(*stub, &context);
      EXPECT_EQ(ReasonOf(status) == "ROLE_MAY_NOT", allowed.roles.count(role) == 0)
          << allowed.method << " by " << RoleName(role) << ": " << status.error_message();
    }
  }
}

}  // namespace
}  // namespace kluis
