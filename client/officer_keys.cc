#include "client/officer_keys.h"

#include <openssl/rand.h>
#include <sys/stat.h>

#include <ctime>

#include "absl/strings/str_cat.h"
#include "client/files.h"
#include "client/policy_files.h"
#include "disclosure/base/status_macros.h"
#include "disclosure/evidence/digest.h"
#include "disclosure/evidence/ed25519.h"
#include "disclosure/policy_change/manifest.h"
#include "disclosure/policy_check/policy_folder.h"

namespace kluis {
namespace {

constexpr int kSecretMode = 0600, kSharedMode = 0644;

absl::StatusOr<std::string> NewSeed() {
  std::string seed(kEd25519KeySize, '\0');
  if (RAND_priv_bytes(reinterpret_cast<unsigned char*>(seed.data()),
                      static_cast<int>(seed.size())) != 1)
    return absl::InternalError("no random bytes");
  return seed;
}

// A folder that checks; its mistakes go to standard error.
absl::StatusOr<std::map<std::string, std::string>> RightFiles(const Console& console,
                                                              const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(auto files, ReadPolicyFiles(path));
  const PolicyFolder folder = ReadPolicyFolder(files);
  if (folder.ok()) return files;
  for (const Diagnostic& error : folder.errors) console.err << FormatDiagnostic(error);
  return absl::InvalidArgumentError(absl::StrCat(path, ": the policy has mistakes"));
}

// That of the file, where an officer signed before; else a new one of the version that is given.
absl::StatusOr<PolicySignatures> Begun(const OfficerOptions& options, const std::string& file,
                                       const std::map<std::string, std::string>& files) {
  if (!FileExists(file)) {
    if (options.version == 0)
      return absl::InvalidArgumentError(
          "nobody signed this folder yet\nhint: give --version, one more than the one in force");
    const std::string time = options.not_before.empty() ? TimeNow() : options.not_before;
    KLUIS_ASSIGN_OR_RETURN(const Manifest manifest, MakeManifest(files, options.version, time));
    return PolicySignatures{CanonicalManifest(manifest), {}};
  }
  KLUIS_ASSIGN_OR_RETURN(const std::string text, ReadWholeFile(file));
  KLUIS_ASSIGN_OR_RETURN(PolicySignatures signatures, ParseSignatures(text));
  KLUIS_ASSIGN_OR_RETURN(const Manifest manifest, ParseManifest(signatures.manifest));
  const bool same_version = options.version == 0 || options.version == manifest.version;
  if (!same_version || !options.not_before.empty() || !CheckManifest(manifest, files).ok()) {
    return absl::InvalidArgumentError(absl::StrCat(
        file, " has signatures of another policy, version or time\nhint: remove it to begin anew; ",
        "or leave out --version and --not-before to add a signature"));
  }
  return signatures;
}

}  // namespace

std::string TimeNow() {
  const std::time_t now = std::time(nullptr);
  std::tm parts = {};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

absl::StatusOr<OfficerKey> ReadOfficerKey(const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(const std::string text, ReadWholeFile(path));
  struct stat info = {};
  if (::stat(path.c_str(), &info) != 0) return FileError(path, "cannot read");
  if ((info.st_mode & 077) != 0)
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": others than its owner may read it\nhint: chmod 600 ", path));
  const absl::StatusOr<OfficerKey> key = ParseOfficerKey(text);
  if (key.ok()) return key;
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", key.status().message()));
}

absl::StatusOr<int> MakeOfficerKey(const Console& console, const OfficerOptions& options) {
  if (FileExists(options.output))
    return absl::InvalidArgumentError(
        absl::StrCat(options.output, " exists; a key is never overwritten"));
  KLUIS_ASSIGN_OR_RETURN(const std::string seed, NewSeed());
  KLUIS_ASSIGN_OR_RETURN(const std::string public_key, Ed25519PublicKey(seed));
  KLUIS_RETURN_IF_ERROR(
      WriteWholeFile(options.output, FormatOfficerKey({options.officer, seed}), kSecretMode));
  console.out << "  - id: " << options.officer << "\n    key: " << Base64(public_key) << "\n";
  console.err << "key " << OfficerKeyId(public_key) << " is in " << options.output
              << "; keep it to yourself\n";
  return kExitDone;
}

absl::StatusOr<int> SignFolder(const Console& console, const OfficerOptions& options) {
  KLUIS_ASSIGN_OR_RETURN(const OfficerKey key, ReadOfficerKey(options.key_file));
  KLUIS_ASSIGN_OR_RETURN(const auto files, RightFiles(console, options.folder));
  const std::string file =
      options.output.empty() ? absl::StrCat(options.folder, "/", kSignaturesFile) : options.output;
  KLUIS_ASSIGN_OR_RETURN(PolicySignatures signatures, Begun(options, file, files));
  for (const PolicySignature& earlier : signatures.signatures) {
    if (earlier.officer == key.officer)
      return absl::InvalidArgumentError(absl::StrCat(key.officer, " signed ", file, " already"));
  }
  KLUIS_ASSIGN_OR_RETURN(PolicySignature signature,
                         SignPolicy(key, signatures.manifest, options.reason));
  signatures.signatures.push_back(std::move(signature));
  KLUIS_RETURN_IF_ERROR(WriteWholeFile(file, FormatSignatures(signatures), kSharedMode));
  console.out << file << ": " << signatures.signatures.size()
              << (signatures.signatures.size() == 1 ? " signature\n" : " signatures\n");
  return kExitDone;
}

}  // namespace kluis
