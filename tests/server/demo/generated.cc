#include "tests/server/demo/generated.h"

#include <openssl/sha.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/escaping.h"
#include "disclosure/base/check.h"
#include "server/demo/csv_file.h"

namespace kluis::demo {
namespace {

namespace fs = std::filesystem;

// Removes the folders when the program ends.
class Folders {
 public:
  ~Folders() {
    for (const std::string& path : paths_) {
      std::error_code ignored;
      fs::remove_all(path, ignored);
    }
  }
  std::string Make() {
    std::string path = (fs::temp_directory_path() / "kluis-demo-XXXXXX").string();
    KLUIS_CHECK(mkdtemp(path.data()) != nullptr);
    paths_.push_back(path);
    return path;
  }

 private:
  std::vector<std::string> paths_;
};

std::string Bytes(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

std::string Sha256(const std::string& bytes) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
  return absl::BytesToHexString({reinterpret_cast<const char*>(digest), sizeof digest});
}

}  // namespace

Table::Table(const std::string& path) {
  auto rows = ReadCsv(path);
  KLUIS_CHECK(rows.ok() && !rows->empty());
  for (size_t i = 0; i < rows->front().size(); ++i) columns_[rows->front()[i]] = i;
  rows_.assign(std::make_move_iterator(rows->begin() + 1), std::make_move_iterator(rows->end()));
}

double Table::Number(size_t row, const std::string& column) const {
  return std::strtod(At(row, column).c_str(), nullptr);
}

std::string DemoPolicies() { return std::string(KLUIS_SOURCE_DIR) + "/policies/demo"; }

std::string Generate(DemoOptions options) {
  static Folders* folders = [] {
    static Folders owned;
    return &owned;
  }();
  options.figures = DemoPolicies() + "/figures";
  options.output = folders->Make();
  const absl::Status status = GenerateDemo(options, [](absl::string_view) {});
  KLUIS_CHECK(status.ok());
  return options.output;
}

const std::string& FullSize() {
  static const std::string* folder = new std::string(Generate({.registers = false}));
  return *folder;
}

std::map<std::string, std::string> Fingerprints(const std::string& folder) {
  std::map<std::string, std::string> fingerprints;
  for (const fs::path& place : {fs::path(folder), fs::path(folder) / "registers"}) {
    if (!fs::exists(place)) continue;
    for (const auto& entry : fs::directory_iterator(place)) {
      if (entry.path().extension() != ".csv") continue;
      fingerprints[fs::relative(entry.path(), folder).string()] = Sha256(Bytes(entry.path()));
    }
  }
  return fingerprints;
}

std::map<std::string, std::string> Parents() {
  const Table list(DemoPolicies() + "/codes/buurt.csv");
  std::map<std::string, std::string> parents;
  for (size_t i = 0; i < list.rows(); ++i) parents[list.At(i, "code")] = list.At(i, "parent");
  return parents;
}

}  // namespace kluis::demo
