// Who may use the enclave: ids, roles and the fingerprint of each user's one certificate.
#ifndef KLUIS_SERVER_ENCLAVE_REGISTRY_H_
#define KLUIS_SERVER_ENCLAVE_REGISTRY_H_

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/store/database.h"

namespace kluis {

struct UserRecord {
  std::string id;
  std::string role;  // as ParseRole() reads it
  std::string organisation;
  std::string certificate_sha256;  // of the DER bytes, lower-case hex
  std::string serial;
  bool revoked = false;
  std::string person = {};  // whose user it is: an id of the human being; Add() takes `id` for empty
};

// Letters, digits and . _ @ + -, at most 128, beginning with a letter or digit: an id is also a
// file name.
bool IsUserId(const std::string& id);

// A table in a database file of its own, mirrored in memory: a look-up on every call costs no I/O,
// and a revocation holds from the moment Revoke() returns. The holder of the directory's lock is
// its only writer. Thread safe.
class UserRegistry {
 public:
  static absl::StatusOr<std::unique_ptr<UserRegistry>> Open(const std::string& path);

  std::optional<UserRecord> Find(const std::string& id) const;
  // Known, not revoked, and `certificate_sha256` is the certificate that was issued last.
  bool IsCurrent(const std::string& id, const std::string& certificate_sha256) const;
  // The human being behind a user; the id itself for an unknown one.
  std::string PersonOf(const std::string& id) const;
  // INVALID_ARGUMENT: the id was another person's before. ALREADY_EXISTS for a user who is not revoked. A revoked one comes back with a new certificate.
  absl::Status Add(const UserRecord& user);
  // NOT_FOUND for an unknown user. Revoking twice is OK.
  absl::Status Revoke(const std::string& id);

  // Small facts about the directory itself, such as the policy last written to the log; empty when
  // not set.
  std::string State(const std::string& key) const;
  absl::Status SetState(const std::string& key, const std::string& value);

 private:
  explicit UserRegistry(std::unique_ptr<Database> database) : database_(std::move(database)) {}
  absl::Status Load();

  std::unique_ptr<Database> database_;
  mutable std::mutex mutex_;  // guards the two mirrors
  std::map<std::string, UserRecord> users_;
  std::map<std::string, std::string> state_;
};

}  // namespace kluis

#endif  // KLUIS_SERVER_ENCLAVE_REGISTRY_H_
