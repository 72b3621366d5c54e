// One enclave directory, opened by the one process that holds its lock.
#ifndef KLUIS_SERVER_ENCLAVE_ENCLAVE_H_
#define KLUIS_SERVER_ENCLAVE_ENCLAVE_H_

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "disclosure/evidence/signed_note.h"
#include "disclosure/evidence/trust.h"
#include "disclosure/policy/load.h"
#include "disclosure/policy_change/change.h"
#include "server/catalogue/catalogue_store.h"
#include "server/cluster/cluster.h"
#include "server/enclave/certificate.h"
#include "server/enclave/config.h"
#include "server/enclave/directory_lock.h"
#include "server/enclave/operations.h"
#include "server/enclave/paths.h"
#include "server/enclave/policies.h"
#include "server/enclave/policy_versions.h"
#include "server/enclave/registry.h"
#include "server/ledger/ledger.h"
#include "server/review/review_desk.h"
#include "server/store/database.h"

namespace kluis {

// RFC 3339 in UTC, to the second; and the first ten characters of it.
std::string NowUtc();
std::string UtcIn(int64_t seconds);  // from now
std::string TodayUtc();

// The key of the log's sealed parts: of its own, so that data files and the log never share one.
std::string SealedKeyOf(const DataKey& key);

// What was in force when an entry of the log was written, as far as it is still here.
struct WasInForce {
  std::shared_ptr<const PolicyBundle> policy;
  std::shared_ptr<const CatalogueView> catalogue;
  std::vector<std::string> missing;  // what is gone, in words; then the others are null
};

// Which policy is in force, and whether something is wrong with what should be.
struct PolicyStatus {
  int64_t version = 0;     // 0: none yet
  bool is_signed = false;  // only what officers sign takes its place
  std::string problem;     // what the operator should look at; empty: nothing
};

// Thread safe. Opening verifies the whole log; DATA_LOSS names the first bad entry.
class Enclave : public Operations {
 public:
  // UNAVAILABLE: another process holds the directory. NOT_FOUND: it is no enclave. INVALID_ARGUMENT
  // with what to do: config.yaml or the data key's file is not as it should be, or the key is not
  // that of the snapshots.
  static absl::StatusOr<std::unique_ptr<Enclave>> Open(const std::string& dir);

  // Loads the policies and writes `policy` and `open` entries: from here on queries can be judged.
  // `build`: what serves, as it also stands in every request's entry.
  // INVALID_ARGUMENT holds the diagnostics of policies that do not check, or names a snapshot that
  // is not encrypted; DATA_LOSS one that does not open. With clusters they have all snapshots then;
  // UNAVAILABLE: one of them does not answer.
  absl::Status PutInForce(const std::string& version, const std::string& build = "");
  // As PutInForce, for a running server: what does not check, or is not signed as it should be,
  // leaves the policy in force as it is, and is policy_status().problem until a policy is put in
  // force.
  absl::Status ReloadPolicies();
  // Puts a signed bundle in force, as VerifyBundle() says and with its errors; it takes effect at
  // once, for requests that come after. `by`: the user who asks for it. Nothing changes on an
  // error.
  absl::Status ActivatePolicy(const KeptVersion& bundle, const std::string& by);
  // What a bundle would change in what is in force now. INVALID_ARGUMENT as ParseBundle().
  absl::StatusOr<ChangeReport> JudgeDraft(const PolicyFiles& files) const;
  // What would stand in the way of a bundle on that day, whoever signs it: FAILED_PRECONDITION when
  // nobody could sign the one after it, RunPolicyTests() when its tests fail. `scratch`: a name that
  // no other call has at the time.
  absl::Status TryDraft(const PolicyFiles& files, const std::string& day,
                        const std::string& scratch) const;
  // A version that was in force. NOT_FOUND: none of this number; DATA_LOSS: it is not as it was.
  absl::StatusOr<KeptVersion> VersionOf(int64_t version) const;
  PolicyStatus policy_status() const;
  // Is called with every new policy_status().problem, from the thread that found it.
  void OnPolicyProblem(std::function<void(const std::string& problem)> listener);

  // While a policy is in force the snapshot takes effect together with the policies as they are on
  // disk. INVALID_ARGUMENT when these do not check with it: then what is in force stays, and the
  // snapshot waits for ReloadPolicies().
  absl::StatusOr<std::string> Import(const std::string& entry_path,
                                     const Progress& progress) override;
  absl::StatusOr<std::string> AddUser(const NewUser& user) override;
  // A `key` entry when these witnesses are others than at the last start.
  absl::Status LogWitnesses(const TrustPolicy& trust);
  absl::StatusOr<int64_t> RemoveSealed(const std::string& day) override;
  absl::Status RevokeUser(const std::string& id) override;

  // Values of one moment; never null, the policy is empty before PutInForce().
  std::shared_ptr<const PolicyBundle> policy() const;
  std::shared_ptr<const CatalogueView> catalogue() const;
  // Both, of the same moment: a policy is only ever in force with datasets that it was checked
  // with.
  std::pair<std::shared_ptr<const PolicyBundle>, std::shared_ptr<const CatalogueView>> in_force()
      const;

  // Under which the request of this entry was judged: the kept files of its policy, and the
  // snapshots that it names or that were the latest before it. Errors: of the log.
  absl::StatusOr<WasInForce> InForceAt(uint64_t index, const v1::SealedRequest& sealed) const;

  // The address that bundles name; the server sets it when it knows its port.
  void SetAddress(const std::string& address);

  const EnclavePaths& paths() const { return paths_; }
  const EnclaveConfig& config() const { return config_; }
  const KeyAndCertificate& authority() const { return authority_; }
  const KeyAndCertificate& server_certificate() const { return server_; }
  const std::string& cost_key() const { return cost_key_; }
  // Under which all snapshots are written and read.
  const std::shared_ptr<const DataKey>& data_key() const { return data_key_; }
  // Where snapshots are loaded to; without a connection string they are in this directory only.
  ClusterConfig clusters() const {
    return {.dsns = config_.dsns, .load_dsns = config_.load_dsns, .shards = config_.shards};
  }
  const NoteSigner& log_key() const { return *log_key_; }
  UserRegistry& registry() { return *registry_; }
  Ledger& ledger() { return *ledger_; }
  ReviewDesk& desk() { return *desk_; }

 private:
  Enclave(EnclavePaths paths, DirectoryLock lock)
      : paths_(std::move(paths)), lock_(std::move(lock)) {}
  absl::Status ReadKeys();
  absl::Status ReadDataKey();
  absl::Status CheckKeyOfDirectory();   // that it is the one that everything here was written with
  absl::Status CheckSnapshots() const;  // that the engine can open each of them
  absl::Status RenewServerCertificate();
  absl::Status OpenDatabases();
  // What the clusters, if there are any, lack of these datasets.
  absl::Status LoadClusters(const CatalogueView& datasets, const Progress& progress) const;
  absl::Status LogSnapshot(const Snapshot& snapshot);  // once for each
  // These with operator_mutex_ (policy_in_force.cc).
  absl::Status CheckAndInstall();
  absl::Status StartPolicies();
  absl::Status InstallUnsigned(const CatalogueView& next, const PolicyRecord& last);
  absl::Status InstallSigned(const CatalogueView& next, const PolicyRecord& last);
  absl::Status TryFolder();
  absl::Status Activate(const KeptVersion& bundle, const std::string& by);
  absl::Status InstallNew(PolicyRecord record, std::shared_ptr<const PolicyBundle> policy,
                          const KeptVersion& kept);
  absl::Status Swap(std::shared_ptr<const PolicyBundle> policy, const PolicyRecord& record);
  absl::Status WriteFolder(const KeptVersion& bundle);
  absl::Status CheckEntrySigned(const Snapshot& snapshot) const;
  absl::StatusOr<PolicyRecord> LastPolicy() const;
  void SetProblem(const std::string& problem);
  CatalogueView WithWaiting() const;
  std::string BundleOf(const NewUser& user, const KeyAndCertificate& certificate) const;

  EnclavePaths paths_;
  DirectoryLock lock_;
  EnclaveConfig config_;
  KeyAndCertificate authority_, server_;
  std::string cost_key_, pseudonym_key_;
  std::shared_ptr<const DataKey> data_key_;
  std::optional<NoteSigner> log_key_;
  std::unique_ptr<UserRegistry> registry_;
  std::unique_ptr<Database> ledger_database_;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<ReviewDesk> desk_;
  std::unique_ptr<Catalogue> catalogue_;

  std::mutex operator_mutex_;                // one operator's change at a time
  std::map<std::string, Snapshot> waiting_;  // imported, not in force; guarded by operator_mutex_
  mutable std::mutex mutex_;                 // guards what follows
  std::shared_ptr<const PolicyBundle> policy_ = std::make_shared<const PolicyBundle>();
  PolicyStatus policy_status_;
  std::function<void(const std::string&)> on_problem_;
  std::string address_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_ENCLAVE_ENCLAVE_H_
