#include "server/enclave/enclave.h"

#include <openssl/crypto.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/digest.h"
#include "server/access/authorised_query.h"
#include "server/catalogue/import.h"
#include "server/cluster/load.h"
#include "server/enclave/change_data_key.h"
#include "server/enclave/files.h"

namespace kluis {
namespace {

// Renewed at a start with less than this to go.
constexpr int64_t kRenewBefore_s = int64_t{365} * 86'400;

absl::StatusOr<KeyAndCertificate> ReadPair(const std::string& key, const std::string& certificate) {
  KeyAndCertificate pair;
  KLUIS_ASSIGN_OR_RETURN(pair.key_pem, ReadFile(key));
  KLUIS_ASSIGN_OR_RETURN(pair.certificate_pem, ReadFile(certificate));
  return pair;
}

absl::StatusOr<std::string> ReadSecret(const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(std::string secret, ReadFile(path));
  if (secret.size() != 32)
    return absl::DataLossError(absl::StrCat(path, " does not hold 32 bytes"));
  return secret;
}

// What an operator does who has no data key: it was lost, or the enclave is from before it.
std::string NoDataKeyHint(const std::string& path) {
  return absl::StrCat(path, ": there is no data key\nhint: put the key file back, or its device; ",
                      "for an enclave from before data files were encrypted make one with: ",
                      "(umask 077; head -c 32 /dev/urandom > ", path,
                      ") and import the data again");
}

std::string FolderOf(const std::string& file) {
  return std::filesystem::path(file).parent_path().string();
}

}  // namespace

std::string NowUtc() { return UtcIn(0); }

std::string UtcIn(int64_t seconds) {
  const std::time_t now = std::time(nullptr) + seconds;
  std::tm parts = {};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::string SealedKeyOf(const DataKey& key) {
  return Commitment(key.bytes(), "kluis ledger: the key of sealed parts, v1");
}

std::string TodayUtc() { return NowUtc().substr(0, 10); }

absl::StatusOr<std::unique_ptr<Enclave>> Enclave::Open(const std::string& dir) {
  const EnclavePaths paths = {std::filesystem::absolute(dir).lexically_normal().string()};
  if (!std::filesystem::exists(paths.config())) {
    return absl::NotFoundError(
        absl::StrCat(dir, " is no enclave: it has no config.yaml; `kluisd init` makes one"));
  }
  KLUIS_ASSIGN_OR_RETURN(DirectoryLock lock, DirectoryLock::Take(paths.lock()));
  std::unique_ptr<Enclave> enclave(new Enclave(paths, std::move(lock)));
  KLUIS_RETURN_IF_ERROR(CheckNoDataKeyChange(paths.dir));
  KLUIS_ASSIGN_OR_RETURN(const std::string text, ReadFile(paths.config()));
  KLUIS_ASSIGN_OR_RETURN(enclave->config_, ParseConfig(text, paths.config()));
  KLUIS_RETURN_IF_ERROR(enclave->ReadKeys());
  KLUIS_RETURN_IF_ERROR(enclave->OpenDatabases());
  std::string host;
  int port = 0;
  SplitAddress(enclave->config_.listen, &host, &port);
  enclave->address_ = absl::StrCat(enclave->config_.host, ":", port);
  return enclave;
}

absl::Status Enclave::ReadKeys() {
  KLUIS_ASSIGN_OR_RETURN(authority_, ReadPair(paths_.ca_key(), paths_.ca_certificate()));
  KLUIS_ASSIGN_OR_RETURN(server_, ReadPair(paths_.server_key(), paths_.server_certificate()));
  KLUIS_ASSIGN_OR_RETURN(pseudonym_key_, ReadSecret(paths_.pseudonym_key()));
  KLUIS_ASSIGN_OR_RETURN(cost_key_, ReadSecret(paths_.cost_key()));
  KLUIS_RETURN_IF_ERROR(ReadDataKey());
  KLUIS_ASSIGN_OR_RETURN(const std::string text, ReadFile(paths_.log_key()));
  KLUIS_ASSIGN_OR_RETURN(log_key_, NoteSigner::ParsePrivateText(absl::StripSuffix(text, "\n")));
  return RenewServerCertificate();
}

absl::Status Enclave::ReadDataKey() {
  const std::string path = paths_.data_key(config_.data_key);
  absl::StatusOr<std::string> bytes = ReadSecretFile(path, 32);
  if (absl::IsNotFound(bytes.status())) return absl::NotFoundError(NoDataKeyHint(path));
  if (!bytes.ok()) return absl::InvalidArgumentError(bytes.status().message());
  KLUIS_ASSIGN_OR_RETURN(data_key_, DataKey::FromBytes(*bytes));
  OPENSSL_cleanse(bytes->data(), bytes->size());
  return absl::OkStatus();
}

absl::Status Enclave::CheckSnapshots() const {
  for (const auto& [name, snapshot] : catalogue()->datasets) {
    KLUIS_RETURN_IF_ERROR(CheckDataKey(snapshot, *data_key_));
    if (!OpensWith(snapshot.file, *data_key_)) {
      return absl::DataLossError(absl::StrCat("the snapshot of ", name,
                                              " is damaged: ", snapshot.file,
                                              " does not open\nhint: import ", name, " again"));
    }
  }
  return absl::OkStatus();
}

absl::Status Enclave::RenewServerCertificate() {
  KLUIS_ASSIGN_OR_RETURN(const CertificateFacts facts, ReadCertificate(server_.certificate_pem));
  if (facts.not_after - std::time(nullptr) > kRenewBefore_s) return absl::OkStatus();
  KLUIS_ASSIGN_OR_RETURN(server_, IssueServerCertificate(authority_, config_.host));
  KLUIS_RETURN_IF_ERROR(WritePrivateFile(paths_.server_key(), server_.key_pem));
  return WritePrivateFile(paths_.server_certificate(), server_.certificate_pem);
}

absl::Status Enclave::OpenDatabases() {
  KLUIS_ASSIGN_OR_RETURN(registry_, UserRegistry::Open(paths_.registry()));
  KLUIS_ASSIGN_OR_RETURN(catalogue_, Catalogue::Open(paths_.data()));
  KLUIS_RETURN_IF_ERROR(CheckKeyOfDirectory());
  KLUIS_ASSIGN_OR_RETURN(ledger_database_, Database::Open(paths_.ledger(), ""));
  KLUIS_ASSIGN_OR_RETURN(
      ledger_, Ledger::Open(*ledger_database_, *log_key_,
                            {log_key_->verifier().name(), NowUtc, SealedKeyOf(*data_key_)}));
  KLUIS_ASSIGN_OR_RETURN(desk_, ReviewDesk::Open(*ledger_database_, *ledger_, NowUtc));
  return absl::OkStatus();
}

absl::Status Enclave::CheckKeyOfDirectory() {
  for (const auto& [name, snapshot] : catalogue()->datasets) {
    if (!snapshot.data_key.empty()) KLUIS_RETURN_IF_ERROR(CheckDataKey(snapshot, *data_key_));
  }
  const std::string known = registry_->State("data_key");
  if (known.empty()) return registry_->SetState("data_key", data_key_->Fingerprint());
  if (known == data_key_->Fingerprint()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "the log of ", paths_.dir, " is encrypted with another data key\nhint: put the key file ",
      "back that it was made with"));
}

absl::Status Enclave::PutInForce(const std::string& version, const std::string& build) {
  KLUIS_RETURN_IF_ERROR(CheckSnapshots());
  KLUIS_RETURN_IF_ERROR(LoadClusters(*catalogue(), [](const std::string&) {}));
  for (const auto& [name, snapshot] : catalogue()->datasets)
    KLUIS_RETURN_IF_ERROR(LogSnapshot(snapshot));
  KLUIS_RETURN_IF_ERROR(StartPolicies());
  const nlohmann::json sealed = {{"version", version},
                                 {"build", build},
                                 {"entries", ledger_->size()},
                                 {"checkpoint", ledger_->checkpoint()}};
  return ledger_->AppendEvent("open", policy()->sha256, "", sealed.dump()).status();
}

absl::Status Enclave::LoadClusters(const CatalogueView& datasets, const Progress& progress) const {
  if (config_.dsns.empty()) return absl::OkStatus();
  KLUIS_RETURN_IF_ERROR(CheckClusters(clusters()).status());
  return LoadSnapshots(WantedCopies(datasets), *data_key_, clusters(), progress);
}

absl::Status Enclave::LogSnapshot(const Snapshot& snapshot) {
  const std::string key = absl::StrCat("snapshot/", snapshot.entry.name);
  if (registry_->State(key) == snapshot.sha256) return absl::OkStatus();
  const nlohmann::json sealed = {{"dataset", snapshot.entry.name},
                                 {"rows", snapshot.rows},
                                 {"rows_dropped", snapshot.rows_dropped},
                                 {"imported_at", snapshot.imported_at}};
  KLUIS_RETURN_IF_ERROR(
      ledger_->AppendEvent("snapshot", "", snapshot.sha256, sealed.dump()).status());
  return registry_->SetState(key, snapshot.sha256);
}

absl::StatusOr<std::string> Enclave::Import(const std::string& entry_path,
                                            const Progress& progress) {
  std::lock_guard<std::mutex> lock(operator_mutex_);
  progress(absl::StrCat("reading ", entry_path));
  ImportRequest request;
  request.entry_file = entry_path;
  request.data_folder = paths_.data();
  request.pseudonym_key = pseudonym_key_;
  request.data_key = data_key_;
  request.threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()) - 1);
  int told = 0;
  request.progress = [&](double done) {
    const int percent = static_cast<int>(done * 100);
    if (percent > told) progress(absl::StrCat(percent, " %"));
    told = std::max(told, percent);
  };
  const absl::StatusOr<ImportReport> report = ImportDataset(request);
  if (report.status().code() == absl::StatusCode::kFailedPrecondition) {
    return absl::InvalidArgumentError(report.status().message());
  }
  if (!report.ok()) return report.status();
  KLUIS_ASSIGN_OR_RETURN(const Snapshot snapshot, ReadSnapshot(FolderOf(report->manifest)));
  KLUIS_RETURN_IF_ERROR(CheckEntrySigned(snapshot));
  CatalogueView next = WithWaiting();
  next.datasets[snapshot.entry.name] = snapshot;
  KLUIS_RETURN_IF_ERROR(LoadClusters(next, progress));
  KLUIS_RETURN_IF_ERROR(LogSnapshot(snapshot));
  if (policy()->sha256.empty()) {  // nothing is served yet; PutInForce() checks
    KLUIS_RETURN_IF_ERROR(catalogue_->Add(report->manifest));
    return ReportText(*report);
  }
  waiting_[snapshot.entry.name] = snapshot;
  const absl::Status checked = CheckAndInstall();
  if (checked.code() == absl::StatusCode::kInvalidArgument) {
    return absl::InvalidArgumentError(absl::StrCat(
        ReportText(*report), "\nimported, but not in force: the policies do not check ",
        "with it; change them and send SIGHUP\n", checked.message()));
  }
  if (!checked.ok()) return checked;
  return ReportText(*report);
}

absl::StatusOr<std::string> Enclave::AddUser(const NewUser& user) {
  Role role;
  if (!ParseRole(user.role, &role)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "unknown role ", user.role, "; one of researcher, reviewer, privacy-officer, operator"));
  }
  if (!IsUserId(user.id)) {
    return absl::InvalidArgumentError(
        "an id has letters, digits and . _ @ + -, at most 128, a letter or digit first");
  }
  if (user.organisation.empty() || user.organisation.size() > 256) {
    return absl::InvalidArgumentError("an organisation has 1 to 256 bytes");
  }
  const std::string person = user.person.empty() ? user.id : user.person;
  if (!IsUserId(person)) return absl::InvalidArgumentError("a person has an id like a user's");
  std::lock_guard<std::mutex> lock(operator_mutex_);
  const std::optional<UserRecord> known = registry_->Find(user.id);
  if (known && !known->revoked) {
    return absl::AlreadyExistsError(
        absl::StrCat("user ", user.id, " exists; revoke it before it is added again"));
  }
  if (known && known->person != person) {
    return absl::InvalidArgumentError(absl::StrCat("user ", user.id, " is the person ",
                                                   known->person, " in the log; take another id"));
  }
  KLUIS_ASSIGN_OR_RETURN(const KeyAndCertificate issued,
                         IssueClientCertificate(authority_, {UserUri(config_.enclave, user.id)}));
  KLUIS_ASSIGN_OR_RETURN(const CertificateFacts facts, ReadCertificate(issued.certificate_pem));
  const nlohmann::json sealed = {{"change", "user added"},
                                 {"id", user.id},
                                 {"role", user.role},
                                 {"organisation", user.organisation},
                                 {"certificate", facts.sha256},
                                 {"serial", facts.serial},
                                 {"person", person}};
  KLUIS_RETURN_IF_ERROR(ledger_->AppendEvent("grant", "", "", sealed.dump()).status());
  KLUIS_RETURN_IF_ERROR(registry_->Add(
      {user.id, user.role, user.organisation, facts.sha256, facts.serial, false, person}));
  return BundleOf(user, issued);
}

std::string Enclave::BundleOf(const NewUser& user, const KeyAndCertificate& certificate) const {
  std::lock_guard<std::mutex> lock(mutex_);
  const nlohmann::json bundle = {{"server", address_},
                                 {"user", user.id},
                                 {"ca", authority_.certificate_pem},
                                 {"key", certificate.key_pem},
                                 {"certificate", certificate.certificate_pem},
                                 {"log_key", log_key_->verifier().ToString()}};
  return bundle.dump(1) + "\n";
}

absl::Status Enclave::LogWitnesses(const TrustPolicy& trust) {
  nlohmann::json keys = nlohmann::json::array();
  for (const TrustPolicy::Witness& witness : trust.witnesses())
    keys.push_back(witness.key.ToString());
  const std::string sealed = nlohmann::json{{"witnesses", std::move(keys)}}.dump();
  const std::string known = ToHex(Sha256(sealed));
  if (registry_->State("witnesses") == known) return absl::OkStatus();
  KLUIS_RETURN_IF_ERROR(ledger_->AppendEvent("key", "", "", sealed).status());
  return registry_->SetState("witnesses", known);
}

absl::StatusOr<int64_t> Enclave::RemoveSealed(const std::string& day) {
  const std::string today = TodayUtc();
  int year = 0, month = 0, day_of_month = 0, read = 0;
  const bool is_day =
      day.size() == today.size() &&
      std::sscanf(day.c_str(), "%4d-%2d-%2d%n", &year, &month, &day_of_month, &read) == 3 &&
      read == static_cast<int>(day.size()) && month >= 1 && month <= 12 && day_of_month >= 1 &&
      day_of_month <= 31;
  if (!is_day) return absl::InvalidArgumentError(absl::StrCat("not a day, YYYY-MM-DD: ", day));
  const int this_year = std::atoi(today.c_str());
  const std::string latest = absl::StrCat(this_year - kRetentionYears, today.substr(4));
  if (day > latest) {
    return absl::InvalidArgumentError(absl::StrCat("sealed parts are kept for ", kRetentionYears,
                                                   " years: give ", latest, " or an earlier day"));
  }
  KLUIS_ASSIGN_OR_RETURN(const Removal removal, ledger_->RemoveSealed(day + "T00:00:00Z"));
  return static_cast<int64_t>(removal.removed);
}

absl::Status Enclave::RevokeUser(const std::string& id) {
  KLUIS_RETURN_IF_ERROR(registry_->Revoke(id));
  const nlohmann::json sealed = {{"change", "user revoked"}, {"id", id}};
  return ledger_->AppendEvent("grant", "", "", sealed.dump()).status();
}

std::shared_ptr<const PolicyBundle> Enclave::policy() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return policy_;
}

std::shared_ptr<const CatalogueView> Enclave::catalogue() const { return catalogue_->view(); }

std::pair<std::shared_ptr<const PolicyBundle>, std::shared_ptr<const CatalogueView>>
Enclave::in_force() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return {policy_, catalogue_->view()};
}

void Enclave::SetAddress(const std::string& address) {
  std::lock_guard<std::mutex> lock(mutex_);
  address_ = address;
}

}  // namespace kluis
