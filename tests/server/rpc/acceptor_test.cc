#include "server/rpc/acceptor.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

namespace kluis {
namespace {

using Clock = std::chrono::steady_clock;

int Dial(const std::string& address) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to = {};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
  EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
  return fd;
}

// Seconds until the peer closes; -1 when it does not within `patience_ms`.
double SecondsUntilClosed(int fd, int patience_ms) {
  const auto begin = Clock::now();
  pollfd waiting = {fd, POLLIN, 0};
  if (::poll(&waiting, 1, patience_ms) <= 0) return -1;
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

class AcceptorTest : public ::testing::Test {
 protected:
  void Start(Acceptor::Options options) {
    options.address = "127.0.0.1:0";
    auto acceptor = Acceptor::Listen(options);
    ASSERT_TRUE(acceptor.ok()) << acceptor.status();
    acceptor_ = std::move(*acceptor);
    acceptor_->Start([this](int fd) {
      ++handed_on_;
      ::close(fd);
    });
  }

  std::unique_ptr<Acceptor> acceptor_;
  std::atomic<int> handed_on_{0};
};

TEST_F(AcceptorTest, AConnectionThatSpeaksIsHandedOn) {
  Start({});
  const int fd = Dial(acceptor_->address());
  ASSERT_EQ(::write(fd, "x", 1), 1);
  EXPECT_GE(SecondsUntilClosed(fd, 2000), 0);
  EXPECT_EQ(handed_on_, 1);
  ::close(fd);
}

TEST_F(AcceptorTest, ASilentConnectionIsClosedInTimeAndNeverHandedOn) {
  Start({.address = "", .silence_ms = 300});
  const int fd = Dial(acceptor_->address());
  const double seconds = SecondsUntilClosed(fd, 3000);
  EXPECT_GE(seconds, 0.2);
  EXPECT_LE(seconds, 1.5);
  EXPECT_EQ(handed_on_, 0);
  ::close(fd);
}

TEST_F(AcceptorTest, AtTheCapTheOldestSilentConnectionMakesRoom) {
  const int low = ::dup(0);
  ::close(low);
  // Both ends live in this process: ten connections use twenty descriptors.
  Start({.address = "", .silence_ms = 60'000, .descriptor_limit = low + 30});
  std::vector<int> silent;
  for (int i = 0; i < 30; ++i) silent.push_back(Dial(acceptor_->address()));
  EXPECT_GE(SecondsUntilClosed(silent.front(), 2000), 0) << "the oldest is closed";
  const int fd = Dial(acceptor_->address());
  ASSERT_EQ(::write(fd, "x", 1), 1);
  EXPECT_GE(SecondsUntilClosed(fd, 2000), 0);
  for (const int one : silent) ::close(one);
  ::close(fd);
}

TEST_F(AcceptorTest, ATakenAddressIsRefused) {
  Start({});
  EXPECT_EQ(Acceptor::Listen({.address = acceptor_->address()}).status().code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(Acceptor::Listen({.address = "nonsense"}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace kluis
