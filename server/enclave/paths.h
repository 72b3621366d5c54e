// The layout of an enclave directory (docs/operations.md).
#ifndef KLUIS_SERVER_ENCLAVE_PATHS_H_
#define KLUIS_SERVER_ENCLAVE_PATHS_H_

#include <string>

namespace kluis {

// Where each thing stands below DIR. `dir` is absolute.
struct EnclavePaths {
  std::string dir;

  std::string config() const { return dir + "/config.yaml"; }
  std::string lock() const { return dir + "/lock"; }
  std::string socket() const { return dir + "/kluisd.sock"; }
  std::string ca_certificate() const { return dir + "/pki/ca.pem"; }
  std::string ca_key() const { return dir + "/pki/ca.key"; }
  std::string server_certificate() const { return dir + "/pki/server.pem"; }
  std::string server_key() const { return dir + "/pki/server.key"; }
  std::string log_key() const { return dir + "/keys/log.key"; }
  std::string pseudonym_key() const { return dir + "/keys/pseudonym.key"; }
  std::string cost_key() const { return dir + "/keys/cost.key"; }
  // `configured`: data_key of config.yaml.
  std::string data_key(const std::string& configured) const {
    if (configured.empty()) return dir + "/keys/data.key";
    return configured.front() == '/' ? configured : dir + "/" + configured;
  }
  // There while a change of the data key is not finished.
  std::string data_key_change() const { return dir + "/data-key-change"; }
  std::string ledger() const { return dir + "/ledger.db"; }
  std::string registry() const { return dir + "/registry.db"; }
  // A trust file (c2sp.org/tlog-policy) whose witnesses with a URL are asked to cosign; may be absent.
  std::string witnesses() const { return dir + "/witnesses"; }
  std::string policies() const { return dir + "/policies"; }
  // A folder for each policy that was ever in force, under its hash.
  std::string policy_archive() const { return dir + "/policy-archive"; }
  // Each version of the policy, whole; and what officers propose.
  std::string policy_versions() const { return dir + "/policy-versions"; }
  std::string policy_proposals() const { return dir + "/policy-proposals"; }
  std::string policy_shadow() const { return dir + "/policy-shadow.json"; }
  std::string data() const { return dir + "/data"; }
  std::string temporary() const { return dir + "/tmp"; }
  std::string bundles() const { return dir + "/bundles"; }
};

}  // namespace kluis

#endif  // KLUIS_SERVER_ENCLAVE_PATHS_H_
