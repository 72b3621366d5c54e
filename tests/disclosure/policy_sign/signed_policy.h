// Officers with their secret keys, and signed policies, for tests of signing and activation.
#ifndef KLUIS_TESTS_DISCLOSURE_POLICY_SIGN_SIGNED_POLICY_H_
#define KLUIS_TESTS_DISCLOSURE_POLICY_SIGN_SIGNED_POLICY_H_

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "disclosure/evidence/digest.h"
#include "disclosure/evidence/ed25519.h"
#include "disclosure/policy_change/manifest.h"
#include "disclosure/policy_sign/signature.h"

namespace kluis {

// The keys of RFC 8032 7.1, tests 1 and 2, which the officers of the good policy have, and test 3.
inline OfficerKey Petra() {
  return {"p.devries@cbs.nl", absl::HexStringToBytes("9d61b19deffd5a60ba844af492ec2cc4"
                                                     "4449c5697b326919703bac031cae7f60")};
}
inline OfficerKey Jan() {
  return {"j.smit@cbs.nl", absl::HexStringToBytes("4ccd089b28ff96da9db6c346ec114e0f"
                                                  "5b8a319f35aba624da8cf6ed4fb8a6fb")};
}
inline OfficerKey Mallory() {
  return {"mallory@example.org", absl::HexStringToBytes("c5aa8df43f9f837bedb7442f31dcb7b1"
                                                        "66d38535076f094b85ce3a2e0b4458f7")};
}

constexpr char kGoodReason[] = "agreed in the meeting of 20 November";

inline PolicySignature Signed(const OfficerKey& key, const std::string& manifest,
                              const std::string& reason = kGoodReason) {
  const auto signature = SignPolicy(key, manifest, reason);
  EXPECT_TRUE(signature.ok()) << signature.status();
  return *signature;
}

inline PolicySignatures SignedBy(const std::vector<OfficerKey>& keys,
                                 const std::map<std::string, std::string>& files, int64_t version,
                                 const std::string& not_before = "2026-11-01T00:00:00Z",
                                 const std::string& reason = kGoodReason) {
  const auto manifest = MakeManifest(files, version, not_before);
  EXPECT_TRUE(manifest.ok()) << manifest.status();
  PolicySignatures signatures{CanonicalManifest(*manifest), {}};
  for (const OfficerKey& key : keys)
    signatures.signatures.push_back(Signed(key, signatures.manifest, reason));
  return signatures;
}

// As officers.yaml has them.
inline std::string OfficerLine(const OfficerKey& key, const std::string& name,
                               const std::string& until = "2036-12-31") {
  return absl::StrCat("  - {id: ", key.officer, ", name: ", name,
                      ", organisation: cbs, key: ", Base64(*Ed25519PublicKey(key.seed)),
                      ", valid: {from: 2026-01-01, until: ", until, "}}\n");
}

}  // namespace kluis

#endif  // KLUIS_TESTS_DISCLOSURE_POLICY_SIGN_SIGNED_POLICY_H_
