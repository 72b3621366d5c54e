#include "server/enclave/policy_versions.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "disclosure/base/canonical_json.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/digest.h"
#include "disclosure/evidence/entry.h"
#include "server/enclave/files.h"

namespace kluis {
namespace {

using Json = nlohmann::json;

std::string PathOf(const std::string& folder, int64_t version) {
  return absl::StrCat(folder, "/", version, ".json");
}

}  // namespace

absl::StatusOr<std::string> KeepVersion(const std::string& folder, const KeptVersion& version) {
  KLUIS_RETURN_IF_ERROR(MakePrivateDirectory(folder));
  const std::string text = CanonicalJson(
      {{"files", version.files}, {"signatures", version.signatures}, {"version", version.version}});
  KLUIS_RETURN_IF_ERROR(WritePrivateFile(PathOf(folder, version.version), text));
  return ToHex(Sha256(text));
}

absl::StatusOr<KeptVersion> ReadVersion(const std::string& folder, int64_t version,
                                        const std::string& sha256) {
  const std::string path = PathOf(folder, version);
  const absl::StatusOr<std::string> text = ReadFile(path);
  if (!text.ok() || ToHex(Sha256(*text)) != sha256) {
    return absl::DataLossError(
        absl::StrCat("version ", version, " of the policy is not as the log says: ", path,
                     text.ok() ? " was changed" : " is not there",
                     "\nhint: put the file back from a copy of the directory"));
  }
  const Json json = Json::parse(*text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return absl::DataLossError(absl::StrCat(path, " is no policy"));
  return KeptVersion{version, json.value("files", PolicyFiles()), json.value("signatures", "")};
}

absl::StatusOr<std::vector<PolicyRecord>> PolicyHistory(const Ledger& ledger) {
  KLUIS_ASSIGN_OR_RETURN(const std::vector<SealedEntry> events,
                         ledger.EventsBefore("policy", ledger.size()));
  std::vector<PolicyRecord> history;
  for (const SealedEntry& event : events) {
    KLUIS_ASSIGN_OR_RETURN(const Entry entry, ParseEntry(event.leaf));
    PolicyRecord record;
    record.version = static_cast<int64_t>(history.size()) + 1;
    record.index = event.index;
    record.time = event.time;
    record.policy_sha256 = entry.policy;
    ReadSealedRecord(event.bytes, &record);
    history.push_back(std::move(record));
  }
  return history;
}

void ReadSealedRecord(const std::string& bytes, PolicyRecord* record) {
  const Json sealed = Json::parse(bytes, nullptr, /*allow_exceptions=*/false);
  if (!sealed.is_object() || !sealed.contains("version")) return;
  record->version = sealed.value("version", record->version);
  record->bundle_sha256 = sealed.value("bundle_sha256", "");
  record->signed_from_here = sealed.value("signed_from_here", false);
  record->by = sealed.value("by", "");
  record->judgement = sealed.value("judgement", "");
  record->restores = sealed.value("restores", int64_t{0});
  record->signers = sealed.value("signers", std::vector<std::string>());
}

std::string SealedRecord(const PolicyRecord& record, const PolicyBundle& policy) {
  Json sealed = {{"version", record.version},
                 {"bundle_sha256", record.bundle_sha256},
                 {"signed_from_here", record.signed_from_here},
                 {"by", record.by},
                 {"signers", record.signers},
                 {"judgement", record.judgement},
                 {"restores", record.restores},
                 {"rules", Json::object()},
                 {"projects", Json::object()}};
  for (const auto& [name, rules] : policy.rules) sealed["rules"][name] = rules.sha256;
  for (const auto& [name, project] : policy.projects) sealed["projects"][name] = project.sha256;
  return sealed.dump();
}

}  // namespace kluis
