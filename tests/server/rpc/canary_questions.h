// What is asked of an enclave full of canaries, and every byte of what comes back searched.
#ifndef KLUIS_TESTS_SERVER_RPC_CANARY_QUESTIONS_H_
#define KLUIS_TESTS_SERVER_RPC_CANARY_QUESTIONS_H_

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/rpc/grpc_error.h"
#include "tests/server/rpc/canary_enclave.h"

namespace kluis {

// Queries that read every column and take every way through the engine.
inline const char* const kCanaryQueries[] = {
    "SELECT buurt, geslacht, COUNT(*) AS n, SUM(inkomen) AS s, AVG(inkomen) AS a FROM persoon "
    "GROUP BY CUBE (buurt, geslacht)",
    "SELECT sbi, gemeente, COUNT(*) AS n, SUM(omzet) AS s, AVG(omzet) AS a FROM bedrijf GROUP BY "
    "CUBE (sbi, gemeente)",
    "SELECT gemeente, COUNT(DISTINCT holding_id) AS n, SUM(omzet) AS s FROM bedrijf GROUP BY "
    "gemeente",
    "SELECT h.inkomen, COUNT(*) AS n, SUM(p.inkomen) AS s FROM persoon p JOIN huishouden h ON p.hh "
    "= h.hh GROUP BY h.inkomen",
    "SELECT buurt, schuld, COUNT(*) AS n FROM persoon WHERE leeftijd < 65 GROUP BY buurt, schuld",
    "SELECT BAND(leeftijd, 10) AS l, COUNT(*) AS n, SUM(inkomen) AS s FROM persoon GROUP BY 1",
};

inline std::string Flat(const std::multimap<grpc::string_ref, grpc::string_ref>& metadata) {
  std::string text;
  for (const auto& [name, value] : metadata)
    absl::StrAppend(&text, std::string(name.data(), name.size()), "=",
                    std::string(value.data(), value.size()), "\n");
  return text;
}

struct CanaryOutcome {
  grpc::Status status;
  std::string answer;
};

// The queries of tests/server/query/corpus, accepted and refused.
inline std::vector<std::string> CanaryCorpus() {
  std::vector<std::string> queries;
  for (const char* name : {"accepted.txt", "refused.txt"}) {
    std::ifstream file(std::string(KLUIS_SOURCE_DIR "/tests/server/query/corpus/") + name);
    std::string query;
    bool outcome = false;
    for (std::string line; std::getline(file, line);) {
      if (line == "----") {
        queries.push_back(query);
        query.clear();
        outcome = true;
      } else if (outcome) {
        outcome = false;
      } else if (!query.empty() || (!line.empty() && line[0] != '#')) {
        absl::StrAppend(&query, line, "\n");
      }
    }
  }
  return queries;
}

class CanaryTest : public testing::Test {
 protected:
  CanaryTest()
      : served_(testing::UnitTest::GetInstance()->current_test_info()->name()),
        channel_(served_.Connect()),
        stub_(v1::EnclaveService::NewStub(channel_)),
        log_(v1::LogService::NewStub(channel_)) {}

  // One query as a client sees it; every byte of it is searched.
  CanaryOutcome Ask(const std::string& sql, bool dry = false,
                    std::chrono::microseconds patience = std::chrono::seconds(60)) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + patience);
    v1::RunQueryRequest request;
    request.set_sql(sql);
    request.set_project("projects/p");
    request.set_validate_only(dry);
    CanaryOutcome outcome;
    std::string bytes;
    const auto reader = stub_->RunQuery(&context, request);
    for (v1::RunQueryResponse part; reader->Read(&part);) {
      absl::StrAppend(&bytes, part.SerializeAsString(), "\n");
      outcome.answer.append(part.answer_chunk());
    }
    outcome.status = reader->Finish();
    absl::StrAppend(&bytes, outcome.answer, outcome.status.error_message(),
                    outcome.status.error_details(), Flat(context.GetServerInitialMetadata()),
                    Flat(context.GetServerTrailingMetadata()));
    served_.finder.Search("client", bytes);
    return outcome;
  }

  // One unary call or stream to its end.
  template <typename Message>
  void See(const grpc::Status& status, const Message& message) {
    served_.finder.Search("client", absl::StrCat(message.SerializeAsString(),
                                                 status.error_message(), status.error_details()));
  }

  // What else a client can ask for: datasets, its releases, the public part of the log.
  void LookAround() {
    const auto call = [&](const auto& method) {
      grpc::ClientContext context;
      method(&context);
    };
    call([&](grpc::ClientContext* context) {
      v1::ListDatasetsResponse list;
      See(stub_->ListDatasets(context, v1::ListDatasetsRequest(), &list), list);
    });
    for (const char* name : {"persoon", "bedrijf", "huishouden", "t", "CANARY"}) {
      call([&](grpc::ClientContext* context) {
        v1::GetDatasetRequest request;
        request.set_name(absl::StrCat("datasets/", name));
        v1::Dataset dataset;
        See(stub_->GetDataset(context, request, &dataset), dataset);
      });
    }
    call([&](grpc::ClientContext* context) {
      v1::ListReleasesRequest request;
      request.set_page_size(1000);
      v1::ListReleasesResponse list;
      See(stub_->ListReleases(context, request, &list), list);
    });
    call([&](grpc::ClientContext* context) {
      v1::Checkpoint checkpoint;
      See(log_->GetCheckpoint(context, v1::GetCheckpointRequest(), &checkpoint), checkpoint);
    });
    call([&](grpc::ClientContext* context) {
      const auto reader = log_->ListEntries(context, v1::ListEntriesRequest());
      int entries = 0;
      for (v1::Entry entry; reader->Read(&entry); ++entries)
        served_.finder.Search("log", entry.SerializeAsString());
      EXPECT_TRUE(reader->Finish().ok());
      EXPECT_GT(entries, 0);
    });
  }

  void ExpectNoCanary() {
    LookAround();
    served_.finder.Search("journal", served_.journal().Text());
    served_.finder.SearchFiles(served_.dir());
    for (const char* place :
         {"client", "log", "journal", "import", "file snapshot.duckdb", "file ledger.db"})
      EXPECT_GT(served_.finder.searched(place), 0u) << place;
    for (const auto& [place, canaries] : served_.finder.found()) {
      for (const std::string& canary : canaries)
        EXPECT_TRUE(IsSealedCell(place, canary)) << place << " shows " << canary;
    }
  }

  // The sealed part of the log has cells before protection (docs/operations.md), two of them of one
  // contributor.
  static bool IsSealedCell(const std::string& place, const std::string& canary) {
    return place.rfind("file ledger.db", 0) == 0 &&
           (canary == "618742039.55" || canary == "731654890.93");
  }

  // The whole corpus and the queries above, each also as a dry run.
  void AskTheCorpus() {
    std::vector<std::string> queries = CanaryCorpus();
    EXPECT_GT(queries.size(), 200u);
    queries.insert(queries.end(), std::begin(kCanaryQueries), std::end(kCanaryQueries));
    int released = 0, refused = 0;
    for (const std::string& query : queries) {
      for (const bool dry : {true, false}) {
        const CanaryOutcome outcome = Ask(query, dry);
        EXPECT_TRUE(outcome.status.ok()) << query << ": " << outcome.status.error_message();
        released += outcome.answer.find("\"status\":\"released\"") != std::string::npos;
        refused += outcome.answer.find("\"status\":\"refused\"") != std::string::npos;
      }
    }
    std::printf("%zu queries: %d released, %d refused (each also as a dry run)\n", queries.size(),
                released, refused);
    EXPECT_GT(released, 40);
    EXPECT_GT(refused, 100);
  }

  // Asks query number `i`; whether the engine failed, which a client knows by a number alone.
  bool Fails(int i) {
    const CanaryOutcome outcome =
        Ask(kCanaryQueries[static_cast<size_t>(i) % std::size(kCanaryQueries)]);
    if (outcome.status.ok()) return false;
    EXPECT_EQ(outcome.status.error_code(), grpc::StatusCode::INTERNAL)
        << outcome.status.error_message();
    EXPECT_EQ(ReasonOf(outcome.status), "INTERNAL");
    EXPECT_EQ(outcome.status.error_message().rfind(
                  "a fault of the server; its journal has it under reference ", 0),
              0u);
    EXPECT_EQ(outcome.answer, "");
    return true;
  }

  CanaryEnclave served_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::EnclaveService::Stub> stub_;
  std::unique_ptr<v1::LogService::Stub> log_;
};

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_RPC_CANARY_QUESTIONS_H_
