// A child process with 256 descriptors survives 1,000 idle connections on its port.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

#include "server/enclave/init.h"
#include "server/rpc/operator_client.h"
#include "tests/server/rpc/kluisd_process.h"
#include "tests/server/rpc/served_enclave.h"

namespace kluis {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

int Dial(int port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(port));
  inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  ::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to);
  return fd;
}

// Starts `kluisd serve` in a child with few descriptors.
class StormTest : public ::testing::Test {
 protected:
  void SetUp() override {
    setenv("KLUIS_SHARE_DIR", KLUIS_SOURCE_DIR "/policies", 1);
    dir_ = ::testing::TempDir() + "/storm";
    std::filesystem::remove_all(dir_);
    ASSERT_TRUE(InitEnclave({.dir = dir_}, [](const std::string&) {}).ok());
    rlimit own = {};
    getrlimit(RLIMIT_NOFILE, &own);
    own.rlim_cur = std::min<rlim_t>(own.rlim_max, 8192);  // for the idle ends
    setrlimit(RLIMIT_NOFILE, &own);
    server_ = std::make_unique<KluisdProcess>(dir_, 256);
    port_ = server_->port();
  }
  void TearDown() override {
    server_.reset();
    std::filesystem::remove_all(dir_);
  }

  KeyAndCertificate AddAnna() {
    const auto operations = OpenOperations(dir_);
    const auto bundle =
        nlohmann::json::parse(*(*operations)->AddUser({"anna", "researcher", "heerlen"}));
    ca_ = bundle["ca"];
    return {bundle["key"], bundle["certificate"]};
  }

  // Seconds until a new connection of `user` has its answer; -1 when it has none after 15 s.
  // `patient`: dials again when it is refused, as a client that waits does.
  double SecondsUntilServed(const KeyAndCertificate& user, bool patient = false) const {
    grpc::ChannelArguments arguments;
    arguments.SetInt("grpc.use_local_subchannel_pool", 1);
    const auto stub = v1::EnclaveService::NewStub(grpc::CreateCustomChannel(
        "127.0.0.1:" + std::to_string(port_),
        grpc::SslCredentials({ca_, user.key_pem, user.certificate_pem}), arguments));
    const auto begin = Clock::now();
    grpc::ClientContext context;
    context.set_wait_for_ready(patient);
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(15));
    v1::Caller caller;
    const bool good = stub->GetCaller(&context, v1::GetCallerRequest(), &caller).ok();
    return good ? SecondsSince(begin) : -1;
  }

  long OpenDescriptors() const {
    const std::filesystem::directory_iterator all("/proc/" + std::to_string(server_->id()) + "/fd");
    return std::distance(begin(all), end(all));
  }

  std::string dir_, ca_;
  std::unique_ptr<KluisdProcess> server_;
  int port_ = 0;
};

TEST_F(StormTest, ANewClientIsServedDuringAndAfterTheStormAndTheEndIsClean) {
  const KeyAndCertificate anna = AddAnna();
  std::vector<int> idle;
  for (int i = 0; i < 1000; ++i) idle.push_back(Dial(port_));
  const double during = SecondsUntilServed(anna);
  const long held = OpenDescriptors();
  for (const int fd : idle) ::close(fd);
  const double after = SecondsUntilServed(anna);
  std::printf("served during the storm after %.3f s (%ld descriptors open), after it in %.3f s\n",
              during, held, after);
  for (const double seconds : {during, after}) {
    EXPECT_GE(seconds, 0) << "not served";
    EXPECT_LT(seconds, 2);
  }
  EXPECT_LE(held, 192 + 8) << "connections have three quarters of 256 descriptors";

  const auto begin = Clock::now();
  EXPECT_EQ(server_->Terminate(), 0);
  EXPECT_LT(SecondsSince(begin), 5);
}

// Who has said a byte stands in gRPC, where nobody makes room for others: the deadline of the
// handshake does, and a client that dials again is served then.
TEST_F(StormTest, APatientClientIsServedBehindAThousandHalfHandshakes) {
  const KeyAndCertificate anna = AddAnna();
  std::vector<int> half;
  for (int i = 0; i < 1000; ++i) {
    half.push_back(Dial(port_));
    pollfd connected = {half.back(), POLLOUT, 0};
    ASSERT_EQ(::poll(&connected, 1, 2000), 1);
    ::send(half.back(), "\x16", 1, MSG_NOSIGNAL);
  }
  const double during = SecondsUntilServed(anna, /*patient=*/true);
  std::printf("served behind half handshakes after %.3f s\n", during);
  EXPECT_GE(during, 0) << "not served";
  EXPECT_LT(during, 12) << "5 s for the handshakes, then the next attempt of gRPC's backoff";
  for (const int fd : half) ::close(fd);
  const double after = SecondsUntilServed(anna);
  EXPECT_GE(after, 0) << "not served";
  EXPECT_LT(after, 2);
}

TEST_F(StormTest, SilentHandshakesAreDroppedAfterFiveSeconds) {
  const int silent = Dial(port_);
  const int half = Dial(port_);  // says the first bytes of a handshake, and no more
  ::usleep(100'000);
  ASSERT_EQ(::write(half, "\x16\x03\x01", 3), 3);
  const auto begin = Clock::now();
  for (const int fd : {silent, half}) {
    char byte = 0;
    ssize_t got = -1;
    while ((got = ::read(fd, &byte, 1)) < 0 && errno == EAGAIN && SecondsSince(begin) < 9)
      ::usleep(20'000);
    EXPECT_GE(SecondsSince(begin), 4.5);
    EXPECT_LT(SecondsSince(begin), 6.5);
    ::close(fd);
  }
}

int64_t HighWaterKilobytes(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmHWM:", 0) == 0) return std::stoll(line.substr(6));
  }
  return 0;
}

TEST_F(StormTest, ACompressedBombIsRefusedUnopened) {
  const KeyAndCertificate anna = AddAnna();
  grpc::ChannelArguments arguments;
  arguments.SetCompressionAlgorithm(GRPC_COMPRESS_GZIP);
  const auto channel = grpc::CreateCustomChannel(
      "127.0.0.1:" + std::to_string(port_),
      grpc::SslCredentials({ca_, anna.key_pem, anna.certificate_pem}), arguments);
  ASSERT_FALSE(channel == nullptr);
  const int64_t before = HighWaterKilobytes(server_->id());
  v1::RunQueryRequest request;
  request.set_sql(std::string(300'000'000, ' '));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
  const auto reader = v1::EnclaveService::NewStub(channel)->RunQuery(&context, request);
  v1::RunQueryResponse part;
  EXPECT_FALSE(reader->Read(&part));
  const grpc::Status status = reader->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNIMPLEMENTED) << status.error_message();
  const int64_t grown = HighWaterKilobytes(server_->id()) - before;
  EXPECT_LT(grown, 100'000);
  std::printf("a bomb of 300 MB: the server grew by %lld kB\n", static_cast<long long>(grown));
}

}  // namespace
}  // namespace kluis
