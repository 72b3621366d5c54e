// Every query of corpus/*.txt has exactly the outcome that stands under it:
//
//   SELECT COUNT(*) FROM persoon
//   ----
//   ok SELECT COUNT(*) FROM persoon
//
// "ok" with the canonical text, or "CODE line:column". Cases are parted by an empty line; lines that
// start with # are remarks.
#include <dirent.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "server/query/parsed_query.h"

namespace kluis {
namespace {

struct Case {
  std::string file, query, outcome;
};

std::vector<std::string> CorpusFiles() {
  std::vector<std::string> files;
  DIR* folder = opendir(KLUIS_CORPUS);
  while (const dirent* entry = readdir(folder)) {
    const std::string name = entry->d_name;
    if (name.size() > 4 && name.substr(name.size() - 4) == ".txt") files.push_back(name);
  }
  closedir(folder);
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<Case> ReadCorpus() {
  std::vector<Case> cases;
  for (const std::string& name : CorpusFiles()) {
    std::ifstream file(std::string(KLUIS_CORPUS) + "/" + name);
    Case current{name, "", ""};
    bool outcome = false;
    for (std::string line; std::getline(file, line);) {
      if (!outcome && current.query.empty() && (line.empty() || line[0] == '#')) continue;
      if (line == "----") {
        outcome = true;
      } else if (outcome) {
        current.outcome = line;
        cases.push_back(current);
        current = Case{name, "", ""};
        outcome = false;
      } else {
        current.query += (current.query.empty() ? "" : "\n") + line;
      }
    }
  }
  return cases;
}

std::string OutcomeOf(const std::string& query) {
  const Decision<ParsedQuery> decision = ParseQuery(query);
  if (decision.allowed()) return "ok " + decision.value().canonical;
  const Refusal& refusal = decision.refusal();
  return absl::StrCat(refusal.code, " ", refusal.line, ":", refusal.column);
}

TEST(QueryCorpusTest, EveryQueryHasTheOutcomeUnderIt) {
  const std::vector<Case> cases = ReadCorpus();
  EXPECT_GE(cases.size(), 120u);
  for (const Case& c : cases) EXPECT_EQ(OutcomeOf(c.query), c.outcome) << c.file << ":\n" << c.query;
}

TEST(QueryCorpusTest, EveryRefusalIsUsageWithAReasonAndWhatToWriteInstead) {
  for (const Case& c : ReadCorpus()) {
    const Decision<ParsedQuery> decision = ParseQuery(c.query);
    if (decision.allowed()) continue;
    const Refusal& refusal = decision.refusal();
    EXPECT_EQ(refusal.kind, RefusalKind::kUsage) << c.query;
    EXPECT_FALSE(refusal.message.empty()) << c.query;
    EXPECT_FALSE(refusal.hint.empty()) << c.query;
    EXPECT_LE(refusal.code.size(), 63u) << c.query;
    EXPECT_GE(refusal.line, 1) << c.query;
    EXPECT_GE(refusal.column, 1) << c.query;
  }
}

TEST(QueryCorpusTest, TheCanonicalTextIsInTheLanguageAndIsItsOwnCanonicalText) {
  for (const Case& c : ReadCorpus()) {
    if (c.outcome.substr(0, 3) != "ok ") continue;
    EXPECT_EQ(OutcomeOf(c.outcome.substr(3)), c.outcome) << c.query;
  }
}

TEST(QueryCorpusTest, NamesThatAreWordsOfPostgresqlKeepTheirQuotes) {
  for (const std::string word : {"select", "from", "user", "left", "end", "like", "table", "authorization", "all", "current_date"}) {
    const std::string name = "\"" + word + "\"";
    const std::string canonical = "SELECT " + name + ", COUNT(*) AS n, SUM(" + name + ") FROM " + name + " AS x JOIN y AS " + name + " ON x." + name +
                                  " = " + name + "." + name + " WHERE " + name + " IN ('a') GROUP BY " + name;
    EXPECT_EQ(OutcomeOf(canonical), "ok " + canonical);
  }
  EXPECT_EQ(OutcomeOf("SELECT \"count\", COUNT(*) AS n FROM \"interval\" GROUP BY 1"), "ok SELECT count, COUNT(*) AS n FROM interval GROUP BY count");
}

}  // namespace
}  // namespace kluis
