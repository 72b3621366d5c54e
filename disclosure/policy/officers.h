// Who may sign a policy (policies/officers.yaml), and who watches the log
// (policies/witnesses.yaml): the parsed forms.
//   officers:
//     - id: p.devries@cbs.nl
//       name: Petra de Vries
//       organisation: cbs
//       key: 11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=    # Ed25519, 32 bytes in base 64
//       valid: {from: 2026-01-01, until: 2028-12-31}
//   witnesses:
//     - {name: heerlen, key: heerlen.nl/getuige+0a1b2c3d+BM..., url: "https://getuige.heerlen.nl"}
//   quorum: 1
#ifndef KLUIS_DISCLOSURE_POLICY_OFFICERS_H_
#define KLUIS_DISCLOSURE_POLICY_OFFICERS_H_

#include <string>
#include <vector>

namespace kluis {

struct Officer {
  std::string id, name, organisation;
  std::string public_key;               // 32 bytes, Ed25519
  std::string valid_from, valid_until;  // YYYY-MM-DD, both included
  bool operator==(const Officer&) const = default;
};

struct Officers {
  std::vector<Officer> officers;                     // in file order; ids and keys are unique
  std::string sha256;                                // of the file's bytes; empty: there is no file
  const Officer* Find(const std::string& id) const;  // null when there is none
  bool operator==(const Officers&) const = default;
};

struct PolicyWitness {
  std::string name;
  std::string key;  // c2sp.org/signed-note: name+hash+key
  std::string url;  // may be empty
  bool operator==(const PolicyWitness&) const = default;
};

struct Witnesses {
  std::vector<PolicyWitness> witnesses;  // names and keys are unique
  int quorum = 0;                        // how many must have seen a checkpoint
  std::string sha256;
  bool operator==(const Witnesses&) const = default;
};

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_OFFICERS_H_
