#include "server/enclave/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <string>
#include <vector>

namespace kluis {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(CertificateTest, AUserHasExactlyOneUriAndTwoYears) {
  const auto authority = MakeAuthority("kluis.example");
  ASSERT_TRUE(authority.ok());
  const auto issued =
      IssueClientCertificate(*authority, {UserUri("kluis.example", "anna@heerlen.nl")});
  ASSERT_TRUE(issued.ok()) << issued.status();
  const auto facts = ReadCertificate(issued->certificate_pem);
  ASSERT_TRUE(facts.ok());
  EXPECT_THAT(facts->uris, ElementsAre("kluis://kluis.example/users/anna%40heerlen.nl"));
  EXPECT_EQ(facts->sha256.size(), 64u);
  EXPECT_NEAR(static_cast<double>(facts->not_after - std::time(nullptr)), 2 * 365 * 86400.0, 60);
}

TEST(CertificateTest, EveryCertificateHasASerialOfItsOwn) {
  const auto authority = MakeAuthority("kluis.example");
  const auto first = IssueClientCertificate(*authority, {"kluis://e/users/a"});
  const auto second = IssueClientCertificate(*authority, {"kluis://e/users/a"});
  EXPECT_NE(ReadCertificate(first->certificate_pem)->serial,
            ReadCertificate(second->certificate_pem)->serial);
}

TEST(CertificateTest, AServerCertificateHasNoUri) {
  const auto authority = MakeAuthority("kluis.example");
  for (const char* host : {"kluis.example", "localhost", "10.0.0.7", "fd00::7"}) {
    const auto issued = IssueServerCertificate(*authority, host);
    ASSERT_TRUE(issued.ok()) << host << ": " << issued.status();
    EXPECT_THAT(ReadCertificate(issued->certificate_pem)->uris, IsEmpty());
  }
}

TEST(CertificateTest, TextThatIsNoCertificateIsRefused) {
  for (const std::string text :
       {"", "x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}) {
    EXPECT_FALSE(ReadCertificate(text).ok()) << text;
  }
}

struct UriCase {
  const char* name;
  std::string uri;
  const char* id;  // null: refused
};

TEST(UserUriTest, OnlyWhatTheEnclaveWritesNamesAUser) {
  const std::vector<UriCase> cases = {
      {"an address", "kluis://e.nl/users/anna%40heerlen.nl", "anna@heerlen.nl"},
      {"unreserved characters", "kluis://e.nl/users/a-b._~c", "a-b._~c"},
      {"another enclave", "kluis://f.nl/users/anna", nullptr},
      {"a longer enclave name", "kluis://e.nl.evil/users/anna", nullptr},
      {"upper case in the enclave", "kluis://E.nl/users/anna", nullptr},
      {"another scheme", "https://e.nl/users/anna", nullptr},
      {"an encoding that was not needed", "kluis://e.nl/users/%61nna", nullptr},
      {"lower-case hex", "kluis://e.nl/users/a%c3%a9", nullptr},
      {"an encoding that was needed", "kluis://e.nl/users/a@b", nullptr},
      {"half an encoding", "kluis://e.nl/users/a%4", nullptr},
      {"a per cent sign at the end", "kluis://e.nl/users/a%", nullptr},
      {"no hex", "kluis://e.nl/users/a%zz", nullptr},
      {"a path below", "kluis://e.nl/users/anna/x", nullptr},
      {"a query", "kluis://e.nl/users/anna?x", nullptr},
      {"no id", "kluis://e.nl/users/", nullptr},
      {"nothing", "", nullptr},
  };
  for (const UriCase& c : cases) {
    const auto id = UserOfUri("e.nl", c.uri);
    EXPECT_EQ(id.ok(), c.id != nullptr) << c.name;
    if (id.ok() && c.id != nullptr) {
      EXPECT_EQ(*id, c.id) << c.name;
    }
  }
}

TEST(UserUriTest, EveryIdComesBack) {
  for (int byte = 1; byte < 256; ++byte) {
    const std::string id = {'a', static_cast<char>(byte), 'z'};
    EXPECT_EQ(*UserOfUri("e", UserUri("e", id)), id) << byte;
  }
}

}  // namespace
}  // namespace kluis
