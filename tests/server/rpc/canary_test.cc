// No value of a row reaches a client or a log: canaries planted in the data are searched in every
// byte that a client gets, in the journal and in every file of the enclave, over the whole corpus
// of queries and more than a thousand provoked errors of the engine.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/rpc/grpc_error.h"
#include "tests/server/rpc/canary_enclave.h"
#include "tests/server/rpc/kluisd_process.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;
using std::chrono::system_clock;

// Queries that read every column and take every way through the engine.
const char* const kQueries[] = {
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

std::string Flat(const std::multimap<grpc::string_ref, grpc::string_ref>& metadata) {
  std::string text;
  for (const auto& [name, value] : metadata)
    absl::StrAppend(&text, std::string(name.data(), name.size()), "=",
                    std::string(value.data(), value.size()), "\n");
  return text;
}

struct Outcome {
  grpc::Status status;
  std::string answer;
};

class CanaryTest : public testing::Test {
 protected:
  CanaryTest()
      : served_(testing::UnitTest::GetInstance()->current_test_info()->name()),
        channel_(served_.Connect()),
        stub_(v1::EnclaveService::NewStub(channel_)),
        log_(v1::LogService::NewStub(channel_)) {}

  // One query as a client sees it; every byte of it is searched.
  Outcome Ask(const std::string& sql, bool dry = false,
              std::chrono::microseconds patience = std::chrono::seconds(60)) {
    grpc::ClientContext context;
    context.set_deadline(system_clock::now() + patience);
    v1::RunQueryRequest request;
    request.set_sql(sql);
    request.set_project("projects/p");
    request.set_validate_only(dry);
    Outcome outcome;
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

  // Asks query number `i`; whether the engine failed, which a client knows by a number alone.
  bool Fails(int i) {
    const Outcome outcome = Ask(kQueries[static_cast<size_t>(i) % std::size(kQueries)]);
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

// The queries of tests/server/query/corpus, accepted and refused.
std::vector<std::string> Corpus() {
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

TEST_F(CanaryTest, TheWholeCorpusShowsNoValueOfARow) {
  std::vector<std::string> queries = Corpus();
  EXPECT_GT(queries.size(), 200u);
  queries.insert(queries.end(), std::begin(kQueries), std::end(kQueries));
  int released = 0, refused = 0;
  for (const std::string& query : queries) {
    for (const bool dry : {true, false}) {
      const Outcome outcome = Ask(query, dry);
      EXPECT_TRUE(outcome.status.ok()) << query << ": " << outcome.status.error_message();
      released += outcome.answer.find("\"status\":\"released\"") != std::string::npos;
      refused += outcome.answer.find("\"status\":\"refused\"") != std::string::npos;
    }
  }
  std::printf("%zu queries: %d released, %d refused (each also as a dry run)\n", queries.size(),
              released, refused);
  EXPECT_GT(released, 40);
  EXPECT_GT(refused, 100);
  ExpectNoCanary();
}

// Spoils one file of the enclave for as long as it lives.
class SpoiltFile {
 public:
  SpoiltFile(std::string path, const std::string& bytes)
      : path_(std::move(path)), whole_(*ReadFile(path_)) {
    EXPECT_TRUE(WritePrivateFile(path_, bytes).ok());
  }
  ~SpoiltFile() {
    fs::remove_all(path_);
    EXPECT_TRUE(WritePrivateFile(path_, whole_).ok());
  }

 private:
  std::string path_, whole_;
};

TEST_F(CanaryTest, AThousandErrorsOfTheEngineShowNoValueOfARow) {
  const EngineOptions good = served_.Options();
  const std::string persons = served_.FileOf("persoon"), firms = served_.FileOf("bedrijf");
  const std::string person_bytes = *ReadFile(persons), firm_bytes = *ReadFile(firms);
  std::map<std::string, int> failed;
  const auto count = [&](const std::string& kind, int i) { failed[kind] += Fails(i); };

  for (int i = 0; i < 400; ++i) {
    const std::string& file = i % 2 ? firms : persons;
    std::string bytes = i % 2 ? firm_bytes : person_bytes;
    bytes[bytes.size() * static_cast<size_t>(i) / 400] ^= 0x20;
    const SpoiltFile spoilt(file, bytes);
    count("a changed byte", i % 2);
  }
  for (int i = 0; i < 150; ++i) {
    const std::string& bytes = i % 2 ? firm_bytes : person_bytes;
    const SpoiltFile spoilt(i % 2 ? firms : persons,
                            bytes.substr(0, bytes.size() * static_cast<size_t>(i) / 150));
    count("a cut file", i % 2);
  }
  for (int i = 0; i < 50; ++i) {
    const SpoiltFile spoilt(persons, "CANARY-NOTE, and no database");
    if (i % 2) fs::remove(persons);
    count(i % 2 ? "a missing file" : "another file", 0);
  }
  for (int i = 0; i < 100; ++i) {
    EngineOptions options = good;
    options.data_key = DataKey::Random();
    served_.engine.run = CanaryEnclave::Fresh(options);
    count("another key", i);
  }
  for (int i = 0; i < 100; ++i) {
    EngineOptions options = good;
    options.memory_limit_mb = 1;
    options.temp_directory = "";
    served_.engine.run = CanaryEnclave::Fresh(options);
    count("no memory", i);
  }
  // DuckDB quotes the pseudonym of a row when its square is beyond 128 bits.
  served_.engine.run = CanaryEnclave::Fresh(good, [](AggregationPlan* plan) {
    plan->weight = plan->sources[0].dataset == "bedrijf" ? "bedrijf_id" : "rin";
    plan->measures[0].column = plan->weight;
  });
  for (int i = 0; i < 200; ++i) count("an overflow", i % 2);
  served_.engine.run = CanaryEnclave::Fresh(good, [](AggregationPlan* plan) {
    plan->contributor = {"no such column"};
    plan->contributor_unique = false;
  });
  for (int i = 0; i < 100; ++i) count("no such column", i);
  served_.engine.run = CanaryEnclave::Fresh(good);
  int stopped = 0;
  for (int i = 0; i < 50; ++i)
    stopped += !Ask(kQueries[0], false, std::chrono::milliseconds(2 * i)).status.ok();

  int total = 0;
  for (const auto& [kind, number] : failed) {
    std::printf("%4d x %s\n", number, kind.c_str());
    EXPECT_GT(number, 20) << kind;
    total += number;
  }
  std::printf("%4d errors of the engine, and %d queries that ran out of time\n", total, stopped);
  EXPECT_GE(total, 1000);
  EXPECT_FALSE(Fails(0)) << "and then it answers again";
  ExpectNoCanary();
}

// The client's program: both of its streams.
TEST_F(CanaryTest, TheProgramsOfAClientShowNoValueOfARow) {
  setenv("XDG_CONFIG_HOME", (served_.home() + "/config").c_str(), 1);
  const auto run = [&](const std::string& arguments) {
    const Ran ran = RunShell(std::string(KLUIS) + " " + arguments + " </dev/null");
    served_.finder.Search("program", ran.output);
    return ran.exit;
  };
  ASSERT_EQ(run("login --bundle " + served_.bundle()), 0);
  for (const char* query : kQueries) {
    for (const char* format : {"table", "csv", "json"})
      EXPECT_EQ(run(absl::StrCat("query --project p --format ", format, " -e \"", query, "\"")), 0)
          << query;
  }
  EngineOptions options = served_.Options();
  options.data_key = DataKey::Random();
  served_.engine.run = CanaryEnclave::Fresh(options);
  for (const char* query : kQueries)
    EXPECT_EQ(run(absl::StrCat("query --project p -e \"", query, "\"")), 1);
  for (const char* command : {"datasets", "describe persoon", "describe bedrijf.omzet", "releases"})
    EXPECT_EQ(run(command), 0) << command;
  EXPECT_GT(served_.finder.searched("program"), 2'000u);
  ExpectNoCanary();
}

// The search itself: what is planted is found, in each of its forms.
TEST(CanaryFinderTest, EveryFormOfACanaryIsFound) {
  CanaryFinder finder;
  finder.AddText("CANARY-RIN-1");
  finder.AddMeasure(73'165'489'093);
  const int64_t hundredths = 73'165'489'093;
  const std::string stored(reinterpret_cast<const char*>(&hundredths), sizeof hundredths);
  const std::vector<std::pair<std::string, bool>> cases = {
      {"a message with CANARY-RIN-1 in it", true},
      {"731654890.93", true},
      {"x731654890,93", true},
      {"73165489093", true},
      {"x" + stored, true},
      {"7.316548909e+08", true},
      {"731654890.92", false},
      {"CANARY-R", false},
      {"", false},
  };
  for (const auto& [bytes, there] : cases) {
    const size_t before = finder.found().size();
    finder.Search("case " + bytes, bytes);
    EXPECT_EQ(finder.found().size() > before, there) << bytes;
  }
}

}  // namespace
}  // namespace kluis
