// A log and its witnesses over HTTP: cosignatures reach the receipts, and a database that was put
// back is noticed.
#include "server/witness/cosigning.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "server/witness/http.h"
#include "server/witness/witness.h"
#include "tests/server/ledger/ledger_fixture.h"

namespace kluis {
namespace {

using ::testing::HasSubstr;

struct RunningWitness {
  RunningWitness(const std::string& path, char seed, const NoteVerifier& log)
      : key(*CosignatureSigner::FromSeed(absl::StrCat("getuige-", std::string(1, seed)),
                                         std::string(32, seed))),
        database(*Database::Open(path, "")),
        witness(*Witness::Open(*database, {key, TrustPolicy(log), [] { return 1'795'000'000u; }})),
        server(*HttpServer::Start("127.0.0.1:0", [this](const HttpRequest& request) {
          return witness->Answer(request);
        })) {}

  CosignatureSigner key;
  std::unique_ptr<Database> database;
  std::unique_ptr<Witness> witness;
  std::unique_ptr<HttpServer> server;
};

class CosigningTest : public LedgerFixture {
 protected:
  void SetUp() override {
    ASSERT_TRUE(Open().ok());
    Fill(5);
    for (const char seed : {'a', 'b'}) {
      witnesses_.push_back(std::make_unique<RunningWitness>(
          absl::StrCat(folder_, "/witness-", std::string(1, seed)), seed, key_.verifier()));
    }
  }
  TrustPolicy Trust() const {
    std::string text = absl::StrCat("log ", key_.verifier().ToString(), "\n");
    for (const auto& w : witnesses_) {
      absl::StrAppend(&text, "witness ", w->key.verifier().name(), " ",
                      w->key.verifier().ToString(), " http://", w->server->address(), "/\n");
    }
    return *TrustPolicy::Parse(text + "group both all getuige-a getuige-b\nquorum both\n", "trust");
  }
  std::unique_ptr<Cosigning> Start() {
    return std::make_unique<Cosigning>(
        *ledger_, Trust(),
        Cosigning::Options{.every_ms = 0, .timeout_ms = 5'000, .on_change = [this](auto report) {
                             reports_.push_back(report);
                           }});
  }
  absl::StatusOr<VerifiedReceipt> VerifyTrusted(const CommittedRelease& release) {
    const ReceiptParts& parts = release.receipt();
    return VerifyReceipt(release.answer(), {parts.entry, parts.answer_salt, parts.proof}, Trust());
  }

  std::vector<std::unique_ptr<RunningWitness>> witnesses_;
  std::vector<CosigningReport> reports_;
};

TEST_F(CosigningTest, ReceiptsCarryTheCosignaturesFromTheNextRoundOn) {
  const auto cosigning = Start();
  const auto release = Refuse(Context());
  ASSERT_TRUE(release.ok());
  EXPECT_TRUE(Verify(*release, key_.verifier()).ok());
  EXPECT_THAT(VerifyTrusted(*release).status().message(), HasSubstr("cosigned by nobody"));
  ASSERT_TRUE(cosigning->AskAll());
  const auto again = ledger_->FindRelease(release->release(), "");
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(VerifyTrusted(*again).ok()) << VerifyTrusted(*again).status();
  ASSERT_TRUE(Refuse(Context()).ok());
  EXPECT_TRUE(VerifyTrusted(*ledger_->FindRelease(release->release(), "")).ok());
  ASSERT_TRUE(cosigning->AskAll());
  ASSERT_TRUE(Start()->AskAll()) << "one that knows nothing learns the size that was seen";
  ASSERT_TRUE(Open().ok());
  EXPECT_TRUE(Trust().Open(ledger_->cosigned()).ok());
}

TEST_F(CosigningTest, AWitnessThatIsAwayHoldsNothingUpAndCatchesUp) {
  const std::string path = folder_ + "/witness-b";
  const std::string address = witnesses_[1]->server->address();
  const auto cosigning = Start();
  witnesses_[1]->server.reset();
  EXPECT_FALSE(cosigning->AskAll());
  ASSERT_EQ(reports_.size(), 1u);
  EXPECT_EQ(reports_[0].witness, "getuige-b");
  EXPECT_EQ(reports_[0].status.code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(Refuse(Context()).ok());
  witnesses_[1]->server = *HttpServer::Start(
      address, [w = witnesses_[1]->witness.get()](const HttpRequest& r) { return w->Answer(r); });
  EXPECT_TRUE(cosigning->AskAll());
  EXPECT_TRUE(reports_.back().status.ok());
}

TEST_F(CosigningTest, ADatabaseThatWasPutBackIsSeenByTheWitnesses) {
  Close();
  std::filesystem::copy_file(Path(), Path() + ".good");
  ASSERT_TRUE(Open().ok());
  ASSERT_TRUE(Refuse(Context()).ok());
  ASSERT_TRUE(Start()->AskAll());
  Close();
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(Path() + suffix);
  std::filesystem::copy_file(Path() + ".good", Path());
  ASSERT_TRUE(Open().ok()) << "alone it looks whole";
  EXPECT_FALSE(Start()->AskAll());
  ASSERT_EQ(reports_.size(), 2u);
  EXPECT_EQ(reports_[0].status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(reports_[0].status.message(), HasSubstr("it has seen 6 entries of this log, and 5"));

  reports_.clear();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(Refuse(Context()).ok());
  EXPECT_FALSE(Start()->AskAll()) << "it goes on differently";
  EXPECT_EQ(reports_[0].status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(reports_[0].status.message(), HasSubstr("does not continue what it has seen"));
  EXPECT_EQ(witnesses_[0]->witness->Forks()->size(), 1u);
}

// What a stranger sends, byte for byte.
std::string Raw(const std::string& address, const std::string& bytes) {
  sockaddr_in peer = {};
  peer.sin_family = AF_INET;
  peer.sin_port = htons(static_cast<uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  inet_pton(AF_INET, "127.0.0.1", &peer.sin_addr);
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&peer), sizeof peer), 0);
  EXPECT_EQ(send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  shutdown(fd, SHUT_WR);
  std::string answer;
  char buffer[4096];
  for (ssize_t n; (n = recv(fd, buffer, sizeof buffer, 0)) > 0;) answer.append(buffer, n);
  close(fd);
  return answer;
}

TEST_F(CosigningTest, AStrangerGetsAnAnswerOrAClosedConnection) {
  const std::string address = witnesses_[0]->server->address();
  EXPECT_THAT(Raw(address, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
              HasSubstr("HTTP/1.1 404 Not Found"));
  EXPECT_THAT(Raw(address, "POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"),
              HasSubstr("HTTP/1.1 400 Bad Request"));
  for (const std::string& bytes :
       {std::string("\r\n\r\n\0\xff", 6), std::string("GET"), std::string(20'000, 'a'),
        std::string("POST /add-checkpoint HTTP/1.1\r\nContent-Length: 99999999\r\n\r\nx"),
        std::string("POST /add-checkpoint HTTP/1.1\r\nContent-Length: 10\r\n\r\nx")}) {
    EXPECT_EQ(Raw(address, bytes), "") << bytes.substr(0, 40);
  }
  EXPECT_TRUE(Start()->AskAll()) << "it still serves";
}

}  // namespace
}  // namespace kluis
