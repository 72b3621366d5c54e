// A dataset of firms that is imported into a folder of its own.
#ifndef KLUIS_TESTS_SERVER_CATALOGUE_IMPORT_WORKSHOP_H_
#define KLUIS_TESTS_SERVER_CATALOGUE_IMPORT_WORKSHOP_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/catalogue/catalogue_store.h"
#include "server/catalogue/import.h"
#include "server/duckdb/duckdb.h"

namespace kluis {

inline constexpr char kEntry[] = R"(dataset: firm
title: {nl: Bedrijven, en: Firms}
period: "2016"
unit: firm
source: {file: firm.csv}
bad_rows: refuse
contributor: [firm_id, holding_id]
weight: null
variables:
  firm_id: {role: identifier}
  holding_id: {role: identifier}
  region: {role: dimension, codes: codes/region.csv, levels: [part, town]}
  size: {role: dimension, values: [small, large], missing: ["", "?"]}
  age: {role: dimension, range: [0, 120]}
  turnover: {role: measure, decimals: 2, missing: [9999999999]}
  profit: {role: measure, decimals: 1, sign: any}
)";
inline constexpr char kRegions[] =
    "code,parent,level,label_nl,label_en\nN,,1,Noord,North\nN1,N,2,Een,One\nN2,N,2,Twee,Two\n"
    "Z,,1,Zuid,South\nZ1,Z,2,Drie,Three\n";
inline constexpr char kHeader[] = "profit,firm_id,holding_id,region,size,age,turnover,remark\n";

class ImportTest : public testing::Test {
 protected:
  ImportTest()
      : root_(std::filesystem::temp_directory_path() /
              ("kluis_import_" + std::to_string(getpid()))) {
    std::filesystem::remove_all(root_);
    Write("policies/datasets/firm.yaml", kEntry);
    Write("policies/codes/region.csv", kRegions);
  }
  ~ImportTest() override { std::filesystem::remove_all(root_); }

  void Write(const std::string& name, const std::string& text) {
    std::filesystem::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name, std::ios::binary) << text;
  }
  void WriteEntry(const std::string& from, const std::string& to) {
    std::string entry = kEntry;
    const size_t place = entry.find(from);
    ASSERT_NE(place, std::string::npos);
    Write("policies/datasets/firm.yaml", entry.replace(place, from.size(), to));
  }
  void WriteRows(const std::string& rows) { Write("policies/datasets/firm.csv", kHeader + rows); }
  std::string Data() const { return (root_ / "data").string(); }

  absl::StatusOr<ImportReport> Import(const std::string& name = "firm") {
    return ImportDataset({.entry_file = (root_ / "policies/datasets" / (name + ".yaml")).string(),
                          .policies_root = "",
                          .data_folder = Data(),
                          .pseudonym_key = key_,
                          .data_key = data_key_,
                          .memory_limit_mb = 512,
                          .threads = threads_,
                          .progress = [this](double done) { shares_.push_back(done); }});
  }
  std::string Refusal() {
    const auto report = Import();
    EXPECT_FALSE(report.ok());
    EXPECT_THAT(Files(), testing::IsEmpty()) << "something was kept";
    return std::string(report.status().message());
  }
  // What the data folder holds besides the lock.
  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    for (const auto& item : std::filesystem::recursive_directory_iterator(Data())) {
      if (item.path().filename() != ".import.lock") names.push_back(item.path().string());
    }
    return names;
  }
  std::string Dump(const std::string& select) {
    const auto catalogue = Catalogue::Open(Data());
    EXPECT_TRUE(catalogue.ok()) << catalogue.status();
    const std::string file = (*catalogue)->view()->datasets.at("firm").file;
    auto database = DuckDatabase::Open("", {});
    auto connection = (*database)->Connect();
    EXPECT_TRUE(
        (*connection)->Attach(file, "s", data_key_->bytes(), DuckConnection::Access::kRead).ok());
    auto result = (*connection)->Query("SELECT " + select + " FROM s.data");
    EXPECT_TRUE(result.ok()) << result.status();
    std::string text;
    while ((*result)->Next()) {
      for (int row = 0; row < (*result)->rows(); ++row) {
        absl::StrAppend(&text,
                        (*result)->IsNull(0, row) ? "null" : absl::StrCat((*result)->Int64(0, row)),
                        " ");
      }
    }
    return text;
  }

  std::filesystem::path root_;
  std::string key_ = std::string(32, 'k');
  std::shared_ptr<const DataKey> data_key_ = DataKey::Random();
  int threads_ = 1;
  std::vector<double> shares_;
};

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_CATALOGUE_IMPORT_WORKSHOP_H_
