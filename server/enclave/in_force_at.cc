// What was in force when an entry of the log was written.
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/entry.h"
#include "server/enclave/enclave.h"

namespace kluis {
namespace {

// Dataset -> hash of the last snapshot of it that was logged before an entry.
absl::StatusOr<std::map<std::string, std::string>> SnapshotsBefore(const Ledger& ledger,
                                                                   uint64_t index) {
  std::map<std::string, std::string> snapshots;
  KLUIS_ASSIGN_OR_RETURN(const std::vector<SealedEntry> events,
                         ledger.EventsBefore("snapshot", index));
  for (const SealedEntry& event : events) {
    const auto sealed = nlohmann::json::parse(event.bytes, nullptr, /*allow_exceptions=*/false);
    KLUIS_ASSIGN_OR_RETURN(const Entry entry, ParseEntry(event.leaf));
    if (sealed.is_object() && sealed.contains("dataset") && sealed["dataset"].is_string())
      snapshots[sealed["dataset"]] = entry.snapshot;
  }
  return snapshots;
}

// In the data folder, or why not.
absl::StatusOr<Snapshot> Kept(const std::string& data, const std::string& dataset,
                              const std::string& sha256, const DataKey& key) {
  const std::string folder = absl::StrCat(data, "/", dataset, "/", sha256);
  if (!std::filesystem::is_directory(folder))
    return absl::NotFoundError(absl::StrCat(sha256, " is in the data folder no more"));
  KLUIS_ASSIGN_OR_RETURN(Snapshot snapshot, ReadSnapshot(folder));
  KLUIS_RETURN_IF_ERROR(CheckDataKey(snapshot, key));
  if (!OpensWith(snapshot.file, key))
    return absl::DataLossError(absl::StrCat(sha256, " does not open"));
  return snapshot;
}

}  // namespace

absl::StatusOr<WasInForce> Enclave::InForceAt(uint64_t index,
                                              const v1::SealedRequest& sealed) const {
  WasInForce was;
  const auto gone = [&was](const std::string& what, const absl::Status& why) {
    was.missing.push_back(absl::StrCat(what, ": ", why.message()));
  };
  KLUIS_ASSIGN_OR_RETURN(auto wanted, SnapshotsBefore(*ledger_, index));
  std::map<std::string, bool> named;
  for (const v1::SnapshotRef& snapshot : sealed.snapshots()) {
    wanted[snapshot.dataset()] = snapshot.sha256();
    named[snapshot.dataset()] = true;
  }
  auto datasets = std::make_shared<CatalogueView>(*catalogue());
  for (const auto& [dataset, sha256] : wanted) {
    const auto now = datasets->datasets.find(dataset);
    if (now != datasets->datasets.end() && now->second.sha256 == sha256) continue;
    absl::StatusOr<Snapshot> snapshot = Kept(paths_.data(), dataset, sha256, *data_key_);
    // What the request did not read only has to be there for its policy to check.
    if (snapshot.ok()) {
      datasets->datasets[dataset] = *std::move(snapshot);
    } else if (named.count(dataset) > 0) {
      gone(absl::StrCat("snapshot of ", dataset), snapshot.status());
    }
  }
  const std::string& sha256 = sealed.policy_sha256();
  absl::StatusOr<std::shared_ptr<const PolicyBundle>> parsed = policy();
  if (policy()->sha256 != sha256) {
    const auto files = KeptPolicy(paths_.policy_archive(), sha256);
    parsed = files.ok() ? ParsePolicies(*files, *datasets) : files.status();
    if (parsed.ok() && (*parsed)->sha256 != sha256)
      parsed = absl::DataLossError(absl::StrCat("what is kept as ", sha256, " was changed"));
  }
  if (!parsed.ok()) gone("policy", parsed.status());
  if (!was.missing.empty()) return was;
  was.policy = *std::move(parsed);
  was.catalogue = std::move(datasets);
  return was;
}

}  // namespace kluis
