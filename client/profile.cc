#include "client/profile.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "client/files.h"
#include "client/format/answer_view.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

using BioPtr = std::unique_ptr<BIO, decltype(&BIO_free)>;
using CertificatePtr = std::unique_ptr<X509, decltype(&X509_free)>;
using KeyPtr = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

struct Member {
  const char* name;
  std::string Profile::*field;
};
constexpr Member kMembers[] = {{"server", &Profile::server},
                               {"ca", &Profile::ca},
                               {"key", &Profile::key},
                               {"certificate", &Profile::certificate},
                               {"log_key", &Profile::log_key}};

BioPtr Memory(const std::string& text) {
  return BioPtr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free);
}

CertificatePtr ReadCertificate(const std::string& pem) {
  return CertificatePtr(PEM_read_bio_X509(Memory(pem).get(), nullptr, nullptr, nullptr),
                        &X509_free);
}

absl::Status CheckCredentials(const Profile& profile) {
  const CertificatePtr ca = ReadCertificate(profile.ca),
                       certificate = ReadCertificate(profile.certificate);
  const auto no_passphrase = [](char*, int, int, void*) { return 0; };
  const KeyPtr key(
      PEM_read_bio_PrivateKey(Memory(profile.key).get(), nullptr, no_passphrase, nullptr),
      &EVP_PKEY_free);
  if (ca == nullptr) return absl::InvalidArgumentError("the bundle's ca is not a certificate");
  if (certificate == nullptr)
    return absl::InvalidArgumentError("the bundle's certificate is not one");
  if (key == nullptr) return absl::InvalidArgumentError("the bundle's key is not a private key");
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    return absl::InvalidArgumentError("the bundle's key does not belong to its certificate");
  }
  return LogVerifier(profile).status();
}

}  // namespace

absl::StatusOr<Profile> ReadBundle(absl::string_view text) {
  KLUIS_ASSIGN_OR_RETURN(const nlohmann::json bundle, ParseStrictJson(text));
  if (!bundle.is_object()) return absl::InvalidArgumentError("the bundle is not a JSON object");
  Profile profile;
  for (const Member& member : kMembers) {
    const auto found = bundle.find(member.name);
    if (found == bundle.end() || !found->is_string() || found->get<std::string>().empty()) {
      return absl::InvalidArgumentError(absl::StrCat("the bundle has no ", member.name));
    }
    profile.*member.field = found->get<std::string>();
  }
  KLUIS_RETURN_IF_ERROR(CheckCredentials(profile));
  return profile;
}

absl::StatusOr<std::string> ProfileFolder(const Console& console, const std::string& name) {
  const bool plain = std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.';
  });
  if (name.empty() || name[0] == '.' || !plain) {
    return absl::InvalidArgumentError("a profile's name has only letters, digits, - _ and . in it");
  }
  auto config = console.environment("XDG_CONFIG_HOME");
  if (!config || config->empty() || (*config)[0] != '/') {
    const auto home = console.environment("HOME");
    if (!home || home->empty()) return absl::InvalidArgumentError("set HOME or XDG_CONFIG_HOME");
    config = absl::StrCat(*home, "/.config");
  }
  return absl::StrCat(*config, "/kluis/", name);
}

absl::StatusOr<Profile> LoadProfile(const Console& console, const std::string& name) {
  KLUIS_ASSIGN_OR_RETURN(const std::string folder, ProfileFolder(console, name));
  Profile profile;
  profile.folder = folder;
  for (const Member& member : kMembers) {
    const auto content = ReadWholeFile(absl::StrCat(folder, "/", member.name));
    if (!content.ok()) {
      return absl::UnauthenticatedError(
          absl::StrCat("there is no profile ", name, "; run: kluis login --bundle FILE",
                       name == "default" ? "" : absl::StrCat(" --profile ", name)));
    }
    profile.*member.field = *content;
  }
  return profile;
}

absl::Status SaveProfile(const Profile& profile) {
  KLUIS_RETURN_IF_ERROR(MakeDirectories(profile.folder));
  const auto known = ReadWholeFile(absl::StrCat(profile.folder, "/log_key"));
  if (!known.ok() || *known != profile.log_key)
    unlink(absl::StrCat(profile.folder, "/checkpoint").c_str());
  for (const Member& member : kMembers) {
    KLUIS_RETURN_IF_ERROR(WriteWholeFile(absl::StrCat(profile.folder, "/", member.name),
                                         profile.*member.field, 0600));
  }
  return absl::OkStatus();
}

absl::StatusOr<NoteVerifier> LogVerifier(const Profile& profile) {
  return NoteVerifier::Parse(absl::StripAsciiWhitespace(profile.log_key));
}

absl::StatusOr<TrustPolicy> ReadTrustFile(const std::string& path) {
  KLUIS_ASSIGN_OR_RETURN(const std::string content, ReadWholeFile(path));
  return TrustPolicy::Parse(content, path);
}

}  // namespace kluis
