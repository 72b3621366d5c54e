// What each port speaks: TLS versions, and which services answer where.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "tests/server/rpc/generic_call.h"
#include "tests/server/rpc/served_enclave.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;

TEST(PortsTest, ReflectionAndChannelzAreOnTheAdminPortAloneAndHealthIsOnBoth) {
  ServedEnclave served("ports");
  const auto open = served.Connect(served.anna);
  const auto admin =
      grpc::CreateChannel(served.server().admin_address(), grpc::InsecureChannelCredentials());
  struct Case {
    const char* method;
    const char* request;  // as protobuf bytes
    const char* answer;   // a part of it
    bool on_public_port;
  };
  const std::vector<Case> cases = {
      {"/grpc.health.v1.Health/Check", "", "\x08\x01", true},  // SERVING
      {"/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", "\x3a\x01*",
       "grpc.channelz.v1.Channelz", false},
      {"/grpc.channelz.v1.Channelz/GetServers", "", "", false},
      {"/kluis.v1.OperatorService/RevokeUser", "", nullptr, false},
  };
  for (const Case& c : cases) {
    const grpc::Status on_public = CallByName(open, c.method, c.request).status;
    const Reply reply = CallByName(admin, c.method, c.request);
    const grpc::Status& on_admin = reply.status;
    EXPECT_EQ(on_public.error_code(),
              c.on_public_port ? grpc::StatusCode::OK : grpc::StatusCode::UNIMPLEMENTED)
        << c.method;
    EXPECT_EQ(on_admin.error_code(),
              c.answer != nullptr ? grpc::StatusCode::OK : grpc::StatusCode::UNIMPLEMENTED)
        << c.method << ": " << on_admin.error_message();
    if (c.answer != nullptr) {
      EXPECT_THAT(reply.bytes(), HasSubstr(c.answer)) << c.method;
    }
  }
}

class TlsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ofstream(user_) << served_.anna.certificate_pem << served_.anna.key_pem;
    std::ofstream(authority_) << served_.enclave().authority().certificate_pem;
  }
  void TearDown() override { ::remove(user_.c_str()), ::remove(authority_.c_str()); }

  // What `openssl s_client` says of a handshake, with every cipher that it knows.
  std::string HandShake(const std::string& options) const {
    const std::string command = "openssl s_client -connect " + served_.server().address() +
                                " -servername localhost -alpn h2 -cert " + user_ + " -key " +
                                user_ + " -CAfile " + authority_ + " " + options +
                                " </dev/null 2>&1";
    FILE* pipe = ::popen(command.c_str(), "r");
    std::string text;
    std::array<char, 4096> bytes;
    for (size_t got; (got = std::fread(bytes.data(), 1, bytes.size(), pipe)) > 0;)
      text.append(bytes.data(), got);
    ::pclose(pipe);
    return text;
  }

  mutable ServedEnclave served_{"tls"};
  const std::string user_ = ::testing::TempDir() + "/tls-user.pem";
  const std::string authority_ = ::testing::TempDir() + "/tls-authority.pem";
};

TEST_F(TlsTest, OnlyModernHandshakesAreAccepted) {
  struct Case {
    const char* options;
    const char* said;  // "New, ..." names what was agreed on
  };
  const std::vector<Case> cases = {
      {"-tls1 -cipher ALL:@SECLEVEL=0", "New, (NONE), Cipher is (NONE)"},
      {"-tls1_1 -cipher ALL:@SECLEVEL=0", "New, (NONE), Cipher is (NONE)"},
      {"-tls1_2", "New, TLSv1.2, Cipher is ECDHE-ECDSA-AES"},
      {"-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0", "New, (NONE), Cipher is (NONE)"},
      {"-tls1_3", "New, TLSv1.3, Cipher is TLS_"},
  };
  for (const Case& c : cases) {
    const std::string text = HandShake(c.options);
    EXPECT_THAT(text, HasSubstr(c.said)) << c.options;
    const bool accepted = std::string(c.said).find("NONE") == std::string::npos;
    EXPECT_EQ(text.find("Verify return code: 0 (ok)") != std::string::npos && accepted, accepted)
        << c.options;
  }
}

}  // namespace
}  // namespace kluis
