#include "server/enclave/certificate.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "disclosure/base/check.h"
#include "disclosure/base/status_macros.h"

namespace kluis {
namespace {

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* value) const {
    Free(value);
  }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using CertPtr = std::unique_ptr<X509, Freer<X509_free>>;
using BioPtr = std::unique_ptr<BIO, Freer<BIO_free>>;
using BignumPtr = std::unique_ptr<BIGNUM, Freer<BN_free>>;
using NamesPtr = std::unique_ptr<GENERAL_NAMES, Freer<GENERAL_NAMES_free>>;

absl::Status OpenSslError(absl::string_view what) {
  char text[256] = "no reason given";
  const unsigned long code = ERR_get_error();
  if (code != 0) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return absl::InternalError(absl::StrCat(what, ": ", text));
}

BioPtr MemoryBio(absl::string_view bytes) {
  return BioPtr(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

std::string Drain(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<size_t>(size));
}

absl::Status AddExtension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  if (extension == nullptr) return OpenSslError(absl::StrCat("extension ", value));
  const int added = X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
  return added == 1 ? absl::OkStatus() : OpenSslError("extension");
}

absl::Status SetSerial(X509* certificate) {
  const std::string random = RandomKey(16);
  BignumPtr serial(BN_bin2bn(reinterpret_cast<const unsigned char*>(random.data()), 16, nullptr));
  if (serial == nullptr || BN_clear_bit(serial.get(), 127) < 0 ||
      BN_set_bit(serial.get(), 126) != 1) {
    return OpenSslError("serial number");
  }
  return BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate)) != nullptr
             ? absl::OkStatus()
             : OpenSslError("serial number");
}

struct LeafProfile {
  std::string common_name;
  std::string basic_constraints, key_usage, extended_key_usage, subject_alternative_names;
  Validity validity;
};

absl::Status AddProfile(X509* certificate, X509* issuer, const LeafProfile& profile) {
  KLUIS_RETURN_IF_ERROR(
      AddExtension(certificate, issuer, NID_basic_constraints, profile.basic_constraints));
  KLUIS_RETURN_IF_ERROR(AddExtension(certificate, issuer, NID_key_usage, profile.key_usage));
  KLUIS_RETURN_IF_ERROR(AddExtension(certificate, issuer, NID_subject_key_identifier, "hash"));
  if (issuer != certificate) {
    KLUIS_RETURN_IF_ERROR(AddExtension(certificate, issuer, NID_authority_key_identifier, "keyid"));
    KLUIS_RETURN_IF_ERROR(
        AddExtension(certificate, issuer, NID_ext_key_usage, profile.extended_key_usage));
    if (!profile.subject_alternative_names.empty()) {
      KLUIS_RETURN_IF_ERROR(AddExtension(certificate, issuer, NID_subject_alt_name,
                                         profile.subject_alternative_names));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<KeyAndCertificate> ToPem(EVP_PKEY* key, X509* certificate) {
  BioPtr key_bio(BIO_new(BIO_s_mem())), certificate_bio(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PKCS8PrivateKey(key_bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) !=
          1 ||
      PEM_write_bio_X509(certificate_bio.get(), certificate) != 1) {
    return OpenSslError("writing a certificate");
  }
  return KeyAndCertificate{Drain(key_bio.get()), Drain(certificate_bio.get())};
}

// Self-signed when `issuer` is null.
absl::StatusOr<KeyAndCertificate> Make(const LeafProfile& profile, X509* issuer,
                                       EVP_PKEY* issuer_key) {
  KeyPtr key(EVP_EC_gen("P-256"));
  CertPtr certificate(X509_new());
  if (key == nullptr || certificate == nullptr) return OpenSslError("making a key");
  X509* const self = certificate.get();
  if (issuer == nullptr) issuer = self;
  X509_set_version(self, X509_VERSION_3);
  KLUIS_RETURN_IF_ERROR(SetSerial(self));
  X509_gmtime_adj(X509_getm_notBefore(self), profile.validity.from_s);
  X509_gmtime_adj(X509_getm_notAfter(self), profile.validity.until_s);
  X509_set_pubkey(self, key.get());
  const auto* name = reinterpret_cast<const unsigned char*>(profile.common_name.c_str());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(self), "CN", MBSTRING_UTF8, name, -1, -1, 0);
  X509_set_issuer_name(self, X509_get_subject_name(issuer));
  KLUIS_RETURN_IF_ERROR(AddProfile(self, issuer, profile));
  if (X509_sign(self, issuer == self ? key.get() : issuer_key, EVP_sha256()) == 0) {
    return OpenSslError("signing a certificate");
  }
  return ToPem(key.get(), self);
}

absl::StatusOr<KeyAndCertificate> Issue(const KeyAndCertificate& authority,
                                        const LeafProfile& profile) {
  BioPtr certificate_bio = MemoryBio(authority.certificate_pem),
         key_bio = MemoryBio(authority.key_pem);
  CertPtr issuer(PEM_read_bio_X509(certificate_bio.get(), nullptr, nullptr, nullptr));
  KeyPtr issuer_key(PEM_read_bio_PrivateKey(key_bio.get(), nullptr, nullptr, nullptr));
  if (issuer == nullptr || issuer_key == nullptr) return OpenSslError("reading the authority");
  if (X509_check_private_key(issuer.get(), issuer_key.get()) != 1) {
    return OpenSslError("the authority's key is not the key of its certificate");
  }
  return Make(profile, issuer.get(), issuer_key.get());
}

bool IsAddress(const std::string& host) {
  unsigned char bytes[16];
  return inet_pton(AF_INET, host.c_str(), bytes) == 1 ||
         inet_pton(AF_INET6, host.c_str(), bytes) == 1;
}

int64_t Seconds(const ASN1_TIME* time) {
  std::tm parts = {};
  return ASN1_TIME_to_tm(time, &parts) == 1 ? static_cast<int64_t>(timegm(&parts)) : 0;
}

absl::Status ReadNames(X509* certificate, std::vector<std::string>* uris) {
  int critical = 0;
  NamesPtr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, &critical, nullptr)));
  if (names == nullptr) {  // -1: there is none; anything else: several, or broken
    return critical == -1 ? absl::OkStatus()
                          : absl::InvalidArgumentError("broken alternative names");
  }
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    const ASN1_STRING* text = name->d.uniformResourceIdentifier;
    const std::string uri(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                          static_cast<size_t>(ASN1_STRING_length(text)));
    if (uri.find('\0') != std::string::npos)
      return absl::InvalidArgumentError("a name holds a NUL byte");
    uris->push_back(uri);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<KeyAndCertificate> MakeAuthority(const std::string& name) {
  LeafProfile profile;
  profile.common_name = absl::StrCat("Kluis enclave ", name).substr(0, 64);
  profile.basic_constraints = "critical,CA:TRUE,pathlen:0";
  profile.key_usage = "critical,keyCertSign,cRLSign";
  profile.validity = kTenYears;
  return Make(profile, nullptr, nullptr);
}

absl::StatusOr<KeyAndCertificate> IssueServerCertificate(const KeyAndCertificate& authority,
                                                         const std::string& host,
                                                         Validity validity) {
  LeafProfile profile;
  profile.common_name = host.substr(0, 64);
  profile.basic_constraints = "critical,CA:FALSE";
  profile.key_usage = "critical,digitalSignature";
  profile.extended_key_usage = "serverAuth";
  std::vector<std::string> names = {"DNS:localhost", "IP:127.0.0.1", "IP:::1"};
  const std::string own = absl::StrCat(IsAddress(host) ? "IP:" : "DNS:", host);
  if (host != "localhost" && host != "127.0.0.1" && host != "::1") names.insert(names.begin(), own);
  profile.subject_alternative_names = absl::StrJoin(names, ",");
  profile.validity = validity;
  return Issue(authority, profile);
}

absl::StatusOr<KeyAndCertificate> IssueClientCertificate(const KeyAndCertificate& authority,
                                                         const std::vector<std::string>& uris,
                                                         Validity validity) {
  LeafProfile profile;
  profile.common_name = "kluis user";
  profile.basic_constraints = "critical,CA:FALSE";
  profile.key_usage = "critical,digitalSignature";
  profile.extended_key_usage = "clientAuth";
  profile.subject_alternative_names = absl::StrJoin(
      uris, ",",
      [](std::string* out, const std::string& uri) { absl::StrAppend(out, "URI:", uri); });
  profile.validity = validity;
  return Issue(authority, profile);
}

absl::StatusOr<CertificateFacts> ReadCertificate(absl::string_view pem) {
  BioPtr bio = MemoryBio(pem);
  CertPtr certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  if (certificate == nullptr) return absl::InvalidArgumentError("not a certificate");
  CertificateFacts facts;
  KLUIS_RETURN_IF_ERROR(ReadNames(certificate.get(), &facts.uris));
  unsigned char digest[32];
  unsigned int size = sizeof digest;
  if (X509_digest(certificate.get(), EVP_sha256(), digest, &size) != 1)
    return OpenSslError("digest");
  facts.sha256 = absl::BytesToHexString(absl::string_view(reinterpret_cast<char*>(digest), size));
  const ASN1_INTEGER* serial = X509_get0_serialNumber(certificate.get());
  facts.serial = absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(ASN1_STRING_get0_data(serial)),
                        static_cast<size_t>(ASN1_STRING_length(serial))));
  facts.not_before = Seconds(X509_get0_notBefore(certificate.get()));
  facts.not_after = Seconds(X509_get0_notAfter(certificate.get()));
  return facts;
}

std::string UserUri(absl::string_view enclave, absl::string_view id) {
  std::string uri = absl::StrCat("kluis://", enclave, "/users/");
  for (const char c : id) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte) || c == '-' || c == '.' || c == '_' || c == '~') {
      uri.push_back(c);
    } else {
      static constexpr char kHex[] = "0123456789ABCDEF";
      uri.append({'%', kHex[byte >> 4], kHex[byte & 15]});
    }
  }
  return uri;
}

absl::StatusOr<std::string> UserOfUri(absl::string_view enclave, absl::string_view uri) {
  const absl::Status broken =
      absl::InvalidArgumentError("the certificate's URI does not name a user of this enclave");
  absl::string_view rest = uri;
  if (!absl::ConsumePrefix(&rest, absl::StrCat("kluis://", enclave, "/users/"))) return broken;
  std::string id;
  for (size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] != '%') {
      id.push_back(rest[i]);
    } else if (i + 2 < rest.size() &&
               absl::ascii_isxdigit(static_cast<unsigned char>(rest[i + 1])) &&
               absl::ascii_isxdigit(static_cast<unsigned char>(rest[i + 2]))) {
      id.append(absl::HexStringToBytes(rest.substr(i + 1, 2)));
      i += 2;
    } else {
      return broken;
    }
  }
  if (id.empty() || UserUri(enclave, id) != uri) return broken;
  return id;
}

std::string RandomKey(int count) {
  std::string bytes(static_cast<size_t>(count), '\0');
  KLUIS_CHECK(RAND_priv_bytes(reinterpret_cast<unsigned char*>(bytes.data()), count) == 1);
  return bytes;
}

}  // namespace kluis
