#include "server/rpc/identity.h"

#include <gtest/gtest.h>

#include <ctime>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "server/enclave/certificate.h"

namespace kluis {
namespace {

constexpr char kNotOneUri[] = "not one URI in the certificate";
constexpr char kAnna[] = "kluis://e.nl/users/anna";

struct Case {
  const char* name;
  std::vector<std::string> uris;
  bool registered;
  bool revoked;
  int64_t years_later;
  const char* reason;  // null: accepted
};

TEST(IdentityTest, OnlyTheRegisteredCertificateOfOneUserIsAccepted) {
  const std::vector<Case> cases = {
      {"the certificate that was issued", {kAnna}, true, false, 0, nullptr},
      {"a certificate that was not registered",
       {kAnna},
       false,
       false,
       0,
       "not the certificate that was issued last"},
      {"a revoked user", {kAnna}, true, true, 0, "revoked"},
      {"an expired certificate", {kAnna}, true, false, 3, "certificate expired"},
      {"a certificate of tomorrow", {kAnna}, true, false, -1, "certificate not valid yet"},
      {"two URIs", {kAnna, "kluis://e.nl/users/bob"}, true, false, 0, kNotOneUri},
      {"the same URI twice", {kAnna, kAnna}, true, false, 0, kNotOneUri},
      {"no URI", {}, true, false, 0, kNotOneUri},
      {"another enclave's user",
       {"kluis://f.nl/users/anna"},
       true,
       false,
       0,
       "not a user of this enclave"},
      {"an unknown user", {"kluis://e.nl/users/bob"}, true, false, 0, "unknown user"},
  };
  const auto authority = MakeAuthority("e.nl");
  for (const Case& c : cases) {
    const std::string file = ::testing::TempDir() + "/identity.db";
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file + end);
    const auto registry = UserRegistry::Open(file);
    ASSERT_TRUE(registry.ok()) << registry.status();
    const auto issued = IssueClientCertificate(*authority, c.uris);
    ASSERT_TRUE(issued.ok()) << issued.status();
    const std::string sha256 =
        c.registered ? ReadCertificate(issued->certificate_pem)->sha256 : std::string(64, '0');
    ASSERT_TRUE((*registry)->Add({"anna", "researcher", "o", sha256, "1", false}).ok());
    if (c.revoked) {
      ASSERT_TRUE((*registry)->Revoke("anna").ok());
    }
    Caller caller;
    const int64_t now = std::time(nullptr) + c.years_later * 366 * 86'400;
    const auto stranger =
        JudgeCertificate(issued->certificate_pem, "e.nl", **registry, now, &caller);
    EXPECT_EQ(stranger.has_value(), c.reason != nullptr) << c.name;
    EXPECT_EQ(caller.id, c.reason == nullptr ? "anna" : "") << c.name;
    if (stranger && c.reason != nullptr) {
      EXPECT_EQ(stranger->reason, c.reason) << c.name;
    }
  }
}

}  // namespace
}  // namespace kluis
