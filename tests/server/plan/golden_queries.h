// The files of tests/golden/query: a query, a line ----, and what becomes of it.
#ifndef KLUIS_TESTS_SERVER_PLAN_GOLDEN_QUERIES_H_
#define KLUIS_TESTS_SERVER_PLAN_GOLDEN_QUERIES_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace kluis {

struct GoldenQuery {
  std::filesystem::path path;
  std::string query, outcome;
};

inline constexpr char kGoldenRule[] = "\n----\n";

// In the order of their names.
inline std::vector<GoldenQuery> GoldenQueries() {
  std::vector<GoldenQuery> queries;
  for (const auto& file : std::filesystem::directory_iterator(KLUIS_SOURCE_DIR "/tests/golden/query")) {
    std::ifstream in(file.path(), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    const std::string all = text.str();
    const size_t rule = all.find(kGoldenRule);
    EXPECT_NE(rule, std::string::npos) << file.path() << " has no line ----";
    if (rule == std::string::npos) continue;
    queries.push_back({file.path(), all.substr(0, rule), all.substr(rule + sizeof(kGoldenRule) - 1)});
  }
  std::sort(queries.begin(), queries.end(), [](const GoldenQuery& a, const GoldenQuery& b) { return a.path < b.path; });
  return queries;
}

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_PLAN_GOLDEN_QUERIES_H_
