// The made-up firms as files of tau-ARGUS: microdata of fixed width, a table of their turnover.
#ifndef KLUIS_TESTS_SERVER_LOCAL_ARGUS_WORKSHOP_H_
#define KLUIS_TESTS_SERVER_LOCAL_ARGUS_WORKSHOP_H_

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "disclosure/argus/jj.h"
#include "tests/server/local/workshop.h"

namespace kluis {

class ArgusWorkshop : public Workshop {
 protected:
  void SetUp() override {
    Workshop::SetUp();
    Write("firms.asc", Records());
    Write("sbi.hrc", "A\n@A1\n@A2\nB\n@B1\n@B2\n@B3\nC\n@C1\n");
    Write("firms.rda", kRda);
    Write("table.rda", kTableRda);
    Write("table.tab", Table([](const Cell& cell) { return cell.Unsafe() ? "U" : "S"; }));
  }

  struct Cell {
    int64_t total = 0;  // tenths
    std::vector<int64_t> parts;

    int64_t Largest(size_t i) const { return i < parts.size() ? parts[i] : 0; }
    // The rules of rules.yaml.
    bool Unsafe() const { return parts.size() < 3 || Largest(0) * 100 > total * 80; }
  };

  static std::vector<std::vector<std::string>> FirmRows() {
    std::vector<std::vector<std::string>> rows;
    for (const auto& line : absl::StrSplit(Firms(), '\n', absl::SkipEmpty()))
      rows.push_back(absl::StrSplit(line, ','));
    rows.erase(rows.begin());
    return rows;
  }

  static std::string Records() {
    std::string text;
    for (const auto& row : FirmRows())
      text += absl::StrFormat("%-2s %-2s %-5s%10s\n", row[0], row[1], row[2], row[3]);
    return text;
  }

  // Turnover by sbi and gemeente with all totals, one line a cell.
  static std::string Table(const std::function<std::string(const Cell&)>& status) {
    std::map<std::pair<std::string, std::string>, Cell> cells;
    for (const auto& row : FirmRows()) {
      const int64_t value = std::llround(std::stod(row[3]) * 10);
      for (const std::string& sbi : {row[0], row[0].substr(0, 1), std::string("Total")}) {
        for (const std::string& place : {row[1], std::string("Total")}) {
          Cell& cell = cells[{sbi, place}];
          cell.total += value;
          cell.parts.push_back(value);
        }
      }
    }
    std::string text;
    for (auto& [codes, cell] : cells) {
      std::sort(cell.parts.rbegin(), cell.parts.rend());
      absl::StrAppend(&text, codes.first, ";", codes.second, ";", Tenths(cell.total), ";",
                      cell.parts.size(), ";", Tenths(cell.Largest(0)), ";", status(cell), "\n");
    }
    return text;
  }

  static std::string Tenths(int64_t value) { return absl::StrCat(value / 10, ".", value % 10); }

  std::vector<std::string> FromRecords(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"protect",         "--microdata",     Path("firms.asc"),
                                          "--metadata",      Path("firms.rda"), "--rules",
                                          Path("rules.yaml")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  std::vector<std::string> FromTable(const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"protect",         "--table-file",    Path("table.tab"),
                                          "--metadata",      Path("table.rda"), "--rules",
                                          Path("rules.yaml")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  }

  JjTable ReadJj(const std::string& name) const {
    const Parsed<JjTable> parsed = ParseJj(Read(name), name);
    EXPECT_TRUE(parsed.ok()) << FormatDiagnostics(parsed.diagnostics);
    return parsed.value;
  }

  static constexpr char kSpecified[] = "\"sbi\"\"gemeente\"|\"omzet\"";
  static constexpr char kRda[] =
      "sbi 1 2\n  <RECODEABLE>\n  <HIERARCHICAL>\n  <HIERCODELIST> \"C:\\argus\\sbi.hrc\"\n"
      "  <HIERLEADSTRING> \"@\"\n"
      "gemeente 4 2\n  <RECODEABLE>\n"
      "grootte 7 5\n  <RECODEABLE>\n"
      "omzet 12 10\n  <NUMERIC>\n  <DECIMALS> 1\n";
  static constexpr char kTableRda[] =
      "<SEPARATOR> \";\"\n<SAFE> \"S\"\n<UNSAFE> \"U\"\n<PROTECT> \"P\"\n"
      "sbi\n  <RECODEABLE>\n  <TOTCODE> \"Total\"\n  <HIERARCHICAL>\n"
      "  <HIERCODELIST> \"sbi.hrc\"\n  <HIERLEADSTRING> \"@\"\n"
      "gemeente\n  <RECODEABLE>\n  <TOTCODE> \"Total\"\n"
      "omzet\n  <NUMERIC>\n  <DECIMALS> 1\n"
      "n\n  <FREQUENCY>\n"
      "top\n  <MAXSCORE>\n"
      "status\n  <STATUS>\n";
};

}  // namespace kluis

#endif  // KLUIS_TESTS_SERVER_LOCAL_ARGUS_WORKSHOP_H_
