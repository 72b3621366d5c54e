// No value of a row reaches a client or a log: canaries planted in the data are searched in every
// byte that a client gets, in the journal and in every file of the enclave, over the whole corpus
// of queries and more than a thousand provoked errors of the engine.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <string>

#include "tests/server/rpc/canary_questions.h"
#include "tests/server/rpc/kluisd_process.h"

namespace kluis {
namespace {

namespace fs = std::filesystem;

TEST_F(CanaryTest, TheWholeCorpusShowsNoValueOfARow) {
  AskTheCorpus();
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
    stopped += !Ask(kCanaryQueries[0], false, std::chrono::milliseconds(2 * i)).status.ok();

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
  for (const char* query : kCanaryQueries) {
    for (const char* format : {"table", "csv", "json"})
      EXPECT_EQ(run(absl::StrCat("query --project p --format ", format, " -e \"", query, "\"")), 0)
          << query;
  }
  EngineOptions options = served_.Options();
  options.data_key = DataKey::Random();
  served_.engine.run = CanaryEnclave::Fresh(options);
  for (const char* query : kCanaryQueries)
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
