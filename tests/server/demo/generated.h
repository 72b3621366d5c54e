// The demo data, generated once per test program, and read back as text.
#ifndef KLUIS_TESTS_SERVER_DEMO_GENERATED_H_
#define KLUIS_TESTS_SERVER_DEMO_GENERATED_H_

#include <map>
#include <string>
#include <vector>

#include "server/demo/demo.h"

namespace kluis::demo {

// A CSV file by column name.
class Table {
 public:
  explicit Table(const std::string& path);
  size_t rows() const { return rows_.size(); }
  const std::string& At(size_t row, const std::string& column) const {
    return rows_[row][columns_.at(column)];
  }
  double Number(size_t row, const std::string& column) const;

 private:
  std::map<std::string, size_t> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// policies/demo of the source tree.
std::string DemoPolicies();

// A folder with the demo data at full size, without the registers.
const std::string& FullSize();

// Generates into a new temporary folder, which stays until the program ends.
std::string Generate(DemoOptions options);

// name -> SHA-256 of each CSV file in `folder` and its folder `registers`.
std::map<std::string, std::string> Fingerprints(const std::string& folder);

// code -> parent of the neighbourhood list.
std::map<std::string, std::string> Parents();

}  // namespace kluis::demo

#endif  // KLUIS_TESTS_SERVER_DEMO_GENERATED_H_
