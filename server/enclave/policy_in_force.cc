// Which policy is in force: from the operator's folder while no policy names officers, from then on
// only what officers signed. The log and the kept versions are what counts; DIR/policies is where
// the operator puts the next one.
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/policy_sign/verify_bundle.h"
#include "server/enclave/bundle.h"
#include "server/enclave/enclave.h"
#include "server/enclave/files.h"
#include "server/enclave/self_test.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

constexpr char kOperator[] = "operator";

std::map<std::string, DatasetEntry> EntriesOf(const CatalogueView& catalogue) {
  std::map<std::string, DatasetEntry> entries;
  for (const auto& [name, snapshot] : catalogue.datasets) entries[name] = snapshot.entry;
  return entries;
}

std::string ManifestOf(const Snapshot& snapshot) {
  return fs::path(snapshot.file).parent_path().string() + "/manifest.json";
}

}  // namespace

CatalogueView Enclave::WithWaiting() const {
  CatalogueView next = *catalogue();
  for (const auto& [name, snapshot] : waiting_) next.datasets[name] = snapshot;
  return next;
}

absl::StatusOr<PolicyRecord> Enclave::LastPolicy() const {
  KLUIS_ASSIGN_OR_RETURN(const std::vector<PolicyRecord> history, PolicyHistory(*ledger_));
  if (history.empty()) return PolicyRecord();
  PolicyRecord last = history.back();
  if (!last.by.empty()) return last;
  // Its sealed part was removed after its term, or it is older than versions are.
  ReadSealedRecord(registry_->State("policy_record"), &last);
  return last;
}

absl::Status Enclave::StartPolicies() {
  std::lock_guard<std::mutex> lock(operator_mutex_);
  KLUIS_RETURN_IF_ERROR(CheckAndInstall());
  if (!policy_status().is_signed) return absl::OkStatus();
  const std::string version = std::to_string(policy_status().version);
  if (registry_->State("policies_written") != version) {
    KLUIS_ASSIGN_OR_RETURN(const KeptVersion kept, VersionOf(policy_status().version));
    return WriteFolder(kept);
  }
  SetProblem(std::string(TryFolder().message()));  // what is in force is
  return absl::OkStatus();
}

absl::Status Enclave::ReloadPolicies() {
  std::lock_guard<std::mutex> lock(operator_mutex_);
  absl::Status status = CheckAndInstall();
  if (status.ok() && policy_status().is_signed) status = TryFolder();
  SetProblem(std::string(status.message()));
  return status;
}

absl::Status Enclave::CheckAndInstall() {
  KLUIS_ASSIGN_OR_RETURN(const PolicyRecord last, LastPolicy());
  const CatalogueView next = WithWaiting();
  return last.signed_from_here ? InstallSigned(next, last) : InstallUnsigned(next, last);
}

absl::Status Enclave::InstallUnsigned(const CatalogueView& next, const PolicyRecord& last) {
  KLUIS_ASSIGN_OR_RETURN(const PolicyFiles files, ReadPolicyFiles(paths_.policies()));
  KLUIS_ASSIGN_OR_RETURN(const auto policy, ParsePolicies(files, next));
  if (policy->sha256 == last.policy_sha256) {
    KLUIS_RETURN_IF_ERROR(KeepPolicy(paths_.policy_archive(), policy->sha256, files));
    return Swap(policy, last);
  }
  PolicyRecord record;
  record.version = last.version + 1;
  record.by = kOperator;
  if (!this->policy()->sha256.empty()) {
    const auto before = EntriesOf(*catalogue()), after = EntriesOf(next);
    record.judgement =
        JudgementName(JudgeChange({*this->policy(), before}, {*policy, after}).judgement());
  }
  if (!policy->officers.officers.empty())
    KLUIS_RETURN_IF_ERROR(CheckSomebodyCanSign(policy->officers, TodayUtc()));
  return InstallNew(std::move(record), policy, {last.version + 1, files, ""});
}

absl::Status Enclave::InstallSigned(const CatalogueView& next, const PolicyRecord& last) {
  KLUIS_ASSIGN_OR_RETURN(const KeptVersion kept,
                         ReadVersion(paths_.policy_versions(), last.version, last.bundle_sha256));
  KLUIS_ASSIGN_OR_RETURN(const auto policy, ParsePolicies(PolicyPart(kept.files), next));
  if (policy->sha256 != last.policy_sha256)
    return absl::DataLossError("the kept policy is not the one that the log names");
  return Swap(policy, last);
}

absl::Status Enclave::TryFolder() {
  KLUIS_ASSIGN_OR_RETURN(const PolicyFiles files, ReadBundleFiles(paths_.policies()));
  KLUIS_ASSIGN_OR_RETURN(const ParsedBundle draft, ParseBundle(files, *catalogue()));
  const absl::StatusOr<std::string> text =
      ReadFile(absl::StrCat(paths_.policies(), "/", kSignaturesFile));
  if (!text.ok() && !absl::IsNotFound(text.status())) return text.status();
  KLUIS_ASSIGN_OR_RETURN(const KeptVersion kept, VersionOf(policy_status().version));
  const bool same = draft.policy->sha256 == policy()->sha256;
  if (same && (!text.ok() || *text == kept.signatures)) return absl::OkStatus();
  KeptVersion bundle;
  bundle.files = files;
  if (text.ok()) bundle.signatures = *text;
  const absl::Status status = Activate(bundle, kOperator);
  if (status.ok())
    return registry_->SetState("policies_written", std::to_string(policy_status().version));
  return absl::Status(status.code(),
                      absl::StrCat(paths_.policies(), " is not put in force; version ",
                                   policy_status().version, " stays: ", status.message()));
}

absl::Status Enclave::ActivatePolicy(const KeptVersion& bundle, const std::string& by) {
  std::lock_guard<std::mutex> lock(operator_mutex_);
  KLUIS_RETURN_IF_ERROR(Activate(bundle, by));
  const absl::Status written = WriteFolder(bundle);
  // In force it is; the folder is written at the next start if it was not now.
  SetProblem(std::string(written.message()));
  return absl::OkStatus();
}

absl::Status Enclave::Activate(const KeptVersion& bundle, const std::string& by) {
  const auto in_force = this->in_force();
  KLUIS_ASSIGN_OR_RETURN(const ParsedBundle draft, ParseBundle(bundle.files, *in_force.second));
  // What is in force afterwards are the entries of today, so it has to check with them, too.
  KLUIS_ASSIGN_OR_RETURN(const auto policy,
                         ParsePolicies(PolicyPart(bundle.files), *in_force.second));
  const auto entries = EntriesOf(*in_force.second);
  KLUIS_ASSIGN_OR_RETURN(
      const VerifiedBundle verified,
      VerifyBundle({.in_force = {*in_force.first, entries},
                    .version_in_force = policy_status().version,
                    .draft = {*draft.policy, draft.datasets},
                    .files = bundle.files,
                    .now = NowUtc(),
                    .person_of = [this](const std::string& id) { return registry_->PersonOf(id); }},
                   bundle.signatures));
  KLUIS_RETURN_IF_ERROR(
      RunPolicyTests(bundle.files, {.scratch = paths_.temporary() + "/policy-test"}));
  PolicyRecord record;
  record.version = verified.manifest().version;
  record.by = by;
  record.judgement = JudgementName(verified.changes().judgement());
  for (const PolicySignature& signature : verified.signatures().signatures)
    record.signers.push_back(signature.officer);
  return InstallNew(std::move(record), policy, {record.version, bundle.files, bundle.signatures});
}

absl::Status Enclave::InstallNew(PolicyRecord record, std::shared_ptr<const PolicyBundle> policy,
                                 const KeptVersion& kept) {
  KLUIS_ASSIGN_OR_RETURN(const std::vector<PolicyRecord> history, PolicyHistory(*ledger_));
  for (const PolicyRecord& earlier : history) {
    if (earlier.policy_sha256 == policy->sha256) record.restores = earlier.version;
  }
  record.policy_sha256 = policy->sha256;
  record.signed_from_here = !policy->officers.officers.empty();
  KLUIS_ASSIGN_OR_RETURN(record.bundle_sha256, KeepVersion(paths_.policy_versions(), kept));
  KLUIS_RETURN_IF_ERROR(
      KeepPolicy(paths_.policy_archive(), policy->sha256, PolicyPart(kept.files)));
  const std::string sealed = SealedRecord(record, *policy);
  KLUIS_RETURN_IF_ERROR(ledger_->AppendEvent("policy", policy->sha256, "", sealed).status());
  KLUIS_RETURN_IF_ERROR(registry_->SetState("policy_record", sealed));
  return Swap(std::move(policy), record);
}

absl::Status Enclave::Swap(std::shared_ptr<const PolicyBundle> policy, const PolicyRecord& record) {
  std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& [name, snapshot] : waiting_)
    KLUIS_RETURN_IF_ERROR(catalogue_->Add(ManifestOf(snapshot)));
  waiting_.clear();
  policy_ = std::move(policy);
  policy_status_.version = record.version;
  policy_status_.is_signed = record.signed_from_here;
  return absl::OkStatus();
}

// Files that are no part of the bundle any more go; what else stands in the folder stays.
absl::Status Enclave::WriteFolder(const KeptVersion& bundle) {
  KLUIS_ASSIGN_OR_RETURN(const PolicyFiles there, ReadPolicyFiles(paths_.policies()));
  for (const auto& [path, text] : there) {
    if (bundle.files.count(path) == 0)
      KLUIS_RETURN_IF_ERROR(RemoveDurably(absl::StrCat(paths_.policies(), "/", path)));
  }
  PolicyFiles files = bundle.files;
  files[kSignaturesFile] = bundle.signatures;
  KLUIS_RETURN_IF_ERROR(WritePrivateFiles(paths_.policies(), files));
  return registry_->SetState("policies_written", std::to_string(policy_status().version));
}

absl::Status Enclave::CheckEntrySigned(const Snapshot& snapshot) const {
  const PolicyStatus status = policy_status();
  if (!status.is_signed) return absl::OkStatus();
  const auto in_force = this->in_force();
  const auto before = EntriesOf(*in_force.second);
  auto after = before;
  after[snapshot.entry.name] = snapshot.entry;
  const ChangeReport report = JudgeChange({*in_force.first, before}, {*in_force.first, after});
  const auto weaker = std::find_if(
      report.changes.begin(), report.changes.end(),
      [](const PolicyChange& change) { return change.judgement == Judgement::kWeaker; });
  if (weaker == report.changes.end()) return absl::OkStatus();
  KLUIS_ASSIGN_OR_RETURN(const KeptVersion kept, VersionOf(status.version));
  KLUIS_ASSIGN_OR_RETURN(const ParsedBundle signed_bundle,
                         ParseBundle(kept.files, *in_force.second));
  const auto entry = signed_bundle.datasets.find(snapshot.entry.name);
  if (entry != signed_bundle.datasets.end() && entry->second == snapshot.entry)
    return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("the entry of ", snapshot.entry.name, " is weaker than the one in force (",
                   weaker->key, "), and is not the one in the signed policy\nhint: have ",
                   "officers sign a policy with this entry in datasets/, then import"));
}

absl::StatusOr<ChangeReport> Enclave::JudgeDraft(const PolicyFiles& files) const {
  const auto in_force = this->in_force();
  KLUIS_ASSIGN_OR_RETURN(const ParsedBundle draft, ParseBundle(files, *in_force.second));
  const auto entries = EntriesOf(*in_force.second);
  ChangeReport report = JudgeChange({*in_force.first, entries}, {*draft.policy, draft.datasets});
  if (const PolicyStatus status = policy_status(); status.is_signed) {
    KLUIS_ASSIGN_OR_RETURN(const KeptVersion kept, VersionOf(status.version));
    AddTestChanges(kept.files, files, &report);
  }
  return report;
}

absl::Status Enclave::TryDraft(const PolicyFiles& files, const std::string& day,
                               const std::string& scratch) const {
  KLUIS_ASSIGN_OR_RETURN(const ParsedBundle draft, ParseBundle(files, *catalogue()));
  KLUIS_RETURN_IF_ERROR(CheckSomebodyCanSign(draft.policy->officers, day));
  return RunPolicyTests(files, {.scratch = absl::StrCat(paths_.temporary(), "/", scratch)});
}

absl::StatusOr<KeptVersion> Enclave::VersionOf(int64_t version) const {
  KLUIS_ASSIGN_OR_RETURN(const std::vector<PolicyRecord> history, PolicyHistory(*ledger_));
  for (const PolicyRecord& record : history) {
    if (record.version == version && !record.bundle_sha256.empty())
      return ReadVersion(paths_.policy_versions(), version, record.bundle_sha256);
  }
  KLUIS_ASSIGN_OR_RETURN(const PolicyRecord last, LastPolicy());
  if (last.version == version && !last.bundle_sha256.empty())
    return ReadVersion(paths_.policy_versions(), version, last.bundle_sha256);
  return absl::NotFoundError(absl::StrCat("no version ", version, " of the policy is kept"));
}

PolicyStatus Enclave::policy_status() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return policy_status_;
}

void Enclave::OnPolicyProblem(std::function<void(const std::string&)> listener) {
  std::lock_guard<std::mutex> lock(mutex_);
  on_problem_ = std::move(listener);
  if (on_problem_) on_problem_(policy_status_.problem);
}

void Enclave::SetProblem(const std::string& problem) {
  std::lock_guard<std::mutex> lock(mutex_);
  policy_status_.problem = problem;
  if (on_problem_) on_problem_(problem);
}

}  // namespace kluis
