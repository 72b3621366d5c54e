// A folder with microdata of made-up firms, their entry, code lists and rule sets; and kluis-sdc
// run in it.
#ifndef KLUIS_TESTS_SERVER_LOCAL_WORKSHOP_H_
#define KLUIS_TESTS_SERVER_LOCAL_WORKSHOP_H_

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/local/cli.h"

namespace kluis {

struct Outcome {
  int exit = -1;
  std::string out, err;
};

inline Outcome Sdc(const std::vector<std::string>& arguments) {
  std::ostringstream out, err;
  const int exit = RunLocal(arguments, {out, err});
  return {exit, out.str(), err.str()};
}

class Workshop : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = "/tmp/kluis-workshop-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    ::setenv("TMPDIR", Path("tmp").c_str(), 1);
    for (const char* below : {"tmp", "policies/datasets", "policies/codes"})
      std::filesystem::create_directories(Path(below));
    Write("policies/codes/sbi.csv",
          "code,parent,level,label_nl,label_en\n"
          "A,,1,,\nA1,A,2,,\nA2,A,2,,\nB,,1,,\nB1,B,2,,\nB2,B,2,,\nB3,B,2,,\nC,,1,,\nC1,C,2,,\n");
    Write("policies/datasets/firms.yaml",
          "dataset: firms\ntitle: Firms\nperiod: \"2016\"\nlineage: firms\nunit: firm\n"
          "source: {file: firms.csv, empty: \"\"}\nbad_rows: refuse\ncontributor: [row]\n"
          "variables:\n"
          "  row: {role: identifier, column: \"#row\"}\n"
          "  sbi: {role: dimension, kind: identifying, codes: codes/sbi.csv, levels: [sectie, "
          "afdeling]}\n"
          "  gemeente: {role: dimension, kind: identifying, values: [G1, G2, G3, G4]}\n"
          "  grootte: {role: dimension, kind: identifying, values: [klein, groot]}\n"
          "  omzet: {role: measure, decimals: 1}\n"
          "  winst: {role: measure, decimals: 0, sign: any}\n");
    Write("rules.yaml",
          "rules: firms\nfrequency: {minimum: 3, zeros: publish, protect: exact}\n"
          "dominance: [{n: 1, share: 0.80}]\n"
          "secondary: {protect: interval, cost: value, deadline: 10s}\n");
    Write("firms.csv", Firms());
  }

  void TearDown() override {
    ::unsetenv("TMPDIR");
    if (folder_.empty()) return;
    EXPECT_TRUE(std::filesystem::is_empty(Path("tmp"))) << "microdata were left behind";
    std::filesystem::remove_all(folder_);
  }

  // 150 firms, the same ever again: sizes fall off steeply, so that some dominate.
  static std::string Firms() {
    const char* codes[] = {"A1", "A2", "B1", "B2", "B3", "C1"};
    std::string text = "sbi,gemeente,grootte,omzet,winst\n";
    uint32_t state = 20240614;
    const auto draw = [&](uint32_t below) {
      state = state * 1664525u + 1013904223u;
      return (state >> 8) % below;
    };
    for (int i = 0; i < 150; ++i) {
      const uint32_t size = draw(1000) + 1;
      const uint32_t omzet = 100'000 / size;
      absl::StrAppend(&text, codes[draw(6)], ",G", 1 + draw(4), ",",
                      omzet > 400 ? "groot" : "klein", ",", omzet, ".", draw(10), ",",
                      static_cast<int>(omzet) / 5 - 40, "\n");
    }
    return text;
  }

  std::string Path(const std::string& name) const { return absl::StrCat(folder_, "/", name); }

  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(Path(name), std::ios::binary) << text;
  }

  std::string Read(const std::string& name) const {
    std::ifstream file(Path(name), std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }

  std::vector<std::string> Protect(const std::vector<std::string>& tables,
                                   const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"protect",
                                          "--microdata",
                                          Path("firms.csv"),
                                          "--describe",
                                          Path("policies/datasets/firms.yaml"),
                                          "--rules",
                                          Path("rules.yaml")};
    for (const std::string& table : tables) {
      arguments.push_back("--table");
      arguments.push_back(table);
    }
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  nlohmann::json ReadReport(const std::string& name) const {
    return nlohmann::json::parse(Read(name));
  }

  // Header and rows of a CSV without quotes.
  static std::vector<std::map<std::string, std::string>> Rows(const std::string& csv) {
    std::vector<std::map<std::string, std::string>> rows;
    std::vector<std::string> header;
    for (const auto& line : absl::StrSplit(csv, "\r\n", absl::SkipEmpty())) {
      const std::vector<std::string> fields = absl::StrSplit(line, ',');
      if (header.empty()) {
        header = fields;
        continue;
      }
      auto& row = rows.emplace_back();
      for (size_t f = 0; f < header.size(); ++f) row[header[f]] = fields[f];
    }
    return rows;
  }

  std::string folder_;
};

inline constexpr char kCube[] =
    "SELECT sbi, gemeente, SUM(omzet) AS omzet FROM firms GROUP BY CUBE (sbi, gemeente)";

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_LOCAL_WORKSHOP_H_
