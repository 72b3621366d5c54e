#include "server/enclave/registry.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

constexpr char kSchema[] =
    "CREATE TABLE IF NOT EXISTS user (id TEXT PRIMARY KEY, role TEXT NOT NULL, organisation TEXT "
    "NOT NULL,"
    " certificate_sha256 TEXT NOT NULL, serial TEXT NOT NULL, revoked INTEGER NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS person (id TEXT PRIMARY KEY, person TEXT NOT NULL) STRICT;"
    "CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;";

}  // namespace

bool IsUserId(const std::string& id) {
  if (id.empty() || id.size() > 128 || !absl::ascii_isalnum(static_cast<unsigned char>(id[0])))
    return false;
  for (const char c : id) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '.' && c != '_' && c != '@' &&
        c != '+' && c != '-') {
      return false;
    }
  }
  return true;
}

absl::StatusOr<std::unique_ptr<UserRegistry>> UserRegistry::Open(const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(std::unique_ptr<Database> database, Database::Open(path, kSchema));
  std::unique_ptr<UserRegistry> registry(new UserRegistry(std::move(database)));
  KLUIS_RETURN_IF_ERROR(registry->Load());
  return registry;
}

absl::Status UserRegistry::Load() {
  return database_->Read([this](Connection& connection) -> absl::Status {
    std::lock_guard<std::mutex> lock(mutex_);
    KLUIS_ASSIGN_OR_RETURN(
        Statement users,
        connection.Prepare(
            "SELECT id, role, organisation, certificate_sha256, serial, revoked, "
            "coalesce(person.person, user.id) FROM user LEFT JOIN person USING (id)"));
    for (;;) {
      KLUIS_ASSIGN_OR_RETURN(const bool more, users.Step());
      if (!more) break;
      users_[users.Text(0)] = {users.Text(0), users.Text(1), users.Text(2),
                               users.Text(3), users.Text(4), users.Int(5) != 0, users.Text(6)};
    }
    KLUIS_ASSIGN_OR_RETURN(Statement state, connection.Prepare("SELECT key, value FROM state"));
    for (;;) {
      KLUIS_ASSIGN_OR_RETURN(const bool more, state.Step());
      if (!more) return absl::OkStatus();
      state_[state.Text(0)] = state.Text(1);
    }
  });
}

std::optional<UserRecord> UserRegistry::Find(const std::string& id) const {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto found = users_.find(id);
  if (found == users_.end()) return std::nullopt;
  return found->second;
}

bool UserRegistry::IsCurrent(const std::string& id, const std::string& certificate_sha256) const {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto found = users_.find(id);
  return found != users_.end() && !found->second.revoked &&
         found->second.certificate_sha256 == certificate_sha256;
}

std::string UserRegistry::PersonOf(const std::string& id) const {
  const std::optional<UserRecord> user = Find(id);
  return user ? user->person : id;
}

absl::Status UserRegistry::Add(const UserRecord& added) {
  UserRecord user = added;
  if (user.person.empty()) user.person = user.id;
  const std::optional<UserRecord> known = Find(user.id);
  if (known && !known->revoked) {
    return absl::AlreadyExistsError(
        absl::StrCat("user ", user.id, " exists; revoke it before it is added again"));
  }
  if (known && known->person != user.person) {
    return absl::InvalidArgumentError(absl::StrCat(
        "user ", user.id, " is the person ", known->person, " in the log; take another id"));
  }
  KLUIS_RETURN_IF_ERROR(database_->Write([&user](Connection& connection) -> absl::Status {
    KLUIS_ASSIGN_OR_RETURN(
        Statement insert,
        connection.Prepare("INSERT OR REPLACE INTO user VALUES (?, ?, ?, ?, ?, 0)"));
    insert.BindText(1, user.id).BindText(2, user.role).BindText(3, user.organisation);
    KLUIS_RETURN_IF_ERROR(
        insert.BindText(4, user.certificate_sha256).BindText(5, user.serial).Run());
    KLUIS_ASSIGN_OR_RETURN(Statement person,
                           connection.Prepare("INSERT OR REPLACE INTO person VALUES (?, ?)"));
    return person.BindText(1, user.id).BindText(2, user.person).Run();
  }));
  std::lock_guard<std::mutex> lock(mutex_);
  users_[user.id] = user;
  users_[user.id].revoked = false;
  return absl::OkStatus();
}

absl::Status UserRegistry::Revoke(const std::string& id) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    const auto found = users_.find(id);
    if (found == users_.end()) return absl::NotFoundError(absl::StrCat("no user ", id));
    found->second.revoked = true;  // at once, also when the disk fails below
  }
  return database_->Write([&id](Connection& connection) -> absl::Status {
    KLUIS_ASSIGN_OR_RETURN(Statement update,
                           connection.Prepare("UPDATE user SET revoked = 1 WHERE id = ?"));
    return update.BindText(1, id).Run();
  });
}

std::string UserRegistry::State(const std::string& key) const {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto found = state_.find(key);
  return found == state_.end() ? "" : found->second;
}

absl::Status UserRegistry::SetState(const std::string& key, const std::string& value) {
  KLUIS_RETURN_IF_ERROR(database_->Write([&](Connection& connection) -> absl::Status {
    KLUIS_ASSIGN_OR_RETURN(Statement insert,
                           connection.Prepare("INSERT OR REPLACE INTO state VALUES (?, ?)"));
    return insert.BindText(1, key).BindText(2, value).Run();
  }));
  std::lock_guard<std::mutex> lock(mutex_);
  state_[key] = value;
  return absl::OkStatus();
}

}  // namespace kluis
