#include "server/enclave/policy_office.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <tuple>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "disclosure/base/canonical_json.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/digest.h"
#include "disclosure/policy_change/manifest.h"
#include "disclosure/policy_sign/verify_bundle.h"
#include "server/enclave/bundle.h"
#include "server/enclave/files.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr size_t kIdDigits = 16, kOpenMost = 200, kCommentMost = 2000, kDayLettersOfTime = 10;

bool IsId(const std::string& id) {
  return id.size() == kIdDigits && id.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::string TextOf(const PolicyProposal& proposal) {
  return CanonicalJson({{"activated", proposal.activated},
                        {"comment", proposal.comment},
                        {"files", proposal.files},
                        {"proposed_by", proposal.proposed_by},
                        {"restores", proposal.restores},
                        {"signatures", FormatSignatures(proposal.signatures)},
                        {"time", proposal.time}});
}

absl::StatusOr<PolicyProposal> ReadProposal(const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  const absl::Status damaged = absl::DataLossError(absl::StrCat(path, " is damaged"));
  PolicyProposal proposal;
  try {
    proposal.activated = json.at("activated");
    proposal.comment = json.at("comment");
    proposal.files = json.at("files").get<PolicyFiles>();
    proposal.proposed_by = json.at("proposed_by");
    proposal.restores = json.at("restores");
    proposal.time = json.at("time");
    KLUIS_ASSIGN_OR_RETURN(proposal.signatures,
                           ParseSignatures(json.at("signatures").get<std::string>()));
  } catch (const Json::exception&) {
    return damaged;
  }
  KLUIS_ASSIGN_OR_RETURN(const Manifest manifest, ParseManifest(proposal.signatures.manifest));
  proposal.id = ToHex(Sha256(proposal.signatures.manifest)).substr(0, kIdDigits);
  proposal.version = manifest.version;
  return proposal;
}

}  // namespace

std::string PolicyOffice::PathOf(const std::string& id) const {
  return absl::StrCat(enclave_.paths().policy_proposals(), "/", id, ".json");
}

absl::Status PolicyOffice::Save(const PolicyProposal& proposal) const {
  KLUIS_RETURN_IF_ERROR(MakePrivateDirectory(enclave_.paths().policy_proposals()));
  return WritePrivateFile(PathOf(proposal.id), TextOf(proposal));
}

absl::StatusOr<PolicyProposal> PolicyOffice::Propose(const std::string& by,
                                                     const PolicyFiles& files,
                                                     const std::string& not_before,
                                                     const std::string& comment, int64_t restores) {
  const PolicyStatus status = enclave_.policy_status();
  if (!status.is_signed) {
    return absl::FailedPreconditionError(
        "the policy in force names no officers, so nobody can sign\nhint: the operator puts the "
        "first officers.yaml into the policies folder (docs/policy-signing.md)");
  }
  if (comment.size() > kCommentMost)
    return absl::InvalidArgumentError(
        absl::StrCat("a comment has at most ", kCommentMost, " bytes"));
  KLUIS_RETURN_IF_ERROR(enclave_.JudgeDraft(files).status());
  PolicyProposal proposal;
  proposal.version = status.version + 1;
  const std::string now = NowUtc();
  KLUIS_ASSIGN_OR_RETURN(
      const Manifest manifest,
      MakeManifest(files, proposal.version, not_before.empty() ? now : not_before));
  proposal.signatures.manifest = CanonicalManifest(manifest);
  proposal.id = ToHex(Sha256(proposal.signatures.manifest)).substr(0, kIdDigits);
  proposal.proposed_by = by;
  proposal.time = now;
  proposal.comment = comment;
  proposal.files = files;
  proposal.restores = restores;
  std::lock_guard<std::mutex> lock(mutex_);
  if (fs::exists(PathOf(proposal.id)))
    return absl::AlreadyExistsError(absl::StrCat("this is proposal ", proposal.id, " already"));
  KLUIS_ASSIGN_OR_RETURN(const std::vector<PolicyProposal> all, List());
  const auto open = std::count_if(all.begin(), all.end(), [&](const PolicyProposal& other) {
    return !other.activated && other.version == proposal.version;
  });
  if (static_cast<size_t>(open) >= kOpenMost)
    return absl::ResourceExhaustedError(absl::StrCat("there are ", open, " open proposals"));
  // Now, not when all have signed.
  const std::string day = std::max(now, manifest.not_before).substr(0, kDayLettersOfTime);
  KLUIS_RETURN_IF_ERROR(enclave_.TryDraft(files, day, "proposal-test"));
  KLUIS_RETURN_IF_ERROR(Save(proposal));
  return proposal;
}

absl::StatusOr<PolicyProposal> PolicyOffice::ProposeRollback(const std::string& by, int64_t version,
                                                             const std::string& not_before,
                                                             const std::string& comment) {
  if (version == enclave_.policy_status().version)
    return absl::InvalidArgumentError(absl::StrCat("version ", version, " is in force"));
  KLUIS_ASSIGN_OR_RETURN(const KeptVersion kept, enclave_.VersionOf(version));
  return Propose(by, kept.files, not_before, comment, version);
}

absl::StatusOr<std::vector<PolicyProposal>> PolicyOffice::List() const {
  std::vector<PolicyProposal> proposals;
  std::error_code error;
  for (const auto& file : fs::directory_iterator(enclave_.paths().policy_proposals(), error)) {
    if (!IsId(file.path().stem().string()) || file.path().extension() != ".json") continue;
    KLUIS_ASSIGN_OR_RETURN(PolicyProposal proposal, ReadProposal(file.path().string()));
    proposals.push_back(std::move(proposal));
  }
  std::sort(proposals.begin(), proposals.end(),
            [](const PolicyProposal& a, const PolicyProposal& b) {
              return std::tie(a.version, a.time, a.id) < std::tie(b.version, b.time, b.id);
            });
  return proposals;
}

absl::StatusOr<PolicyProposal> PolicyOffice::Find(const std::string& id) const {
  if (!IsId(id) || !fs::exists(PathOf(id)))
    return absl::NotFoundError("there is no such proposal\nhint: kluis policy proposals");
  return ReadProposal(PathOf(id));
}

absl::StatusOr<PolicyProposal> PolicyOffice::Approve(const std::string& by, const std::string& id,
                                                     const PolicySignature& signature) {
  std::lock_guard<std::mutex> lock(mutex_);
  KLUIS_ASSIGN_OR_RETURN(PolicyProposal proposal, Find(id));
  if (signature.officer != by)
    return absl::PermissionDeniedError("officers sign for themselves only");
  const int64_t version = enclave_.policy_status().version;
  if (proposal.activated || proposal.version != version + 1) {
    return absl::FailedPreconditionError(absl::StrCat("it was proposed as version ",
                                                      proposal.version, ", and version ", version,
                                                      " is in force\nhint: propose it again"));
  }
  proposal.signatures.signatures.push_back(signature);
  const auto policy = enclave_.policy();
  KLUIS_RETURN_IF_ERROR(CheckSignatures(
      policy->officers, proposal.signatures, TodayUtc(),
      [this](const std::string& officer) { return enclave_.registry().PersonOf(officer); }));
  // Now, while the officer can mend it: nobody signs twice.
  KLUIS_ASSIGN_OR_RETURN(const ChangeReport changes, enclave_.JudgeDraft(proposal.files));
  if (changes.NeedsSecondOfficer() &&
      absl::StripAsciiWhitespace(signature.reason).size() < kSignReasonLeast) {
    return absl::FailedPreconditionError(absl::StrCat("something becomes weaker: give a reason of ",
                                                      kSignReasonLeast,
                                                      " letters or more\nhint: --reason"));
  }
  KLUIS_RETURN_IF_ERROR(Save(proposal));
  return proposal;
}

absl::StatusOr<PolicyProposal> PolicyOffice::Activate(const std::string& by,
                                                      const std::string& id) {
  std::lock_guard<std::mutex> lock(mutex_);
  KLUIS_ASSIGN_OR_RETURN(PolicyProposal proposal, Find(id));
  KLUIS_RETURN_IF_ERROR(enclave_.ActivatePolicy(
      {proposal.version, proposal.files, FormatSignatures(proposal.signatures)}, by));
  proposal.activated = true;
  KLUIS_RETURN_IF_ERROR(Save(proposal));
  return proposal;
}

}  // namespace kluis
