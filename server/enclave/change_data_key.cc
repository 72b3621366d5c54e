#include "server/enclave/change_data_key.h"

#include <openssl/crypto.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "disclosure/base/status_macros.h"
#include "server/catalogue/reencrypt.h"
#include "server/enclave/config.h"
#include "server/enclave/directory_lock.h"
#include "server/enclave/enclave.h"
#include "server/enclave/files.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;
using Key = std::shared_ptr<const DataKey>;

// What is written before the first byte is changed, and removed after the last.
struct Plan {
  std::string old_path, new_path;  // absolute
  std::string from, to;            // fingerprints
};

absl::StatusOr<Key> ReadKey(const std::string& path) {
  absl::StatusOr<std::string> bytes = ReadSecretFile(path, 32);
  if (!bytes.ok()) return absl::InvalidArgumentError(bytes.status().message());
  absl::StatusOr<Key> key = DataKey::FromBytes(*bytes);
  OPENSSL_cleanse(bytes->data(), bytes->size());
  return key;
}

// Of a plan that may have got far: the old key is asked for only where something is under it still.
absl::StatusOr<Key> ReadKeyOf(const std::string& path, const std::string& fingerprint) {
  KLUIS_ASSIGN_OR_RETURN(Key key, ReadKey(path));
  if (key->Fingerprint() == fingerprint) return key;
  return absl::InvalidArgumentError(
      absl::StrCat(path, " is not the key that the change was begun with\nhint: put that back"));
}

absl::Status WritePlan(const std::string& file, const Plan& plan) {
  const nlohmann::json text = {
      {"old_key", plan.old_path}, {"new_key", plan.new_path}, {"from", plan.from}, {"to", plan.to}};
  return WritePrivateFile(file, text.dump(2) + "\n");
}

absl::StatusOr<std::optional<Plan>> ReadPlan(const std::string& file) {
  if (!fs::exists(file)) return std::optional<Plan>();
  KLUIS_ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
  const auto plan = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  Plan read;
  const std::pair<const char*, std::string*> fields[] = {{"old_key", &read.old_path},
                                                         {"new_key", &read.new_path},
                                                         {"from", &read.from},
                                                         {"to", &read.to}};
  for (const auto& [key, field] : fields) {
    if (!plan.is_object() || !plan.contains(key) || !plan[key].is_string())
      return absl::DataLossError(absl::StrCat(file, " is damaged"));
    *field = plan[key];
  }
  return std::optional<Plan>(std::move(read));
}

class Changing {
 public:
  Changing(const DataKeyChange& change, EnclavePaths paths)
      : change_(change), paths_(std::move(paths)) {}

  absl::StatusOr<std::string> Run() {
    KLUIS_ASSIGN_OR_RETURN(const std::string text, ReadFile(paths_.config()));
    KLUIS_ASSIGN_OR_RETURN(config_, ParseConfig(text, paths_.config()));
    KLUIS_ASSIGN_OR_RETURN(const std::string log_key, ReadFile(paths_.log_key()));
    KLUIS_ASSIGN_OR_RETURN(log_key_,
                           NoteSigner::ParsePrivateText(absl::StripSuffix(log_key, "\n")));
    KLUIS_ASSIGN_OR_RETURN(std::optional<Plan> plan, ReadPlan(paths_.data_key_change()));
    if (!plan) {
      KLUIS_ASSIGN_OR_RETURN(plan, Begin());
    } else if (!change_.key_file.empty() && Absolute(change_.key_file) != plan->new_path) {
      return absl::InvalidArgumentError(
          absl::StrCat("a change to the key ", plan->new_path,
                       " was begun\nhint: finish it first, without --data-key"));
    }
    plan_ = *plan;
    KLUIS_ASSIGN_OR_RETURN(to_, ReadKeyOf(plan_.new_path, plan_.to));
    KLUIS_RETURN_IF_ERROR(ChangeSnapshots());
    KLUIS_RETURN_IF_ERROR(ChangeLog());
    KLUIS_RETURN_IF_ERROR(Finish());
    return plan_.new_path;
  }

 private:
  static std::string Absolute(const std::string& path) {
    return fs::absolute(path).lexically_normal().string();
  }

  // Looks at everything before anything is changed, makes the key, and writes the plan.
  absl::StatusOr<Plan> Begin() {
    Plan plan;
    plan.old_path = paths_.data_key(config_.data_key);
    KLUIS_ASSIGN_OR_RETURN(from_, ReadKey(plan.old_path));
    plan.from = from_->Fingerprint();
    KLUIS_RETURN_IF_ERROR(CheckAllUnder(*from_));
    KLUIS_ASSIGN_OR_RETURN(const Key fresh, NewKey(&plan.new_path));
    plan.to = fresh->Fingerprint();
    if (plan.to == plan.from)
      return absl::InvalidArgumentError(absl::StrCat(plan.new_path, " is the key that it has"));
    KLUIS_RETURN_IF_ERROR(WritePlan(paths_.data_key_change(), plan));
    change_.progress("begun");
    return plan;
  }

  absl::Status CheckAllUnder(const DataKey& key) {
    KLUIS_ASSIGN_OR_RETURN(const auto catalogue, Catalogue::Open(paths_.data()));
    for (const auto& [name, snapshot] : catalogue->view()->datasets)
      KLUIS_RETURN_IF_ERROR(CheckDataKey(snapshot, key));
    return OpenLog(key).status();
  }

  absl::StatusOr<Key> NewKey(std::string* path) {
    const bool named = !change_.key_file.empty();
    if (named) {
      *path = Absolute(change_.key_file);
      if (fs::exists(*path)) return ReadKey(*path);
      if (absl::StrContains(*path, "\n") || absl::StrContains(*path, "\"") ||
          !fs::is_directory(fs::path(*path).parent_path())) {
        return absl::InvalidArgumentError(
            absl::StrCat(*path, " cannot hold the data key: there is no such folder"));
      }
    }
    Key fresh = DataKey::Random();
    if (!named)
      *path = absl::StrCat(paths_.dir, "/keys/data-", fresh->Fingerprint().substr(0, 8), ".key");
    KLUIS_RETURN_IF_ERROR(WritePrivateFile(*path, fresh->bytes()));
    return fresh;
  }

  absl::Status NeedOldKey() {
    if (from_ != nullptr) return absl::OkStatus();
    KLUIS_ASSIGN_OR_RETURN(from_, ReadKeyOf(plan_.old_path, plan_.from));
    return absl::OkStatus();
  }

  absl::Status ChangeSnapshots() {
    KLUIS_RETURN_IF_ERROR(ClearReencrypted(paths_.data()));
    KLUIS_ASSIGN_OR_RETURN(const auto folders, SnapshotFolders(paths_.data()));
    for (const std::string& folder : folders) {
      KLUIS_ASSIGN_OR_RETURN(const std::string key, KeyOfSnapshot(folder));
      if (key != plan_.from) continue;  // done, or of an earlier import under a key that is gone
      KLUIS_RETURN_IF_ERROR(NeedOldKey());
      KLUIS_RETURN_IF_ERROR(ReencryptSnapshot(paths_.data(), folder, *from_, *to_));
      change_.progress(absl::StrCat("snapshot ", fs::path(folder).parent_path().filename().string(),
                                    " ", fs::path(folder).filename().string()));
    }
    return absl::OkStatus();
  }

  struct OpenedLog {
    std::unique_ptr<Database> database;
    std::unique_ptr<Ledger> ledger;
  };
  // Verified.
  absl::StatusOr<OpenedLog> OpenLog(const DataKey& key) {
    OpenedLog log;
    KLUIS_ASSIGN_OR_RETURN(log.database, Database::Open(paths_.ledger(), ""));
    KLUIS_ASSIGN_OR_RETURN(log.ledger,
                           Ledger::Open(*log.database, *log_key_,
                                        {log_key_->verifier().name(), NowUtc, SealedKeyOf(key)}));
    return log;
  }

  absl::StatusOr<bool> LogIsChanged() {
    KLUIS_ASSIGN_OR_RETURN(const auto database, Database::Open(paths_.ledger(), ""));
    return Ledger::IsUnderKey(*database, SealedKeyOf(*to_));
  }

  absl::Status ChangeLog() {
    KLUIS_ASSIGN_OR_RETURN(const bool changed, LogIsChanged());
    if (!changed) {
      KLUIS_RETURN_IF_ERROR(NeedOldKey());
      KLUIS_ASSIGN_OR_RETURN(const OpenedLog log, OpenLog(*from_));
      const nlohmann::json event = {{"data_key", plan_.to}, {"was", plan_.from}};
      KLUIS_RETURN_IF_ERROR(
          log.ledger->ChangeSealedKey(SealedKeyOf(*to_), event.dump(), [this](uint64_t entries) {
            change_.progress(absl::StrCat("log: ", entries, " sealed parts"));
          }));
      change_.progress("log");
    }
    return OpenLog(*to_).status();  // all of it opens under the new key, and verifies
  }

  absl::Status Finish() {
    KLUIS_ASSIGN_OR_RETURN(const auto registry, UserRegistry::Open(paths_.registry()));
    KLUIS_RETURN_IF_ERROR(registry->SetState("data_key", plan_.to));
    change_.progress("registry");
    config_.data_key = plan_.new_path;
    absl::string_view below = plan_.new_path;
    if (absl::ConsumePrefix(&below, paths_.dir + "/")) config_.data_key = std::string(below);
    KLUIS_RETURN_IF_ERROR(WritePrivateFile(paths_.config(), FormatConfig(config_)));
    change_.progress("config");
    return RemoveDurably(paths_.data_key_change());
  }

  const DataKeyChange& change_;
  const EnclavePaths paths_;
  EnclaveConfig config_;
  std::optional<NoteSigner> log_key_;
  Plan plan_;
  Key from_, to_;  // `from_` only where it was needed
};

}  // namespace

absl::StatusOr<std::string> ChangeDataKey(const DataKeyChange& change) {
  const EnclavePaths paths = {fs::absolute(change.dir).lexically_normal().string()};
  if (!fs::exists(paths.config()))
    return absl::NotFoundError(absl::StrCat(change.dir, " is no enclave: it has no config.yaml"));
  const auto lock = DirectoryLock::Take(paths.lock());
  if (absl::IsUnavailable(lock.status())) {
    return absl::InvalidArgumentError(
        absl::StrCat(change.dir, " is served, or another command runs\nhint: stop it first: ",
                     "nothing may read while the key changes"));
  }
  if (!lock.ok()) return lock.status();
  return Changing(change, paths).Run();
}

absl::Status CheckNoDataKeyChange(const std::string& dir) {
  const EnclavePaths paths = {dir};
  if (!fs::exists(paths.data_key_change())) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "the change of the data key of ", dir, " was cut off\nhint: finish it: kluisd rekey ", dir));
}

}  // namespace kluis
