// The text that officers sign: what a bundle is, from when on, and after which.
//
//   {"files":{"projects/heerlen.yaml":"9f86...","rules/standard.yaml":"2c26..."},
//    "format":"kluis-policy-bundle/1","not_before":"2026-12-01T00:00:00Z","version":7}
//
// as canonical JSON (docs/answer.md), on one line. The hash of a YAML file is that of its value,
// not of its bytes: its tree as canonical JSON, every scalar as its text, maps by key; the
// variables and links of a dataset, whose order is part of what it says, as a list of pairs. So
// comments, quotes, layout and the order of keys never matter, and whatever a reader could see
// differently does: 0.50 and 0.5 are two texts, because a code 0.50 is not the code 0.5. Two files
// of one hash that both load have one value. Code lists are hashed as they are. Tests (*_test.yaml)
// are files like others: who signs knows which tests will be run.
#ifndef KLUIS_DISCLOSURE_POLICY_CHANGE_MANIFEST_H_
#define KLUIS_DISCLOSURE_POLICY_CHANGE_MANIFEST_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace kluis {

struct Manifest {
  int64_t version = 1;                       // from 1 up, by one for each activation
  std::string not_before;                    // YYYY-MM-DDTHH:MM:SSZ
  std::map<std::string, std::string> files;  // path below policies/ -> sha256 of the value, hex
  bool operator==(const Manifest&) const = default;
};

// `files`: path -> text, all of a policy folder. INVALID_ARGUMENT: a path leaves the folder, a YAML
// text has no tree, the version or the time is none. Says nothing about whether the policy is
// right.
absl::StatusOr<Manifest> MakeManifest(const std::map<std::string, std::string>& files,
                                      int64_t version, absl::string_view not_before);

// The bytes to sign.
std::string CanonicalManifest(const Manifest& manifest);

// INVALID_ARGUMENT unless `text` is what CanonicalManifest() gives for its value: other layouts,
// unknown or double keys are refused.
absl::StatusOr<Manifest> ParseManifest(absl::string_view text);

// OK, or INVALID_ARGUMENT that names the first file that is missing, foreign or another.
absl::Status CheckManifest(const Manifest& manifest,
                           const std::map<std::string, std::string>& files);

// The canonical text of a YAML file; INVALID_ARGUMENT with the first mistake when it has no tree.
absl::StatusOr<std::string> CanonicalYaml(absl::string_view path, absl::string_view text);

}  // namespace kluis

#endif  // KLUIS_DISCLOSURE_POLICY_CHANGE_MANIFEST_H_
